import { roundHalfAway } from '../float-rounding.js';

/** An AIMET encoding: `bitWidth` bits span [min, max], code 0 is `offset` steps of `delta` from zero (`offset` ≤ 0, an integer). */
export interface AimetEncoding {
  readonly min: number;
  readonly max: number;
  readonly delta: number;
  readonly offset: number;
}

/**
 * AIMET's `quantizeToFxp<float>`, rounding to nearest (`ModelOptimizations/DlQuantization/src/trim_functions.cpp` at
 * quic/aimet@c51b284b785f): clamps the value itself to the encoding's range, divides, takes the offset away, and only then rounds
 * half away from zero. Codes go from 0 to 2^bitWidth − 1.
 *
 * Its PyTorch back end rounds half to even, and so differs on ties.
 *
 * @param x A float32. The encoding holds doubles; all four are rounded to float32 first, the quotient and the difference after.
 */
export function aimetQuantize(x: number, { min, max, delta, offset }: AimetEncoding): number {
  const inside = Math.max(Math.fround(min), Math.min(Math.fround(max), x));
  const steps = Math.fround(inside / Math.fround(delta));
  return roundHalfAway(Math.fround(steps - Math.fround(offset)));
}
