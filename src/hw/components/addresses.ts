import type { Extent } from './activity.js';

/** Where elements are, one after the other. Asked for when an operation begins: before that they take no room. */
export type Addresses = () => Int32Array;

/** The address of an element that is nowhere. */
export const NOWHERE = -1;

/** Where the elements of vectors are: each is made of as many runs of elements, in which one follows `step` after the other. */
export interface AddressRuns {
  /** Where each run begins, those of a vector one after the other; nowhere where none of its elements is anywhere. */
  readonly starts: Int32Array;
  /** Elements of each run of a vector. */
  readonly lengths: Int32Array;
  readonly step: number;
}

const MOST_ADDRESS = 2 ** 31 - 1;

const ALONE = Int32Array.of(1);

/** From the first to the last of them; `size` is what an element takes. */
export function extentOf(of: object, addresses: Int32Array, size: number): Extent {
  return extentOfRuns(of, { starts: addresses, lengths: ALONE, step: 0 }, size);
}

/** From the first to the last element. */
export function extentOfRuns(of: object, { starts, lengths, step }: AddressRuns, size: number): Extent {
  let [first, last] = [MOST_ADDRESS, NOWHERE];
  for (let i = 0, run = 0; i < starts.length; i += 1) {
    const start = starts[i]!;
    if (start !== NOWHERE) {
      const lastOfRun = start + (lengths[run]! - 1) * step;
      if (start < first) first = start;
      if (lastOfRun > last) last = lastOfRun;
    }
    run = run + 1 === lengths.length ? 0 : run + 1;
  }
  return first <= last ? { of, first, end: last + size } : { of, first: 0, end: 0 };
}
