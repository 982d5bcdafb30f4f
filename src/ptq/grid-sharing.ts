import type { FloatGraph, ValueId } from '../ir/graph.js';
import type { FloatNode } from '../ir/operators.js';
import { soleReader, usesOf } from '../ir/use.js';

/**
 * Which activations share one grid (white paper 2.3.3): operators that copy or select codes pass the grid of their input
 * through, and a branch that only feeds a concatenation is made on the grid of the concatenation.
 *
 * Returns, for every activation, the value whose range decides its grid.
 *
 * @param isGiven activations whose grid is given: before a concatenation they keep it, and are brought over there.
 */
export function gridLeaders(
  graph: FloatGraph,
  isGiven: (id: ValueId) => boolean = () => false,
): (id: ValueId) => ValueId {
  const uses = usesOf(graph);
  const leaders = new Map<ValueId, ValueId>();
  const isFixed = (id: ValueId): boolean => {
    const maker = uses.makers.get(id);
    return maker !== undefined && hasFixedGrid(maker);
  };
  const leaderOf = (id: ValueId): ValueId => {
    const known = leaders.get(id);
    if (known !== undefined) return known;
    const maker = uses.makers.get(id);
    const reader = soleReader(uses, id);
    let leader = id;
    if (maker !== undefined && passesGridThrough(maker)) {
      const source = leaderOf(maker.inputs[0]!);
      if (!isFixed(source) || !writesOtherValues(maker)) leader = source;
    } else if (maker !== undefined && !hasFixedGrid(maker) && reader?.op === 'concat' && !isGiven(id)) {
      leader = leaderOf(reader.output);
    }
    leaders.set(id, leader);
    return leader;
  };
  return leaderOf;
}

/** A pad may write what its input never holds: a grid from calibration reaches there, a fixed one may not. */
function writesOtherValues(node: FloatNode): boolean {
  return node.op === 'pad' && node.mode === 'constant' && node.value !== 0;
}

/** Whether an operator's output is on its input's grid by definition. */
export function passesGridThrough(node: FloatNode): boolean {
  switch (node.op) {
    case 'maxPool':
    case 'averagePool':
    case 'resize':
    case 'reshape':
    case 'transpose':
    case 'slice':
    case 'pad':
    case 'gather':
      return true;
    default:
      return false;
  }
}

/** Softmax has the grid its recipe fixes, whatever the calibration saw. */
export function hasFixedGrid(node: FloatNode): boolean {
  return node.op === 'softmax';
}
