import { INT16, maxOf, minOf } from '../int-format.js';
import { roundHalfAway } from '../float-rounding.js';

const STEPS = 512;

/**
 * A function as 513 int16 entries, for 512 equal steps of the input range and its end: `LUTPopulate` and, under an older
 * name, `gen_lut` (`kernels/internal/common.h` at tensorflow/tflite-micro@90b983c2b3f1). Output in Q0.15. Every step is a
 * float32 in Micro, and a double on a desktop (seen of TensorFlow Lite 2.21).
 *
 * An entry is the function's rounded value less half the error a straight line to the next entry makes in the middle.
 */
export function interpolatedTable(
  f: (x: number) => number,
  from: number,
  to: number,
  round: (x: number) => number = Math.fround,
): number[] {
  const step = round((to - from) / STEPS);
  const scaled = (x: number): number => round(f(x) * 32768);
  const at = (i: number): number => round(from + round(i * step));
  const entries = Array.from({ length: STEPS }, (_, i) => {
    const value = roundHalfAway(scaled(at(i)));
    const line = roundHalfAway(round(round(scaled(at(i + 1)) + value) / 2));
    const middle = roundHalfAway(scaled(round(at(i) + step / 2)));
    return value - roundHalfAway((line - middle) / 2);
  });
  return [...entries, roundHalfAway(scaled(to))].map((entry) =>
    Math.min(Math.max(entry, minOf(INT16)), maxOf(INT16)),
  );
}

/** `LUTLookup`: the table at an int16, which spans the input range; 7 bits lie between two entries, half up. */
export function lookUp(table: readonly number[], code: number): number {
  const index = 256 + (code >> 7);
  const [low, high] = [table[index]!, table[index + 1]!];
  return low + (((high - low) * (code & 127) + 64) >> 7);
}
