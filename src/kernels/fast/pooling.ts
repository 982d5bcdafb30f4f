import { assert } from '../../core/errors.js';
import type { IntAveragePool, MaxPool } from '../../ir/ops/pooling.js';
import type { BindKernel } from '../kernel.js';
import { asInt32 } from '../reference/output-code.js';
import { divideHalfAway } from './division.js';
import { codesOf, emptyResult, formatOf } from './operands.js';
import { windowWalk } from './windows.js';

/** The largest code of each window. Codes differ by less than 2^31, so the sign of a difference is its top bit. */
export const maxPool: BindKernel<MaxPool> = (node, [x], result) => {
  assert(formatOf(x!).bits <= 31, 'pooled codes are narrower than 32 bits', { node: node.name });
  const walk = windowWalk(node, x!.shape, result.shape);
  const channels = x!.shape[3]!;
  return ([images]) => {
    const codes = codesOf(images);
    const made = emptyResult(result);
    const output = made.data;
    walk((pixels, count, at) => {
      assert(count > 0, 'a window covers at least one input position');
      for (let channel = 0; channel < channels; channel += 1) {
        let largest = codes[pixels[0]! + channel]!;
        for (let pixel = 1; pixel < count; pixel += 1) {
          const lead = largest - codes[pixels[pixel]! + channel]!;
          largest -= lead & (lead >> 31); // the larger of the two, without a branch
        }
        output[at + channel] = largest;
      }
    });
    return made;
  };
};

/** `clamp(Σ code / count)`, half away from zero; padded positions are code `inputZeroPoint` where they count. */
export const averagePool: BindKernel<IntAveragePool> = (node, [x], result) => {
  const walk = windowWalk(node, x!.shape, result.shape);
  const channels = x!.shape[3]!;
  const positions = node.kernelHeight * node.kernelWidth;
  const { min, max } = node.clamp;
  return ([images]) => {
    const codes = codesOf(images);
    const made = emptyResult(result);
    const output = made.data;
    walk((pixels, count, at) => {
      const divisor = node.countIncludePad ? positions : count;
      const padding = (divisor - count) * node.inputZeroPoint;
      assert(divisor > 0, 'a window covers at least one position that counts');
      for (let channel = 0; channel < channels; channel += 1) {
        let sum = padding;
        for (let pixel = 0; pixel < count; pixel += 1) sum += codes[pixels[pixel]! + channel]!;
        if ((sum | 0) !== sum) asInt32(sum, node);
        const mean = divideHalfAway(sum, divisor);
        output[at + channel] = mean < min ? min : mean > max ? max : mean;
      }
    });
    return made;
  };
};
