import { shapeText } from '../../../tensor/shape.js';
import type { NodeImport } from '../node-import.js';
import type { ConstantOperand, Operand } from '../operand.js';
import type { ImportOperator } from './operator.js';
import { fromImage, spatialExtents, toImage } from './spatial.js';
import { readWindow, resolvePads, toWindow2d } from './window.js';

/** Conv-1, -11: x [N, C, D…], weight [M, C / group, k…], bias [M]; one or two spatial axes. */
export const conv: ImportOperator = (node) => {
  const x = node.input(0);
  const weight = convolutionWeight(node, x);
  const window = resolvePads(
    readWindow(node, x.shape.length - 2, spatialExtents(weight.shape)),
    spatialExtents(x.shape),
  );
  const y = node.emit(
    { op: 'conv2d', ...toWindow2d(window), groups: node.attributes.int('group', 1), activation: null },
    withBias(node, [toImage(node, x), toImage(node, weight)]),
  );
  return [fromImage(node, y, x.shape.length)];
};

/** The constant weights of a convolution, with as many axes as its input. */
export function convolutionWeight(node: NodeImport, x: Operand): ConstantOperand {
  const weight = node.constant(1, 'weights');
  if (weight.shape.length === x.shape.length && x.shape.length >= 3) return weight;
  throw node.refuse({
    found: `weights of shape ${shapeText(weight.shape)} for an input of shape ${shapeText(x.shape)}`,
    expected: 'batch, channels and spatial axes in both',
  });
}

/** The operands, and the constant bias (input 2) where there is one. */
export function withBias(node: NodeImport, operands: readonly Operand[]): readonly Operand[] {
  const bias = node.optionalConstant(2, 'a bias');
  return bias === null ? operands : [...operands, bias];
}
