import { elementCount, inversePermutation, type Shape } from '../../../tensor/shape.js';
import { withShape } from '../../../tensor/tensor.js';
import type { ValueId } from '../../../ir/graph.js';
import type { FloatNode } from '../../../ir/operators.js';
import { transposedConstant, type LayoutSweep } from './sweep.js';
import { identityOrder, isIdentity } from './view.js';

/**
 * Rebuilds an operator that goes through its operands side by side, in whichever order of axes they lie: all in one.
 * Operands of lower rank are broadcast, as in NumPy.
 */
export function emitAligned(
  sweep: LayoutSweep,
  node: FloatNode,
  rebuild: (permutation: readonly number[], inputs: readonly ValueId[]) => FloatNode,
): void {
  const rank = sweep.shape(node.output).length;
  const permutation = cheapestOrder(sweep, node.inputs, rank);
  const order = inversePermutation(permutation);
  const isRunTime = (id: ValueId): boolean => !sweep.isConstant(id) && sweep.shape(id).length === rank;
  const mayStrip = node.op !== 'concat' && node.inputs.some(isRunTime);
  const inputs = node.inputs.map((id) => {
    if (isIdentity(permutation)) return sweep.plain(id);
    if (isRunTime(id)) return sweep.inOrder(id, order);
    const shape = [...Array.from({ length: rank - sweep.shape(id).length }, () => 1), ...sweep.shape(id)];
    const constant = sweep.graph.constants.get(id);
    if (constant === undefined) return sweep.transposed(sweep.reshaped(sweep.plain(id), shape), order);
    const moved = transposedConstant(withShape(constant, shape), order);
    const data = mayStrip ? withShape(moved, withoutLeadingOnes(moved.shape)) : moved;
    return sweep.addConstant(id, data, sweep.graph.values.get(id)!.type);
  });
  sweep.emit(rebuild(permutation, inputs), permutation);
}

/** Broadcasting puts them back; one axis stays. */
function withoutLeadingOnes(shape: Shape): Shape {
  const first = shape.findIndex((extent) => extent !== 1);
  return shape.slice(first < 0 ? shape.length - 1 : first);
}

/** Of the orders that operands of full rank lie in, the one for which the fewest elements must be transposed. */
function cheapestOrder(sweep: LayoutSweep, inputs: readonly ValueId[], rank: number): readonly number[] {
  const moving = inputs.filter((id) => !sweep.isConstant(id) && sweep.shape(id).length === rank);
  let best: readonly number[] = identityOrder(rank);
  let bestCost = Infinity;
  for (const candidate of moving.map((id) => sweep.view(id).permutation)) {
    const cost = moving
      .filter((id) => sweep.view(id).permutation.join() !== candidate.join())
      .reduce((sum, id) => sum + elementCount(sweep.shape(id)), 0);
    // Of two equal ones the order that is not the source's own: spatial operators are near.
    if (cost < bestCost || (cost === bestCost && isIdentity(best))) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best;
}
