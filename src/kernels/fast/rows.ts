import type { Codes } from './operands.js';

/** The largest of `length` codes from `start` on. */
export function largestOf(codes: Codes, start: number, length: number): number {
  let largest = codes[start]!;
  for (let i = start + 1; i < start + length; i += 1) {
    if (codes[i]! > largest) largest = codes[i]!;
  }
  return largest;
}
