import type { ArrayNode } from '../../ir/array-node.js';
import type { IntNode } from '../../ir/operators.js';
import type { Result } from '../kernel.js';

/**
 * Forms the sum of one output element: the initial value, the bias where there is one, comes first, then the products are
 * added one at a time in the order given.
 *
 * @param position of the element in the result, in row-major order.
 */
export type Accumulate = (initial: number, products: Float64Array, position: number) => number;

/** How the sums of a node are formed. Asked once, when the node is bound. */
export type AccumulatorsOf = (node: ArrayNode<IntNode>, result: Result) => Accumulate;

/** Accumulators that no sum leaves: doubles, exact up to 2^53. */
export const exactSums: AccumulatorsOf = () => (initial, products) => {
  let sum = initial;
  for (let i = 0; i < products.length; i += 1) sum += products[i]!;
  return sum;
};
