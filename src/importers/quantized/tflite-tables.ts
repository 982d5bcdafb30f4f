import type { AffineGrid } from '../../arith/affine.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import { codesWithin } from '../../arith/tflite/activation-range.js';
import { multiplyByQuantizedMultiplier } from '../../arith/tflite/build.js';
import {
  byteTable,
  float32Elu,
  float32Logistic,
  float32Tanh,
  type Float32Function,
} from '../../arith/tflite/byte-table.js';
import { codeOn, offsetFrom } from '../../arith/tflite/grid.js';
import { hardSwish, prepareHardSwish } from '../../arith/tflite/hard-swish.js';
import {
  logisticInt16,
  prepareLogisticInt16,
  prepareTanhInt16,
  tanhInt16,
} from '../../arith/tflite/logistic-int16.js';
import { absoluteValue, leakyRelu, prepareLeakyRelu } from '../../arith/tflite/rectifiers.js';
import { float32QuotientFactor } from '../../arith/tflite/scales.js';
import { quantizeMultiplier } from '../../arith/multipliers/tflite.js';
import type { UnaryFunction } from '../../ir/ops/elementwise.js';
import { isSigmoidInt16Grid } from './fixed-grids.js';

/** Output codes for all codes of the input, the lowest first. */
export function tabulate(input: AffineGrid, codeOf: (code: number) => number): number[] {
  const lowest = minOf(input.format);
  return Array.from({ length: maxOf(input.format) - lowest + 1 }, (_, entry) => codeOf(lowest + entry));
}

/** What TensorFlow Lite's kernels make of every code; null for functions that it has no integer kernel of. */
export function tfliteTable(
  f: UnaryFunction,
  input: AffineGrid,
  output: AffineGrid,
): readonly number[] | null {
  const isByte = input.format.bits === 8;
  switch (f.kind) {
    case 'sigmoid': {
      if (isByte) return byteTable(float32Logistic, input, output);
      if (!isSigmoidInt16Grid(input, output)) return null;
      const parameters = prepareLogisticInt16(input.scale);
      return tabulate(input, (code) => logisticInt16(code, parameters));
    }
    case 'tanh': {
      if (isByte) return byteTable(float32Tanh, input, output);
      if (!isSigmoidInt16Grid(input, output)) return null;
      const parameters = prepareTanhInt16(input.scale);
      return tabulate(input, (code) => tanhInt16(code, parameters));
    }
    case 'elu':
      return isByte ? byteTable(float32Elu, input, output) : null;
    case 'exp':
      return isByte ? byteTable(float32Exponential, input, output) : null;
    case 'hardSwish': {
      if (!isByte) return null;
      const parameters = prepareHardSwish(input, output);
      return tabulate(input, (code) => hardSwish(code, parameters));
    }
    case 'leakyRelu': {
      const parameters = prepareLeakyRelu(input, output, Math.fround(f.slope), 'double');
      return tabulate(input, (code) => leakyRelu(code, parameters));
    }
    case 'abs':
      return tabulate(input, (code) => absoluteValue(code, input, output, 'double'));
    case 'clip':
      return clipTable([f.min, f.max], input, output);
    default:
      return null;
  }
}

const float32Exponential: Float32Function = (x) => Math.fround(Math.exp(x));

/** RELU and its kin (`QuantizedReluX`, kernels/activations.cc): rescaled by a float32 quotient, then clamped. */
function clipTable(range: readonly [number, number], input: AffineGrid, output: AffineGrid): number[] {
  const { multiplier, leftShift } = quantizeMultiplier(float32QuotientFactor(input.scale, output.scale));
  const { min, max } = codesWithin(range, output);
  return tabulate(input, (code) => {
    const rescaled = multiplyByQuantizedMultiplier(offsetFrom(input, code), multiplier, leftShift, 'double');
    return Math.max(min, Math.min(max, codeOn(output, rescaled)));
  });
}
