import type { QuantizedMultiplier } from '../multipliers/tflite.js';
import { multiplyByQuantizedMultiplier, quantizeMultiplierFor, type TfliteBuild } from './build.js';
import { codeOn, offsetFrom, type Grid } from './grid.js';

/**
 * ADD, SUB and SQUARED_DIFFERENCE bring both operands to one scale T / 2^leftShift, T twice the larger input scale, before
 * they meet (`micro/kernels/{add,sub}_common.cc`, `squared_difference.cc` at tensorflow/tflite-micro@90b983c2b3f1).
 */
export interface SumScaling {
  /** Fraction bits given to `code − zeroPoint` before it is rescaled. */
  readonly leftShift: number;
  readonly inputFactors: readonly [number, number];
  readonly outputFactor: number;
}

const sumLeftShift = ({ format }: Grid): number => (format.bits === 8 ? 20 : 15);

/** ADD: every ratio in double. */
export const addScaling = (a: Grid, b: Grid, output: Grid): SumScaling => sumScaling(a, b, output, (x) => x);

/** SUB of the Micro kernels: twice the larger scale and the three ratios are float32. */
export const subScaling = (a: Grid, b: Grid, output: Grid): SumScaling =>
  sumScaling(a, b, output, Math.fround);

function sumScaling(a: Grid, b: Grid, output: Grid, rounded: (x: number) => number): SumScaling {
  const leftShift = sumLeftShift(a);
  const twice = rounded(2 * Math.max(a.scale, b.scale));
  return {
    leftShift,
    inputFactors: [rounded(a.scale / twice), rounded(b.scale / twice)],
    outputFactor: rounded(twice / (2 ** leftShift * output.scale)),
  };
}

/** What SQUARED_DIFFERENCE works with. */
export interface SquaredDifference {
  readonly inputs: readonly [Grid, Grid];
  readonly output: Grid;
  readonly leftShift: number;
  readonly inputMultipliers: readonly [QuantizedMultiplier, QuantizedMultiplier];
  readonly outputMultiplier: QuantizedMultiplier;
  readonly build: TfliteBuild;
}

/** 7 fraction bits for 8-bit codes, none for 16-bit ones, so the square fits int32; every ratio in double. */
export function prepareSquaredDifference(
  a: Grid,
  b: Grid,
  output: Grid,
  build: TfliteBuild,
): SquaredDifference {
  const leftShift = a.format.bits === 8 ? 7 : 0;
  const twice = 2 * Math.max(a.scale, b.scale);
  return {
    inputs: [a, b],
    output,
    leftShift,
    inputMultipliers: [
      quantizeMultiplierFor(a.scale / twice, build),
      quantizeMultiplierFor(b.scale / twice, build),
    ],
    outputMultiplier: quantizeMultiplierFor((twice * twice) / (2 ** (2 * leftShift) * output.scale), build),
    build,
  };
}

/** `MBQM((u − v)²) + zeroPoint` with u and v the rescaled operands; |u − v| is at most 2^15, so the square fits int32. */
export function squaredDifference(aCode: number, bCode: number, parameters: SquaredDifference): number {
  const { inputs, output, leftShift, inputMultipliers, outputMultiplier, build } = parameters;
  const rescaled = (code: number, which: 0 | 1): bigint => {
    const { multiplier, leftShift: shift } = inputMultipliers[which];
    const shifted = offsetFrom(inputs[which], code) << BigInt(leftShift);
    return multiplyByQuantizedMultiplier(shifted, multiplier, shift, build);
  };
  const difference = rescaled(aCode, 0) - rescaled(bCode, 1);
  const { multiplier, leftShift: shift } = outputMultiplier;
  return codeOn(output, multiplyByQuantizedMultiplier(difference * difference, multiplier, shift, build));
}
