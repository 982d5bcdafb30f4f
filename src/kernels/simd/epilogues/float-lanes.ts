import { f32x4, i32x4 } from '../../../wasm/simd.js';
import type { Lanes } from './lanes.js';
import type { FloatPlan } from './plan.js';

/**
 * Adding 1.5 · 2^23 to a float32 of at most 2^22 in magnitude rounds it to the nearest integer, ties to even, which is then the
 * difference of the bits.
 */
const MAGIC = 1.5 * 2 ** 23;
const MAGIC_BITS = new Int32Array(Float32Array.of(MAGIC).buffer)[0]!;
const LARGEST = 2 ** 22;

/** Scales in float32, four at a time; null where codes are too far from the zero point. The clamp comes before the rounding. */
export function floatLanes(plans: readonly FloatPlan[]): Lanes | null {
  const { zeroPoint, min, max } = plans[0]!.output;
  if (min - zeroPoint < -LARGEST || max - zeroPoint > LARGEST) return null;
  return {
    name: 'float',
    columns: [
      { type: 'f32', values: plans.map(({ scale }) => scale) },
      { type: 'f32', values: [min - zeroPoint] },
      { type: 'f32', values: [max - zeroPoint] },
      { type: 'i32', values: [MAGIC_BITS - zeroPoint] },
    ],
    write: (_, sums, [scale, low, high, bits]) => {
      const value = f32x4.mul(f32x4.convertI32x4S(sums), scale!);
      const clamped = f32x4.pmin(f32x4.pmax(value, low!), high!);
      return i32x4.sub(f32x4.add(clamped, f32x4.splat(MAGIC)), bits!);
    },
  };
}
