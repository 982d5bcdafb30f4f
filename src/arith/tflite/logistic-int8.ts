import { roundingDivideByPot } from '../gemmlowp.js';
import { logistic, tanh } from '../gemmlowp-functions.js';
import { INT8, maxOf, minOf, saturate } from '../int-format.js';
import { quantizeMultiplier, type QuantizedMultiplier } from '../multipliers/tflite.js';
import { multiplyByQuantizedMultiplier, type TfliteBuild } from './build.js';
import { offsetFrom, type Grid } from './grid.js';

/**
 * LOGISTIC and TANH of int8 in fixed point (`reference/integer_ops/{logistic,tanh}.h`, `micro/kernels/logistic_common.cc`, `tanh.cc`
 * at tensorflow/tflite-micro@90b983c2b3f1). Output grids: scale 1/256 and zero point −128; scale 1/128 and zero point 0.
 */
export interface SigmoidInt8 {
  readonly input: Grid;
  /** To Q4.27. */
  readonly rescale: QuantizedMultiplier;
  /** From this distance to the zero point on, the output is its lowest or largest code. */
  readonly radius: number;
  readonly build: TfliteBuild;
}

/** Both operators prepare alike; the factor is exact, and the radius assumes a multiplier of 1, as `CalculateInputRadius` does. */
export function prepareSigmoidInt8(input: Grid, build: TfliteBuild): SigmoidInt8 {
  const rescale = quantizeMultiplier(input.scale * 2 ** 27);
  return { input, rescale, radius: Math.floor((15 * 2 ** 27) / 2 ** rescale.leftShift), build };
}

export function logisticInt8(code: number, parameters: SigmoidInt8): number {
  return throughQ4(code, parameters, (x) => roundingDivideByPot(logistic(x), 31 - 8) - 128n);
}

export function tanhInt8(code: number, parameters: SigmoidInt8): number {
  return throughQ4(code, parameters, (x) => roundingDivideByPot(tanh(x), 31 - 7));
}

function throughQ4(code: number, parameters: SigmoidInt8, outputOf: (x: bigint) => bigint): number {
  const { input, rescale, radius, build } = parameters;
  const offset = offsetFrom(input, code);
  if (offset <= -radius) return minOf(INT8);
  if (offset >= radius) return maxOf(INT8);
  const x = multiplyByQuantizedMultiplier(offset, rescale.multiplier, rescale.leftShift, build);
  return Number(saturate(outputOf(x), INT8));
}
