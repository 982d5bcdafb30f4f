import { roundingDivideByPot } from '../gemmlowp.js';
import { INT16, saturate, wrap } from '../int-format.js';
import { quantizeMultiplier, reduceMultiplier } from '../multipliers/tflite.js';
import { roundShift } from '../rounding.js';
import { codeOn, offsetFrom, type Grid } from './grid.js';
import { float32QuotientFactor } from './scales.js';

/** A factor `multiplier · 2^(exponent − 15)` with a 15-bit multiplier. */
interface ShortMultiplier {
  readonly multiplier: bigint;
  readonly exponent: number;
}

/** What HARD_SWISH works with; the same in both builds. */
export interface HardSwish {
  readonly input: Grid;
  readonly output: Grid;
  /** To the output's scale. */
  readonly toOutput: ShortMultiplier;
  /** To 3 = 2^15, the scale on which the gate saturates. */
  readonly toGate: ShortMultiplier;
}

/** `HardSwishPrepare` (`micro/kernels/hard_swish_common.cc` at tensorflow/tflite-micro@90b983c2b3f1): quotients of float32. */
export function prepareHardSwish(input: Grid, output: Grid): HardSwish {
  const fineScale = Math.fround(input.scale / 128);
  return {
    input,
    output,
    toOutput: shortMultiplier(float32QuotientFactor(fineScale, output.scale)),
    toGate: shortMultiplier(float32QuotientFactor(fineScale, Math.fround(3 / 32768))),
  };
}

/** `DownScaleInt32ToInt16Multiplier` after `QuantizeMultiplier`. */
function shortMultiplier(factor: number): ShortMultiplier {
  const { multiplier, leftShift } = quantizeMultiplier(factor);
  return { multiplier: BigInt(reduceMultiplier(multiplier)), exponent: leftShift };
}

/**
 * `x · relu6(x + 3) / 6` on int8 codes in 16-bit fixed point (`reference/hard_swish.h`). Products round half up, except the
 * last, which is truncated on purpose: that cancels the bias of the others.
 */
export function hardSwish(code: number, { input, output, toOutput, toGate }: HardSwish): number {
  const fine = wrap(offsetFrom(input, code) << 7n, INT16);
  const value = highMultiply(fine, toOutput.multiplier);
  const product = gate(fine, toGate) * value;
  return codeOn(output, roundingDivideByPot(product / 32768n, -toOutput.exponent));
}

/** `relu6(x + 3) / 6` in Q0.15: x on the scale where 3 is 2^15, saturated to ±3, then halved and moved to [0, 1). */
function gate(fine: bigint, { multiplier, exponent }: ShortMultiplier): bigint {
  const before = exponent > 0 ? saturate(fine << BigInt(exponent - 1), INT16) : fine;
  const scaled = highMultiply(before, multiplier);
  const after = exponent > 0 ? saturate(scaled << 1n, INT16) : roundingDivideByPot(scaled, -exponent);
  return (after + 32768n) >> 1n;
}

/** gemmlowp's `SaturatingRoundingDoublingHighMul` of int16: half up; only (−2^15)² saturates. */
function highMultiply(a: bigint, b: bigint): bigint {
  return saturate(roundShift(a * b, 15, 'halfUp'), INT16);
}
