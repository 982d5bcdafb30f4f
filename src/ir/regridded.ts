import type { ValueId } from './graph.js';
import type { IntNode } from './operators.js';

const SUFFIX = '.regridded';

/** The stem of the id of an activation that is brought onto another grid, because its reader needs one grid for all operands. */
export function regriddedStem(id: ValueId): string {
  return `${id}${SUFFIX}`;
}

/** Whether a node brings an activation onto the grid of its reader: no tensor of the source model is that value. */
export function isRegridded(node: IntNode): boolean {
  return node.op === 'requantize' && node.output.startsWith(regriddedStem(node.inputs[0]!));
}
