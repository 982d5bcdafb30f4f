import { minOf, saturate } from '../../arith/int-format.js';
import {
  expOnNegativeValues,
  reciprocal,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul,
} from '../../arith/gemmlowp.js';
import { requantize } from '../../arith/requantize.js';
import { roundShift } from '../../arith/rounding.js';
import type { IntSoftmax } from '../../ir/ops/normalization.js';
import type { BindKernel } from '../kernel.js';
import { asInt32 } from './output-code.js';
import { formatOf, mapRows } from './tabulate.js';

/** Integer bits of the sum of exponentials: it is held in Q12.19, so up to 4095 equal terms fit. */
const SUM_INTEGER_BITS = 12;

/**
 * TFLite's int8 softmax (`reference/softmax.h` at tensorflow/tflite-micro@90b983c2b3f1, default build), for one row:
 *
 *     Eᵢ = exp(rescale(xᵢ − max x)) in Q0.31, or none where xᵢ − max x < smallestDifference
 *     S  = Σ RDBPOT(Eᵢ, 12) in Q12.19;   R · 2^−bitsOverUnit ≈ 1 / S
 *     yᵢ = saturate(round(SRDHM(R, Eᵢ) / 2^(bitsOverUnit + 31 − bits)) + lowest), half away from zero
 *
 * The last shift passes 31 where 512 or more 8-bit terms are nearly equal; C leaves that undefined, here it is real 0.
 */
export const softmax: BindKernel<IntSoftmax> = (node, _operands, result) => {
  const format = formatOf(result.type);
  const lowest = minOf(format);
  const rescale = {
    kind: 'doubleRounding',
    multipliers: [node.multiplier],
    leftShifts: [node.leftShift],
  } as const;
  return ([x]) =>
    mapRows(x!, result, (row) => {
      const maximum = Math.max(...row);
      const exponentials = row.map((code) => {
        const difference = code - maximum;
        if (difference < node.smallestDifference) return null;
        return expOnNegativeValues(requantize(difference, rescale, 0));
      });
      const terms = exponentials.map((e) => roundingDivideByPot(e ?? 0n, SUM_INTEGER_BITS));
      const sum = terms.reduce((total, term) => total + term, 0n);
      const { scaled, bitsOverUnit } = reciprocal(BigInt(asInt32(Number(sum), node)), SUM_INTEGER_BITS);
      return exponentials.map((e) => {
        if (e === null) return lowest;
        const product = saturatingRoundingDoublingHighMul(scaled, e);
        const code = roundShift(product, bitsOverUnit + 31 - format.bits, 'halfAwayFromZero');
        return Number(saturate(code + BigInt(lowest), format));
      });
    });
};
