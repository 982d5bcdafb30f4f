import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder } from '../../../wasm/function-builder.js';
import { f64x2, i32x4, i8x16, v128 } from '../../../wasm/simd.js';
import { HIGH_LANES, lowWords } from './words.js';
import type { Lanes } from './lanes.js';
import type { Float64Value, Plan } from './plan.js';

/** Adding 1.5 · 2^52 to a double below 2^51 in magnitude rounds it, ties to even; the integer is in the low word of the bits. */
const MAGIC = 1.5 * 2 ** 52;

/**
 * Scales in float64, four at a time. The clamp comes before the rounding: its bounds are integers. Ties go away from zero by what
 * truncation leaves of the magnitude, which is exact.
 */
export function float64Lanes(plans: readonly Plan<Float64Value>[]): Lanes {
  const { value, output } = plans[0]!;
  const { zeroPoint, min, max } = output;
  const { mode } = value;
  const write = (f: FunctionBuilder, sums: V128, columns: readonly V128[]): V128 => {
    const [left, right, added, , low, , high, , zeroPoints] = columns;
    const codes = [
      { half: sums, scale: left! },
      { half: i8x16.shuffle(sums, sums, HIGH_LANES), scale: right! },
    ].map(({ half, scale }) => {
      const sum = f64x2.add(f64x2.mul(f64x2.convertLowI32x4S(half), scale), added!);
      const clamped = f64x2.pmin(f64x2.pmax(sum, low!), high!);
      const even = mode === 'halfEven' ? clamped : towardEnd(f, clamped);
      return f64x2.add(even, f64x2.splat(MAGIC));
    });
    return i32x4.add(lowWords(codes[0]!, codes[1]!), zeroPoints!);
  };
  return {
    name: `float64${mode}`,
    columns: [
      { type: 'f64', values: plans.map((plan) => plan.value.scale) },
      { type: 'f64', values: [value.addedBefore] },
      { type: 'f64', values: [min - zeroPoint] },
      { type: 'f64', values: [max - zeroPoint] },
      { type: 'i32', values: [zeroPoint] },
    ],
    write,
  };
}

/** The nearest integer, ties away from zero. */
function towardEnd(f: FunctionBuilder, value: V128): V128 {
  const number = f.let('v128', value);
  const sign = v128.and(number, f64x2.splat(-0));
  const magnitude = f.let('v128', f64x2.abs(number));
  const below = f.let('v128', f64x2.floor(magnitude));
  const isFar = f64x2.ge(f64x2.sub(magnitude, below), f64x2.splat(0.5));
  return v128.or(f64x2.add(below, v128.and(isFar, f64x2.splat(1))), sign);
}
