import { inverseSquareRoot } from '../gemmlowp-functions.js';
import { INT8, maxOf, saturate } from '../int-format.js';
import type { QuantizedMultiplier } from '../multipliers/tflite.js';
import { multiplyByQuantizedMultiplier, quantizeMultiplierFor, type TfliteBuild } from './build.js';
import { codeOn, offsetFrom, type Grid } from './grid.js';

/** RSQRT of int8 (`micro/kernels/elementwise.cc` at tensorflow/tflite-micro@90b983c2b3f1). */
export interface ReciprocalRoot {
  readonly input: Grid;
  readonly output: Grid;
  readonly rescale: QuantizedMultiplier;
  readonly build: TfliteBuild;
}

/** The root and its product with the output scale are float32, the reciprocal a double. */
export function prepareReciprocalRoot(input: Grid, output: Grid, build: TfliteBuild): ReciprocalRoot {
  const root = Math.fround(Math.sqrt(input.scale));
  const rescale = quantizeMultiplierFor(1 / Math.fround(root * output.scale), build);
  return { input, output, rescale, build };
}

/** Fraction bits of 1 / sqrt(x − zeroPoint) between the two multiplications. */
const ROOT_FRACTION_BITS = 20;

/** `1 / sqrt(x)` of codes from the zero point on; the zero point itself gives the largest code. */
export function reciprocalRoot(code: number, { input, output, rescale, build }: ReciprocalRoot): number {
  const x = offsetFrom(input, code);
  if (x === 0n) return maxOf(output.format);
  const root = inverseSquareRoot(x);
  const fixed = multiplyByQuantizedMultiplier(
    1n,
    root.multiplier,
    root.leftShift + ROOT_FRACTION_BITS,
    build,
  );
  const shift = rescale.leftShift - ROOT_FRACTION_BITS;
  return codeOn(output, multiplyByQuantizedMultiplier(fixed, rescale.multiplier, shift, build));
}

/**
 * L2_NORMALIZATION of int8, one row (`reference/integer_ops/l2normalization.h`): `x / sqrt(Σ x²)` on the output grid of scale 1/128
 * and zero point 0.
 */
export function l2NormalizedRow(row: readonly number[], input: Grid, build: TfliteBuild): number[] {
  const offsets = row.map((code) => offsetFrom(input, code));
  const { multiplier, leftShift } = inverseSquareRoot(offsets.reduce((sum, x) => sum + x * x, 0n));
  return offsets.map((x) =>
    Number(saturate(multiplyByQuantizedMultiplier(x, multiplier, leftShift + 7, build), INT8)),
  );
}
