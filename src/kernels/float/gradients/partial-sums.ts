import { assert } from '../../../core/errors.js';

/**
 * The sum of the terms `first` … `first + count − 1` of a numbered sum. The count is a power of two that divides `first`, and the
 * sum is that of its halves: so the numbers of its terms alone say in which order they were added.
 */
export interface PartialSum {
  readonly first: number;
  readonly count: number;
  readonly values: Float32Array;
}

/** The fewest partial sums of the same terms: the same bits, however the terms came to be split over the given ones. */
export function joined(parts: readonly PartialSum[]): PartialSum[] {
  const stack: PartialSum[] = [];
  for (const part of [...parts].sort((a, b) => a.first - b.first)) {
    let last = part;
    while (stack.length > 0 && areHalves(stack.at(-1)!, last)) last = wholeOf(stack.pop()!, last);
    stack.push(last);
  }
  return stack;
}

/** The sum of terms 0, 1, … of which all are there: the fewest partial sums, added from the first to the last. */
export function totalOf(parts: readonly PartialSum[]): Float32Array {
  const [first, ...others] = joined(parts);
  assert(first?.first === 0, 'a total begins with the first term', { first: first?.first });
  return others.reduce((total, part) => wholeOf(total, part), first).values;
}

function areHalves(left: PartialSum, right: PartialSum): boolean {
  return left.count === right.count && left.first % (2 * left.count) === 0 && follows(left, right);
}

const follows = (left: PartialSum, right: PartialSum): boolean => right.first === left.first + left.count;

function wholeOf(left: PartialSum, right: PartialSum): PartialSum {
  assert(follows(left, right), 'each term is summed once', { left: left.first, right: right.first });
  const values = left.values.slice();
  for (let i = 0; i < values.length; i += 1) values[i]! += right.values[i]!;
  return { first: left.first, count: left.count + right.count, values };
}
