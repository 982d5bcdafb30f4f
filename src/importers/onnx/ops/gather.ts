import { gather as gatherOperand } from '../movement.js';
import type { ImportOperator } from './operator.js';
import { integersOf, normalizedAxis } from './parameters.js';

/** Gather-1, -11, -13 with constant indices; negative ones count from the back. */
export const gather: ImportOperator = (node) => {
  const x = node.input(0);
  const axis = normalizedAxis(node, node.attributes.int('axis', 0), x.shape.length);
  const indices = node.constant(1, 'indices');
  const extent = x.shape[axis]!;
  const positions = integersOf(node, indices, 'indices').map((index) => {
    if (index >= -extent && index < extent) return index < 0 ? index + extent : index;
    throw node.refuse({ found: `index ${index}`, expected: `${-extent} to ${extent - 1}` });
  });
  return [gatherOperand(node, x, axis, positions, indices.shape)];
};
