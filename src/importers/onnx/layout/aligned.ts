import { elementCount, inversePermutation } from '../../../tensor/shape.js';
import type { ValueId } from '../../../ir/graph.js';
import type { FloatNode } from '../../../ir/operators.js';
import { reshapedKnown, transposedKnown, type KnownValue } from '../../known-values.js';
import type { LayoutSweep } from './sweep.js';
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
  const isRunTime = (id: ValueId): boolean => !sweep.isKnown(id) && sweep.shape(id).length === rank;
  const mayStrip = node.op !== 'concat' && node.inputs.some(isRunTime);
  const inputs = node.inputs.map((id) => {
    if (isIdentity(permutation)) return sweep.plain(id);
    if (isRunTime(id)) return sweep.inOrder(id, order);
    const shape = [...Array.from({ length: rank - sweep.shape(id).length }, () => 1), ...sweep.shape(id)];
    const known = sweep.known(id);
    if (known === null) return sweep.transposed(sweep.reshaped(sweep.plain(id), shape), order);
    const added = rank - sweep.shape(id).length;
    const moved = transposedKnown(
      reshapedKnown(known, shape, (axis) => axis + added),
      order,
    );
    return sweep.addKnown(id, mayStrip ? withoutLeadingOnes(moved) : moved);
  });
  sweep.emit(rebuild(permutation, inputs), permutation);
}

/** Broadcasting puts them back; one axis stays. */
function withoutLeadingOnes(known: KnownValue): KnownValue {
  const { shape } = known.data;
  const first = shape.findIndex((extent) => extent !== 1);
  const dropped = first < 0 ? shape.length - 1 : first;
  return reshapedKnown(known, shape.slice(dropped), (axis) => axis - dropped);
}

/** Of the orders that operands of full rank lie in, the one for which the fewest elements must be transposed. */
function cheapestOrder(sweep: LayoutSweep, inputs: readonly ValueId[], rank: number): readonly number[] {
  const orders = new Map<string, { readonly order: readonly number[]; elements: number }>();
  let elements = 0;
  for (const id of inputs) {
    if (sweep.isKnown(id) || sweep.shape(id).length !== rank) continue;
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
