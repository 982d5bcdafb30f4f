import type { FloatFullyConnected, FloatMatMul } from '../../ir/ops/matrix.js';
import { broadcastStrides, elementCount } from '../../tensor/shape.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { broadcastOffsets } from './broadcast.js';
import { MatrixProduct } from './matrix-product.js';
import { derived, floats, UNBOUNDED } from './operands.js';
import { derivedBias, evenOffsets, packPanels } from './panels.js';

/** Every row of x against every row of the weight. */
export const fullyConnected: BindKernel<FloatFullyConnected> = (node, [x, weight, bias], result) => {
  const [outputs, depth] = weight!.shape as [number, number];
  const product = new MatrixProduct(elementCount(x!.shape.slice(0, -1)), depth, outputs);
  const range = node.activation ?? UNBOUNDED;
  const panelsOf = derived(weight!, (values) => packPanels(values, 0, outputs, depth, evenOffsets(depth, 1)));
  const biasOf = derivedBias(bias, outputs);
  return (tensors) => {
    const output = zeros('float32', result.shape);
    const factors = [{ rows: floats(tensors[0]), panels: panelsOf(tensors[1]), output: output.data }];
    product.run(factors, biasOf(tensors[2]), range);
    return output;
  };
};

/** A product of matrices for every index of the leading axes, which broadcast. */
export const matMul: BindKernel<FloatMatMul> = (_node, [a, b], result) => {
  const [height, depth] = a!.shape.slice(-2) as [number, number];
  const outputs = b!.shape.at(-1)!;
  const product = new MatrixProduct(height, depth, outputs);
  const bias = derivedBias(undefined, outputs)(undefined);
  const batch = result.shape.slice(0, -2);
  const [matrixOfA, matrixOfB] = [a!, b!].map(({ shape }) => {
    const leading = shape.slice(0, -2);
    return broadcastOffsets(broadcastStrides(leading, batch), batch);
  }) as [Int32Array, Int32Array];
  const columns = evenOffsets(depth, outputs);
  const panelsOf = derived(b!, (values) =>
    Array.from({ length: elementCount(b!.shape.slice(0, -2)) }, (_, matrix) =>
      packPanels(values, matrix * depth * outputs, outputs, 1, columns),
    ),
  );
  return (tensors) => {
    const output = zeros('float32', result.shape);
    const rows = floats(tensors[0]);
    const panels = panelsOf(tensors[1]);
    const factors = Array.from(matrixOfA, (matrix, index) => ({
      rows: matrixAt(rows, matrix, height * depth),
      panels: panels[matrixOfB[index]!]!,
      output: matrixAt(output.data, index, height * outputs),
    }));
    product.run(factors, bias, UNBOUNDED);
    return output;
  };
};

/** One of the matrices of equal length that follow one another. */
function matrixAt(values: Float32Array, index: number, length: number): Float32Array {
  return values.subarray(index * length, (index + 1) * length);
}
