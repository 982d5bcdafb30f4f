import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import { clamp } from '../saturate.js';
import type { Arithmetic, Finish } from './arithmetic.js';

/** Ways from a rounded value to a code that narrow it on the way, in terms of the three that do not. */
export function narrowingFinishes<V>({ narrow, addExactly, addWrapping, clampOnly }: Arithmetic<V>) {
  /** Adds the zero point, narrows the sum to int16, and clamps. */
  const addIn16: Finish<V> = (value, output) => addExactly(value, within(output, -(2 ** 15), 2 ** 15 - 1));

  /** Narrows to int16, adds the zero point, narrows to int16 and uint8, which is narrowing to uint8 alone, and clamps. */
  const addInUint8: Finish<V> = (value, output) =>
    addExactly(narrow(value, 'saturate16'), within(output, 0, 255));

  /** The sum wraps in int32 before it is narrowed to uint8. */
  const addWrappingInUint8: Finish<V> = (value, output) => addWrapping(value, within(output, 0, 255));

  /** Keeps the low 8 bits of an int32, then clamps. */
  const wrapTo8: Finish<V> = (value, output) => clampOnly(narrow(value, 'wrap8'), output);

  return { addIn16, addInUint8, addWrappingInUint8, wrapTo8 };
}

/** Clamping to [low, high] and then to the grid is one clamp: both are monotone, so only the ends matter. */
function within({ zeroPoint, min, max }: OutputGrid, low: number, high: number): OutputGrid {
  return { zeroPoint, min: clamp(low, min, max), max: clamp(high, min, max) };
}
