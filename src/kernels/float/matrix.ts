import type { FloatFullyConnected, FloatMatMul } from '../../ir/ops/matrix.js';
import { broadcastStrides, elementCount } from '../../tensor/shape.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { broadcastOffsets } from './broadcast.js';
import { derived, floats, UNBOUNDED } from './operands.js';
import { derivedBias, evenOffsets, multiplyPanels, packPanels, type Rows } from './panels.js';
import { widened } from './scratch.js';

/** Every row of x against every row of the weight. */
export const fullyConnected: BindKernel<FloatFullyConnected> = (node, [x, weight, bias], result) => {
  const [outputs, depth] = weight!.shape as [number, number];
  const rows = matrixRows(elementCount(x!.shape.slice(0, -1)), depth);
  const targets = evenOffsets(rows.starts.length, outputs);
  const range = node.activation ?? UNBOUNDED;
  const panelsOf = derived(weight!, (values) => packPanels(values, 0, outputs, depth, evenOffsets(depth, 1)));
  const biasOf = derivedBias(bias, outputs);
  return (tensors) => {
    const output = zeros('float32', result.shape);
    const values = widened(floats(tensors[0]), 0, rows.starts.length * depth);
    multiplyPanels(values, rows, panelsOf(tensors[1]), biasOf(tensors[2]), output.data, targets, range);
    return output;
  };
};

/** A product of matrices for every index of the leading axes, which broadcast. */
export const matMul: BindKernel<FloatMatMul> = (_node, [a, b], result) => {
  const [height, depth] = a!.shape.slice(-2) as [number, number];
  const outputs = b!.shape.at(-1)!;
  const rows = matrixRows(height, depth);
  const targets = evenOffsets(height, outputs);
  const bias = derivedBias(undefined, outputs)(undefined);
  const batch = result.shape.slice(0, -2);
  const [matrixOfA, matrixOfB] = [a!, b!].map(({ shape }) => {
    const leading = shape.slice(0, -2);
    return broadcastOffsets(broadcastStrides(leading, batch), batch);
  });
  const columns = evenOffsets(depth, outputs);
  const panelsOf = derived(b!, (values) =>
    Array.from({ length: elementCount(b!.shape.slice(0, -2)) }, (_, matrix) =>
      packPanels(values, matrix * depth * outputs, outputs, 1, columns),
    ),
  );
  return (tensors) => {
    const output = zeros('float32', result.shape);
    const panels = panelsOf(tensors[1]);
    for (let index = 0; index < matrixOfA!.length; index += 1) {
      const values = widened(floats(tensors[0]), matrixOfA![index]! * height * depth, height * depth);
      const part = output.data.subarray(index * height * outputs);
      multiplyPanels(values, rows, panels[matrixOfB![index]!]!, bias, part, targets, UNBOUNDED);
    }
    return output;
  };
};

/** The rows of a dense matrix. */
function matrixRows(count: number, depth: number): Rows {
  return { starts: evenOffsets(count, depth), taps: Int32Array.of(0), run: depth };
}
