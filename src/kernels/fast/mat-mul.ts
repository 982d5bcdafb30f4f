import type { IntMatMul } from '../../ir/ops/matrix.js';
import { elementCount } from '../../tensor/shape.js';
import type { BindKernel } from '../kernel.js';
import { broadcastRows } from './broadcast.js';
import { codesOf, derived, emptyResult, formatOf, largestDifference, type Codes } from './operands.js';
import { OutputStage } from './output-stage.js';
import { packWeights, paddedColumns } from './packed-weights.js';
import { RowProduct } from './product.js';

/** `Σ (a − z₀) · (b − z₁)`: b's matrices are packed like weights, at every call unless b is a constant. */
export const matMul: BindKernel<IntMatMul> = (node, [a, b], result) => {
  const [rows, depth] = a!.shape.slice(-2) as [number, number];
  const columns = b!.shape.at(-1)!;
  const [aZeroPoint, bZeroPoint] = node.inputZeroPoints;
  const largestInput = largestDifference(formatOf(a!), aZeroPoint);
  const reach = { taps: Int32Array.of(0), run: depth };
  const prepare = derived([b!], ([values]) =>
    Array.from({ length: elementCount(b!.shape.slice(0, -2)) }, (_, matrix) => {
      const weights = {
        values: values!,
        start: matrix * depth * columns,
        columns,
        columnStride: 1,
        depth,
        depthStride: columns,
        zeroPoint: bZeroPoint,
      };
      return new RowProduct(packWeights(weights, largestInput), reach);
    }),
  );

  const batch = result.shape.slice(0, -2);
  const matrices = broadcastRows(a!.shape.slice(0, -2), b!.shape.slice(0, -2), batch, false);
  const starts = Int32Array.from({ length: rows }, (_, row) => row * depth);
  const stride = paddedColumns(columns);
  const stage = new OutputStage(node, result);

  return ([left, right]) => {
    const products = prepare([right!]);
    const codes = codesOf(left);
    const made = emptyResult(result);
    const values = new Float64Array(rows * depth);
    const sums = new Float64Array(rows * stride);
    for (const row of matrices.rows) {
      for (let i = 0; i < row.length; i += 1) {
        const matrix = row.a + i * matrices.aStep;
        subtract(codes.subarray(matrix * values.length, (matrix + 1) * values.length), aZeroPoint, values);
        sums.fill(0);
        products[row.b + i * matrices.bStep]!.addTo(sums, stride, 0, values, starts, rows, 0);
        stage.rows(sums, stride, rows, columns, made.data, (row.at + i) * rows * columns);
      }
    }
    return made;
  };
};

function subtract(codes: Codes, zeroPoint: number, differences: Float64Array): void {
  for (let i = 0; i < codes.length; i += 1) differences[i] = codes[i]! - zeroPoint;
}
