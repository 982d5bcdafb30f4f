import { assert } from '../../core/errors.js';
import { expOnNegativeValues } from '../../arith/gemmlowp.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import { requantize } from '../../arith/requantize.js';
import type { IntSoftmax } from '../../ir/ops/normalization.js';
import type { BindKernel } from '../kernel.js';
import { asInt32 } from '../reference/output-code.js';
import { reciprocal, highMultiply } from './fixed-point.js';
import { codesOf, emptyResult, formatOf } from './operands.js';
import { largestOf } from './rows.js';

/** Integer bits of the sum of exponentials. */
const SUM_INTEGER_BITS = 12;

/**
 * TFLite's int8 softmax as `reference/softmax.ts` states it. An exponential depends on the difference to the maximum
 * alone, so both Eᵢ and its share of the sum come out of tables that are filled when the kernel is bound.
 *
 * The last shift is between 15 and 40: the maximum's own term is 2^19, so S has at most 12 leading zeros and at least 1,
 * and codes have 2 to 16 bits. Products are not negative and below 2^31: half away from zero is half up, exact in doubles.
 */
export const softmax: BindKernel<IntSoftmax> = (node, [x], result) => {
  assert(node.smallestDifference <= 0, 'the maximum itself always counts', { node: node.name });
  const format = formatOf(result);
  const [lowest, highest] = [minOf(format), maxOf(format)];
  const codes = Math.min(2 ** formatOf(x!).bits, 1 - node.smallestDifference);
  const rescale = {
    kind: 'doubleRounding',
    multipliers: [node.multiplier],
    leftShifts: [node.leftShift],
  } as const;
  const exponentials = Float64Array.from({ length: codes }, (_, distance) =>
    Number(expOnNegativeValues(requantize(0 - distance, rescale, 0))),
  );
  const terms = exponentials.map((e) => Math.floor(e / 2 ** SUM_INTEGER_BITS + 0.5));
  const length = x!.shape.at(-1)!;
  return ([tensor]) => {
    const values = codesOf(tensor);
    const made = emptyResult(result);
    const output = made.data;
    for (let row = 0; row < values.length; row += length) {
      const maximum = largestOf(values, row, length);
      let sum = 0;
      for (let i = row; i < row + length; i += 1) {
        const distance = maximum - values[i]!;
        if (distance < codes) sum += terms[distance]!;
      }
      const { scaled, bitsOverUnit } = reciprocal(asInt32(sum, node), SUM_INTEGER_BITS);
      const unit = 2 ** (bitsOverUnit + 31 - format.bits);
      for (let i = row; i < row + length; i += 1) {
        const distance = maximum - values[i]!;
        if (distance < codes) {
          const code = lowest + Math.floor(highMultiply(scaled, exponentials[distance]!) / unit + 0.5);
          output[i] = code > highest ? highest : code;
        } else {
          output[i] = lowest;
        }
      }
    }
    return made;
  };
};
