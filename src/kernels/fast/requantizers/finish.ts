import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import { clamp, saturate16 } from '../saturate.js';
import { chain, type Round } from './round.js';

/**
 * Ways from a rounded value to a code. A value beyond 2^53 is far outside int32 with any zero point, so it ends at the
 * clamp it belongs to although its last digits are not exact.
 */
export type Finish = (round: Round, output: OutputGrid) => Round;

/** Adds the zero point in arithmetic that cannot overflow, and clamps. */
export const addExactly: Finish = (round, { zeroPoint, min, max }) => {
  return (acc) => Math.max(min, Math.min(max, round(acc) + zeroPoint));
};

/** Adds the zero point in int32, which wraps, and clamps. The rounded value is an int32. */
export const addWrapping: Finish = (round, { zeroPoint, min, max }) => {
  return (acc) => Math.max(min, Math.min(max, (round(acc) + zeroPoint) | 0));
};

/** Clamps, for hardware without a zero point and where the zero point is in the value already. */
export const clampOnly: Finish = (round, { min, max }) => {
  return (acc) => Math.max(min, Math.min(max, round(acc) + 0)); // −0 becomes 0
};

/** Adds the zero point, narrows the sum to int16, and clamps. */
export const addIn16: Finish = (round, output) => addExactly(round, within(output, -(2 ** 15), 2 ** 15 - 1));

/** Narrows to int16, adds the zero point, narrows to int16 and uint8, which is narrowing to uint8 alone, and clamps. */
export const addInUint8: Finish = (round, output) =>
  addExactly(chain(round, saturate16), within(output, 0, 255));

/** The sum wraps in int32 before it is narrowed to uint8. */
export const addWrappingInUint8: Finish = (round, output) => addWrapping(round, within(output, 0, 255));

/** Keeps the low 8 bits of an int32, then clamps. */
export const wrapTo8: Finish = (round, output) => clampOnly((acc) => (round(acc) << 24) >> 24, output);

/** Clamping to [low, high] and then to the grid is one clamp: both are monotone, so only the ends matter. */
function within({ zeroPoint, min, max }: OutputGrid, low: number, high: number): OutputGrid {
  return { zeroPoint, min: clamp(low, min, max), max: clamp(high, min, max) };
}
