import { elementCount, inversePermutation, type Shape } from '../../../tensor/shape.js';
import { withShape, type FloatTensor } from '../../../tensor/tensor.js';
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
    const constant = sweep.graph.constants.get(id) as FloatTensor | undefined;
    if (constant === undefined) return sweep.transposed(sweep.reshaped(sweep.plain(id), shape), order);
    const moved = transposedConstant(withShape(constant, shape), order);
    return sweep.addConstant(id, mayStrip ? withShape(moved, withoutLeadingOnes(moved.shape)) : moved);
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
  const orders = new Map<string, { readonly order: readonly number[]; elements: number }>();
  let elements = 0;
  for (const id of inputs) {
    if (sweep.isConstant(id) || sweep.shape(id).length !== rank) continue;
    const order = sweep.view(id).permutation;
    const known = orders.get(order.join()) ?? { order, elements: 0 };
    known.elements += elementCount(sweep.shape(id));
    elements += elementCount(sweep.shape(id));
    orders.set(order.join(), known);
  }
  let best: readonly number[] = identityOrder(rank);
  let bestCost = Infinity;
  for (const candidate of orders.values()) {
    const cost = elements - candidate.elements;
    // Of two equal ones the order that is not the source's own: spatial operators are near.
    if (cost < bestCost || (cost === bestCost && isIdentity(best))) {
      best = candidate.order;
      bestCost = cost;
    }
  }
  return best;
}
