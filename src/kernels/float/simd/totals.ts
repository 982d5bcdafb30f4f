import type { I32, V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder } from '../../../wasm/function-builder.js';
import { f32x4, f64x2, i8x16, v128 } from '../../../wasm/simd.js';
import { ROW_BYTES, ROWS, TILE_BYTES, VECTOR_BYTES, VECTORS, type Tile } from './tile.js';

/** A tile of doubles in memory. */
export const TOTALS_BYTES = 2 * TILE_BYTES;

const HIGH_HALF = Array.from({ length: VECTOR_BYTES }, (_, byte) => VECTOR_BYTES / 2 + (byte % 8));
const BOTH_LOW_HALVES = Array.from({ length: VECTOR_BYTES }, (_, byte) => (byte < 8 ? byte : 8 + byte));

/** Where the doubles of a vector of a row lie: two vectors. */
const placeOf = (row: number, vector: number): number => 2 * (row * ROW_BYTES + vector * VECTOR_BYTES);

/** The lanes of a vector of float32 as two vectors of doubles. */
const promoted = (value: V128): readonly [V128, V128] => [
  f64x2.promoteLowF32x4(value),
  f64x2.promoteLowF32x4(i8x16.shuffle(value, value, HIGH_HALF)),
];

/** Makes the totals of all rows those of one row of float32. */
export function startTotals(f: FunctionBuilder, totals: I32, start: readonly [V128, V128]): void {
  for (const vector of VECTORS) {
    promoted(start[vector]).forEach((half, which) => {
      const value = f.let('v128', half);
      for (const row of ROWS) f.store('v128', totals, value, placeOf(row, vector) + which * VECTOR_BYTES);
    });
  }
}

/** Adds the sums of a tile to the totals. */
export function addToTotals(f: FunctionBuilder, totals: I32, { sums }: Tile): void {
  for (const row of ROWS) {
    for (const vector of VECTORS) {
      promoted(sums[row]![vector]!).forEach((half, which) => {
        const at = placeOf(row, vector) + which * VECTOR_BYTES;
        f.store('v128', totals, f64x2.add(v128.load(totals, at), half), at);
      });
    }
  }
}

/** Rounds the totals to a tile of float32 in the same place, from the first on: what is overwritten has been read. */
export function roundTotals(f: FunctionBuilder, totals: I32): void {
  for (const row of ROWS) {
    for (const vector of VECTORS) {
      const at = placeOf(row, vector);
      const [low, high] = [0, VECTOR_BYTES].map((half) =>
        f32x4.demoteF64x2Zero(v128.load(totals, at + half)),
      );
      const rounded = i8x16.shuffle(low!, high!, BOTH_LOW_HALVES);
      f.store('v128', totals, rounded, row * ROW_BYTES + vector * VECTOR_BYTES);
    }
  }
}
