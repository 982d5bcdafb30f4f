import type { Extent } from './activity.js';

/** Where elements are, one after the other. Asked for when an operation begins: before that they take no room. */
export type Addresses = () => Int32Array;

/** The address of an element that is nowhere. */
export const NOWHERE = -1;

const MOST_ADDRESS = 2 ** 31 - 1;

/** From the first to the last of them; `size` is what an element takes. */
export function extentOf(of: object, addresses: Int32Array, size: number): Extent {
  let [first, last] = [MOST_ADDRESS, NOWHERE];
  for (let i = 0; i < addresses.length; i += 1) {
    const address = addresses[i]!;
    if (address === NOWHERE) continue;
    if (address < first) first = address;
    if (address > last) last = address;
  }
  return first <= last ? { of, first, end: last + size } : { of, first: 0, end: 0 };
}
