import { elementCount, shapeText, type Shape } from '../../../tensor/shape.js';
import { reshape as reshapeOperand, transpose as transposeOperand } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { ImportOperator } from './operator.js';
import { integersFrom, integersOf, normalizedAxes, normalizedAxis } from './parameters.js';

/** Reshape-5, -13, -14, -19: 0 copies an extent of the input (unless allowzero), −1 is what is left. */
export const reshape: ImportOperator = (node) => {
  const x = node.input(0);
  const allowZero = node.attributes.flag('allowzero', false);
  const wanted = integersOf(node, node.constant(1, 'a shape'), 'shape');
  const copied = wanted.map((extent, axis) => (extent === 0 && !allowZero ? (x.shape[axis] ?? 0) : extent));
  const rest = elementCount(copied.filter((extent) => extent !== -1));
  const shape = copied.map((extent) => (extent === -1 ? elementCount(x.shape) / rest : extent));
  const valid = shape.every((extent) => Number.isInteger(extent) && extent >= 0);
  const isOneOpen = copied.indexOf(-1) === copied.lastIndexOf(-1);
  if (valid && isOneOpen && elementCount(shape) === elementCount(x.shape)) {
    return [reshapeOperand(node, x, shape)];
  }
  throw node.refuse({
    found: `shape ${wanted.join(', ')} for an input of shape ${shapeText(x.shape)}`,
    expected: `${elementCount(x.shape)} elements`,
  });
};

/** Flatten-1, -9, -11, -13: two axes, split before `axis`. */
export const flatten: ImportOperator = (node) => {
  const x = node.input(0);
  const stated = node.attributes.int('axis', 1);
  // The rank itself is an axis here: everything comes before it.
  const axis = stated === x.shape.length ? stated : normalizedAxis(node, stated, x.shape.length);
  const shape = [elementCount(x.shape.slice(0, axis)), elementCount(x.shape.slice(axis))];
  return [reshapeOperand(node, x, shape)];
};

/** Squeeze-1, -11 (attribute axes), -13 (input axes): drops axes of extent 1, all of them where none is named. */
export const squeeze: ImportOperator = (node) => {
  const x = node.input(0);
  const stated = integersFrom(node, 'axes', 1, 13);
  const dropped =
    stated === null
      ? x.shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []))
      : normalizedAxes(node, stated, x.shape.length);
  if (dropped.some((axis) => x.shape[axis] !== 1)) {
    throw node.refuse({
      found: `axes ${dropped.join(', ')} of shape ${shapeText(x.shape)}`,
      expected: 'axes of extent 1',
    });
  }
  return [reshapeOperand(node, x, keep(x.shape, dropped))];
};

const keep = (shape: Shape, dropped: readonly number[]): Shape =>
  shape.filter((_, axis) => !dropped.includes(axis));

/** Unsqueeze-1, -11 (attribute axes), -13 (input axes): axes of the result that have extent 1. */
export const unsqueeze: ImportOperator = (node) => {
  const x = node.input(0);
  const stated = requiredAxes(node);
  const rank = x.shape.length + stated.length;
  const added = normalizedAxes(node, stated, rank);
  const rest = x.shape.values();
  const shape = Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : rest.next().value!));
  return [reshapeOperand(node, x, shape)];
};

function requiredAxes(node: NodeImport): readonly number[] {
  const axes = integersFrom(node, 'axes', 1, 13);
  if (axes !== null) return axes;
  throw node.refuse({ found: 'no axes', expected: 'the axes to add' });
}

/** Transpose-1, -13: reverses the axes where nothing is said. */
export const transpose: ImportOperator = (node) => {
  const x = node.input(0);
  const rank = x.shape.length;
  const order = node.attributes.ints('perm') ?? x.shape.map((_, axis) => rank - 1 - axis);
  const permutation = normalizedAxes(node, order, rank);
  if (permutation.length === rank) return [transposeOperand(node, x, permutation)];
  throw node.refuse({ found: `perm ${order.join(', ')}`, expected: `an order of ${rank} axes` });
};
