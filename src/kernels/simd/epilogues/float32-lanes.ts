import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder } from '../../../wasm/function-builder.js';
import { f32x4, i32x4, v128 } from '../../../wasm/simd.js';
import type { Lanes } from './lanes.js';
import type { Float32Value, Plan } from './plan.js';

/**
 * Adding 1.5 · 2^23 to a float32 of at most 2^22 in magnitude rounds it to the nearest integer, ties to even, which is then the
 * difference of the bits.
 */
const MAGIC = 1.5 * 2 ** 23;
const MAGIC_BITS = new Int32Array(Float32Array.of(MAGIC).buffer)[0]!;
const LARGEST = 2 ** 22;

/**
 * Scales in float32, four at a time; null where codes are too far from the zero point. The clamp comes before the rounding to
 * nearest: its bounds are integers.
 */
export function float32Lanes(plans: readonly Plan<Float32Value>[]): Lanes | null {
  const { value, output } = plans[0]!;
  const { zeroPoint, min, max } = output;
  if (min - zeroPoint < -LARGEST || max - zeroPoint > LARGEST) return null;
  return {
    name: `float32${value.rounding}`,
    columns: [
      { type: 'f32', values: plans.map((plan) => plan.value.scale) },
      { type: 'f32', values: [min - zeroPoint] },
      { type: 'f32', values: [max - zeroPoint] },
      { type: 'i32', values: [MAGIC_BITS - zeroPoint] },
    ],
    write: (f, sums, [scale, low, high, bits]) => {
      const product = f32x4.mul(f32x4.convertI32x4S(sums), scale!);
      const number = value.rounding === 'macro' ? nearestOfMacro(f, product) : product;
      const clamped = f32x4.pmin(f32x4.pmax(number, low!), high!);
      return i32x4.sub(f32x4.add(clamped, f32x4.splat(MAGIC)), bits!);
    },
  };
}

/** `fast/requantizers/float-scale.ts` says what it does. A float is even where half of it is an integer. */
function nearestOfMacro(f: FunctionBuilder, product: V128): V128 {
  const value = f.let('v128', product);
  const toward = f.let('v128', f32x4.trunc(value));
  const rest = f.let('v128', f32x4.abs(f32x4.sub(value, toward)));
  const half = f32x4.splat(0.5);
  const one = v128.or(v128.and(value, f32x4.splat(-0)), f32x4.splat(1));
  const away = f32x4.trunc(f32x4.add(value, one));
  const halved = f.let('v128', f32x4.mul(toward, half));
  const isEvenTie = v128.and(f32x4.eq(rest, half), f32x4.eq(f32x4.trunc(halved), halved));
  return v128.bitselect(toward, away, v128.or(f32x4.lt(rest, half), isEvenTie));
}
