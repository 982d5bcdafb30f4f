import type { V128 } from '../../../wasm/expression.js';
import { i8x16 } from '../../../wasm/simd.js';

/** Bytes of the lanes of a vector of int32 that are named, of two vectors 0 … 7. */
const lanes = (...indices: readonly number[]): readonly number[] =>
  indices.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));

/** The upper two lanes of the first vector, in the place of the lower ones. */
export const HIGH_LANES = lanes(2, 3, 2, 3);

const LOW_WORDS = lanes(0, 2, 4, 6);
const HIGH_WORDS = lanes(1, 3, 5, 7);

/** The low words of four lanes of 64 bits. */
export function lowWords(left: V128, right: V128): V128 {
  return i8x16.shuffle(left, right, LOW_WORDS);
}

/** The high words of four lanes of 64 bits. */
export function highWords(left: V128, right: V128): V128 {
  return i8x16.shuffle(left, right, HIGH_WORDS);
}
