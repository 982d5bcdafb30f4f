import { minOf, saturate, type IntFormat } from '../int-format.js';
import {
  expOnNegativeValues,
  reciprocal,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul,
} from '../gemmlowp.js';
import { roundShift } from '../rounding.js';
import type { SoftmaxScaling } from '../softmax-scaling.js';
import { multiplyByQuantizedMultiplier, type TfliteBuild } from './build.js';

/** Integer bits of the sum of exponentials: it is held in Q12.19, so up to 4095 equal terms fit. */
const SUM_INTEGER_BITS = 12;

/** The exponentials of a row in Q0.31, null where the difference to the maximum is too large, and their sum in Q12.19. */
export interface SoftmaxTerms {
  readonly exponentials: readonly (bigint | null)[];
  readonly sum: bigint;
}

/**
 * TFLite's softmax of int8 (`reference/softmax.h` at tensorflow/tflite-micro@90b983c2b3f1), for one row:
 *
 *     Eᵢ = exp(rescale(xᵢ − max x)) in Q0.31, or none where xᵢ − max x < smallestDifference
 *     S  = Σ RDBPOT(Eᵢ, 12) in Q12.19;   R · 2^−bitsOverUnit ≈ 1 / S
 *     yᵢ = saturate(round(SRDHM(R, Eᵢ) / 2^(bitsOverUnit + 31 − bits)) + lowest), half away from zero
 *
 * The last shift passes 31 where 512 or more 8-bit terms are nearly equal; C leaves that undefined, here it is real 0.
 *
 * @param output Format of y, whose scale is 2^−bits and whose lowest code is 0.
 */
export function softmaxRow(
  row: readonly number[],
  scaling: SoftmaxScaling,
  output: IntFormat,
  build: TfliteBuild,
): number[] {
  return softmaxCodes(softmaxTerms(row, scaling, build), output);
}

/** The first half of `softmaxRow`: E and S. */
export function softmaxTerms(
  row: readonly number[],
  scaling: SoftmaxScaling,
  build: TfliteBuild,
): SoftmaxTerms {
  const exponentials = differencesToMaximum(row).map((difference) =>
    difference < scaling.smallestDifference
      ? null
      : expOnNegativeValues(differenceInQ5(difference, scaling, build)),
  );
  const sum = exponentials.reduce<bigint>(
    (total, term) => total + roundingDivideByPot(term ?? 0n, SUM_INTEGER_BITS),
    0n,
  );
  return { exponentials, sum };
}

/** The second half of `softmaxRow`: y. The sum is a positive uint32. */
export function softmaxCodes({ exponentials, sum }: SoftmaxTerms, output: IntFormat): number[] {
  const lowest = minOf(output);
  const { scaled, bitsOverUnit } = reciprocal(sum, SUM_INTEGER_BITS);
  return exponentials.map((e) => {
    if (e === null) return lowest;
    const product = saturatingRoundingDoublingHighMul(scaled, e);
    const code = roundShift(product, bitsOverUnit + 31 - output.bits, 'halfAwayFromZero');
    return Number(saturate(code + BigInt(lowest), output));
  });
}

export function differencesToMaximum(row: readonly number[]): number[] {
  const maximum = row.reduce((largest, code) => Math.max(largest, code), -Infinity);
  return row.map((code) => code - maximum);
}

/** A difference of codes in Q5.26. */
export function differenceInQ5(difference: number, scaling: SoftmaxScaling, build: TfliteBuild): bigint {
  return multiplyByQuantizedMultiplier(BigInt(difference), scaling.multiplier, scaling.leftShift, build);
}
