import { fits, INT16, INT32 } from '../../arith/int-format.js';
import type { IntMatMul } from '../../ir/ops/matrix.js';
import { elementCount } from '../../tensor/shape.js';
import { storageType } from '../../tensor/tensor.js';
import { broadcastRows } from '../fast/broadcast.js';
import { codesOf, formatOf, largestDifference } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import type { KernelMemory } from './kernel-memory.js';
import { packPanels } from './packed-panels.js';
import { paddedColumns, PanelProduct } from './panel-product.js';
import { bindStage } from './stage.js';
import { tileFor } from './tile-choice.js';
import { isNarrow } from './widen-function.js';
import { WideCanvas } from './wide-canvas.js';

/**
 * `Σ (a − z₀) · (b − z₁)` as `Σ a · (b − z₁) + bias` with the bias `−z₀ · Σ (b − z₁)`; b's matrices are packed like weights at every
 * call. Null where an operand is wider than int16 or sums may leave int32.
 */
export function bindMatMul(
  node: IntMatMul,
  [a, b]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const [rows, depth] = a!.shape.slice(-2) as [number, number];
  const columns = b!.shape.at(-1)!;
  const [aZeroPoint, bZeroPoint] = node.inputZeroPoints;
  const type = storageType(formatOf(a!));
  const largestB = largestDifference(formatOf(b!), bZeroPoint);
  const largestSum = depth * largestDifference(formatOf(a!), aZeroPoint) * largestB;
  if (!isNarrow(type) || !fits(largestB, INT16) || !fits(largestSum, INT32)) return null;

  const tile = memory.decided(() => tileFor(columns, elementCount(result.shape) * depth));
  const starts = Int32Array.from({ length: rows }, (_, row) => row * depth);
  const product = new PanelProduct(
    columns,
    starts,
    { taps: Int32Array.of(0), run: depth },
    tile,
    'int16',
    memory,
  );
  const layout = { height: rows, width: 1, channels: depth, padLeft: 0, padRight: 0, rows };
  const canvas = new WideCanvas(layout, type, aZeroPoint, memory);
  const padded = paddedColumns(columns, tile);
  const matrices = broadcastRows(
    a!.shape.slice(0, -2),
    b!.shape.slice(0, -2),
    result.shape.slice(0, -2),
    false,
  );
  const stage = bindStage(node, result, columns, memory, largestSum);

  return memory.kernel((call, [left, right]) => {
    const from = call.operand(left);
    const made = call.result(result);
    const widened = call.scratch(canvas.bytes);
    const sums = call.scratch(rows * padded * 4);
    const placed = Array.from({ length: elementCount(b!.shape.slice(0, -2)) }, (_, matrix) => {
      const start = matrix * depth * columns;
      const weights = {
        values: codesOf(right),
        start,
        columns,
        columnStride: 1,
        taps: 1,
        tapStride: 0,
        run: depth,
        depthStride: columns,
        zeroPoint: bZeroPoint,
      };
      const bias = new Int32Array(padded);
      for (let k = 0; k < depth; k += 1) {
        for (let column = 0; column < columns; column += 1) {
          bias[column]! -= aZeroPoint * (weights.values[start + k * columns + column]! - bZeroPoint);
        }
      }
      return { weights: call.place(packPanels(weights, tile, 'int16')), bias: call.place(bias) };
    });
    for (const row of matrices.rows) {
      for (let i = 0; i < row.length; i += 1) {
        const { weights, bias } = placed[row.b + i * matrices.bStep]!;
        canvas.draw(widened, from, row.a + i * matrices.aStep, 0, rows);
        product.writeSums(widened, rows, weights, bias, sums, 4 * padded);
        stage.run(sums, 4 * padded, rows, made, (row.at + i) * rows);
      }
    }
    return made.value;
  });
}
