import type { QuantizedMultiplier } from '../multipliers/tflite.js';
import type { CodeRange } from '../requantizer.js';
import { activationRange } from './activation-range.js';
import { multiplyByQuantizedMultiplier, quantizeMultiplierFor, type TfliteBuild } from './build.js';
import { codeOn, offsetFrom, type Grid } from './grid.js';
import { float32QuotientFactor, productFactor, quotientFactor } from './scales.js';

/**
 * Operators with one factor from zero on and another below (`reference/{leaky_relu,prelu}.h` at
 * tensorflow/tflite-micro@90b983c2b3f1), and their relatives RELU, RELU6 and ABS.
 */
export interface Rectifier {
  readonly input: Grid;
  readonly output: Grid;
  readonly fromZero: QuantizedMultiplier;
  readonly belowZero: QuantizedMultiplier;
  readonly build: TfliteBuild;
}

/** LEAKY_RELU: both factors are float32. */
export interface LeakyRelu extends Rectifier {
  /** `QuantizeMultiplier` gets |alpha|; the rescaled value is negated where alpha is negative. */
  readonly negatesBelowZero: boolean;
}

export function prepareLeakyRelu(input: Grid, output: Grid, alpha: number, build: TfliteBuild): LeakyRelu {
  const slope = float32QuotientFactor(Math.fround(input.scale * alpha), output.scale);
  return {
    input,
    output,
    fromZero: quantizeMultiplierFor(float32QuotientFactor(input.scale, output.scale), build),
    belowZero: quantizeMultiplierFor(Math.abs(slope), build),
    negatesBelowZero: slope < 0,
    build,
  };
}

export function leakyRelu(code: number, parameters: LeakyRelu): number {
  const { input, output, fromZero, belowZero, negatesBelowZero, build } = parameters;
  const x = offsetFrom(input, code);
  if (x >= 0n) return codeOn(output, rescale(x, fromZero, build));
  const rescaled = rescale(x, belowZero, build);
  return codeOn(output, negatesBelowZero ? -rescaled : rescaled);
}

/** PRELU: a slope per element of its own tensor; both factors in double. */
export interface Prelu extends Rectifier {
  readonly slope: Grid;
}

export function preparePrelu(input: Grid, slope: Grid, output: Grid, build: TfliteBuild): Prelu {
  return {
    input,
    slope,
    output,
    fromZero: quantizeMultiplierFor(quotientFactor(input.scale, output.scale), build),
    belowZero: quantizeMultiplierFor(productFactor(input.scale, slope.scale, output.scale), build),
    build,
  };
}

export function prelu(code: number, slopeCode: number, parameters: Prelu): number {
  const { input, slope, output, fromZero, belowZero, build } = parameters;
  const x = offsetFrom(input, code);
  if (x >= 0n) return codeOn(output, rescale(x, fromZero, build));
  return codeOn(output, rescale(x * offsetFrom(slope, slopeCode), belowZero, build));
}

/** RELU: the clamp beside its rescaling by the float32 quotient of the scales, whose lower end is the output's zero. */
export const reluRange = (output: Grid): CodeRange => activationRange('relu', output);

/** RELU6 copies codes between 0 and 6; there is no rescaling. */
export const relu6Range = (grid: Grid): CodeRange => activationRange('relu6', grid);

/**
 * ABS (`micro/kernels/elementwise.cc`): rescaled by the float32 quotient of the scales. The kernel skips that where they are equal,
 * which changes nothing: both builds multiply by 1 exactly.
 */
export function absoluteValue(code: number, input: Grid, output: Grid, build: TfliteBuild): number {
  const x = offsetFrom(input, code);
  const factor = float32QuotientFactor(input.scale, output.scale);
  return codeOn(output, rescale(x < 0n ? -x : x, quantizeMultiplierFor(factor, build), build));
}

const rescale = (x: bigint, { multiplier, leftShift }: QuantizedMultiplier, build: TfliteBuild): bigint =>
  multiplyByQuantizedMultiplier(x, multiplier, leftShift, build);
