import { assertNever } from '../../core/errors.js';
import { requantize } from '../../arith/requantize.js';
import {
  channelCount,
  type GenericRequantizer,
  type Requantizer,
  type StackRequantizer,
} from '../../arith/requantizer.js';
import type { RoundingMode } from '../../arith/rounding.js';
import { highMultiply } from './fixed-point.js';
import { roundingAddends } from './rounding-addends.js';

/**
 * Requantizers without bigint, equal to `arith/requantize` for every int32 accumulator.
 *
 * A product of 63 bits does not fit a double, so the accumulator is split, acc = 2^16 · high + low, and so is
 *
 *     acc · multiplier = 2^t · top + rest      t = min(16, shift), 0 <= rest < 2^t
 *     top  = high · multiplier · 2^(16 − t) + floor(low · multiplier / 2^t)
 *
 * With shift >= 16 every step is exact: |high · multiplier| <= 2^46 and low · multiplier < 2^47. A rounding mode adds
 * some A = 2^t · topAddend + restAddend in [0, 2^shift) and floors (`rounding-addends.ts`), so the result is
 *
 *     floor((top + topAddend + carry) / 2^(shift − t))      carry = 1 where rest + restAddend reaches 2^t, else 0
 *
 * With shift < 16 nothing is left to divide by. The sum in `top` may then exceed 2^53 and be rounded, to a double of the
 * same sign that is at least 2^53: results below 2^53 in magnitude are exact, wider ones clamp to the right end.
 */
type Step = (parameters: Parameters, channel: number, accumulator: number) => number;

/** One entry per channel; the addends two: for `acc >= 0` or an even quotient, and for `acc < 0` or an odd one. */
interface Parameters {
  readonly multiplier: Float64Array;
  /** `multiplier · 2^(16 − t)`. */
  readonly highMultiplier: Float64Array;
  /** `2^t` and its inverse. */
  readonly restUnit: Float64Array;
  readonly restScale: Float64Array;
  /** `2^(t − shift)`. */
  readonly topScale: Float64Array;
  readonly topAddend: Float64Array;
  readonly restAddend: Float64Array;
  /** Left shifts before the multiplication. */
  readonly leftShift: Int32Array;
}

/** A requantizer made ready: `step(parameters, channel & channelMask, accumulator)`. */
export interface FastRequantizer {
  readonly step: Step;
  readonly parameters: Parameters;
  /** 0 where one entry serves every channel, else −1. */
  readonly channelMask: number;
}

/** Rounds an int32 accumulator: the value before zero point and clamp. Exact below 2^53, of the right sign beyond. */
export function requantizeFast(
  { step, parameters, channelMask }: FastRequantizer,
  accumulator: number,
  channel: number,
): number {
  return step(parameters, channel & channelMask, accumulator);
}

/** Any rounding mode whose addend depends on the sign of the accumulator, or on nothing. */
const stepBySign: Step = (p, channel, accumulator) => {
  const low = (accumulator & 0xffff) * p.multiplier[channel]!;
  const lowTop = Math.floor(low * p.restScale[channel]!);
  const restUnit = p.restUnit[channel]!;
  const addend = 2 * channel + (accumulator < 0 ? 1 : 0);
  const carry = low - lowTop * restUnit + p.restAddend[addend]! >= restUnit ? 1 : 0;
  const top = (accumulator >> 16) * p.highMultiplier[channel]! + lowTop;
  return Math.floor((top + p.topAddend[addend]! + carry) * p.topScale[channel]!);
};

/** Any rounding mode whose addend depends on whether the quotient rounded down is odd. */
const stepByParity: Step = (p, channel, accumulator) => {
  const low = (accumulator & 0xffff) * p.multiplier[channel]!;
  const lowTop = Math.floor(low * p.restScale[channel]!);
  const restUnit = p.restUnit[channel]!;
  const top = (accumulator >> 16) * p.highMultiplier[channel]! + lowTop;
  const addend = 2 * channel + (Math.floor(top * p.topScale[channel]!) & 1);
  const carry = low - lowTop * restUnit + p.restAddend[addend]! >= restUnit ? 1 : 0;
  return Math.floor((top + p.topAddend[addend]! + carry) * p.topScale[channel]!);
};

/** `halfUp` and `floor` of shifts above 16: the addend is a multiple of 2^16, so `rest` never carries and is not made. */
const stepWithoutRest: Step = (p, channel, accumulator) => {
  const lowTop = Math.floor((accumulator & 0xffff) * p.multiplier[channel]! * 2 ** -16);
  const top = (accumulator >> 16) * p.multiplier[channel]! + lowTop;
  return Math.floor((top + p.topAddend[2 * channel]!) * p.topScale[channel]!);
};

/**
 * gemmlowp's two roundings. The left shift wraps, as `<<` does. The rounding division works on an int32 plus an addend of
 * at most 2^30: exact.
 */
const stepTwice: Step = (p, channel, accumulator) => {
  const high = highMultiply(accumulator << p.leftShift[channel]!, p.multiplier[channel]!);
  return Math.floor((high + p.topAddend[2 * channel + (high < 0 ? 1 : 0)]!) * p.topScale[channel]!);
};

/** What one channel asks for, before it is spread over `Parameters`. */
interface ChannelRule {
  readonly multiplier: number;
  readonly leftShift: number;
  readonly shift: number;
  /** t, the bits of the product kept apart. */
  readonly restBits: number;
  readonly addends: readonly [bigint, bigint];
}

export function bindRequantizer(requantizer: Requantizer): FastRequantizer {
  if (requantizer.kind === 'stack') return bindStack(requantizer);
  const entries = channelCount(requantizer);
  const rules = Array.from({ length: entries }, (_, entry) => channelRule(requantizer, entry));
  return {
    step: stepFor(requantizer, rules),
    parameters: parametersOf(rules),
    channelMask: entries === 1 ? 0 : -1,
  };
}

function bindStack(requantizer: StackRequantizer): FastRequantizer {
  return {
    step: (_, channel, accumulator) => Number(requantize(accumulator, requantizer, channel)),
    parameters: parametersOf([]),
    channelMask: requantizer.channels.length === 1 ? 0 : -1,
  };
}

function channelRule(requantizer: GenericRequantizer, entry: number): ChannelRule {
  switch (requantizer.kind) {
    case 'multiplyShift': {
      const multiplier = requantizer.multipliers[entry]!;
      return singleRounding(multiplier, requantizer.shifts[entry]!, requantizer.rounding);
    }
    case 'shift': {
      const shift = requantizer.shifts[entry]!; // to the left it multiplies by a power of two, to the right by 1
      return singleRounding(2 ** Math.max(-shift, 0), Math.max(shift, 0), requantizer.rounding);
    }
    case 'doubleRounding': {
      const multiplier = requantizer.multipliers[entry]!;
      const leftShift = Math.max(requantizer.leftShifts[entry]!, 0);
      const shift = Math.max(-requantizer.leftShifts[entry]!, 0);
      const { addends } = roundingAddends('halfAwayFromZero', shift);
      return { multiplier, leftShift, shift, restBits: 0, addends };
    }
    default:
      return assertNever(requantizer);
  }
}

function singleRounding(multiplier: number, shift: number, rounding: RoundingMode): ChannelRule {
  const { addends } = roundingAddends(rounding, shift);
  return { multiplier, leftShift: 0, shift, restBits: Math.min(16, shift), addends };
}

function stepFor(requantizer: GenericRequantizer, rules: readonly ChannelRule[]): Step {
  if (requantizer.kind === 'doubleRounding') return stepTwice;
  const { chosenBy } = roundingAddends(requantizer.rounding, 0);
  const carries = ({ restBits, addends }: ChannelRule): boolean =>
    restBits < 16 || addends.some((addend) => addend !== addends[0] || addend % 0x10000n !== 0n);
  if (!rules.some(carries)) return stepWithoutRest;
  return chosenBy === 'sign' ? stepBySign : stepByParity;
}

function parametersOf(rules: readonly ChannelRule[]): Parameters {
  const perChannel = (value: (rule: ChannelRule) => number): Float64Array => Float64Array.from(rules, value);
  const perAddend = (value: (addend: bigint, unit: bigint) => bigint): Float64Array =>
    Float64Array.from(
      rules.flatMap(({ addends, restBits }) =>
        addends.map((addend) => Number(value(addend, 1n << BigInt(restBits)))),
      ),
    );
  return {
    multiplier: perChannel(({ multiplier }) => multiplier),
    highMultiplier: perChannel(({ multiplier, restBits }) => multiplier * 2 ** (16 - restBits)),
    restUnit: perChannel(({ restBits }) => 2 ** restBits),
    restScale: perChannel(({ restBits }) => 2 ** -restBits),
    topScale: perChannel(({ restBits, shift }) => 2 ** (restBits - shift)),
    topAddend: perAddend((addend, unit) => addend / unit),
    restAddend: perAddend((addend, unit) => addend % unit),
    leftShift: Int32Array.from(rules, ({ leftShift }) => leftShift),
  };
}
