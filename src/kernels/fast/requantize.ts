import { assertNever } from '../../core/errors.js';
import { channelCount, type GenericRequantizer, type Requantizer } from '../../arith/requantizer.js';
import type { RuleName } from '../../arith/requantizers/names.js';
import type { OutputGrid, Parameters } from '../../arith/requantizers/rule.js';
import { kebabCase } from '../../arith/rounding.js';
import { bindRule, UNBOUNDED } from './requantizers/bind-rule.js';
import type { Round } from './requantizers/round.js';

/** A requantizer made ready, without bigint. */
export interface FastRequantizer {
  /** One entry for the tensor or one per channel. */
  readonly rounds: readonly Round[];
  /** 0 where one entry serves every channel, else −1. */
  readonly channelMask: number;
}

/**
 * Equal to `arith/requantize` for every int32 accumulator: to the code where there is an output grid (`requantizeToCode`),
 * else to the rounded value, which is exact below 2^53 and of the right sign beyond.
 */
export function bindRequantizer(requantizer: Requantizer, output: OutputGrid = UNBOUNDED): FastRequantizer {
  const entries = channelCount(requantizer);
  const rounds = Array.from({ length: entries }, (_, entry) => {
    const { rule, parameters } = ruleAndParameters(requantizer, entry);
    return bindRule(rule, parameters, output);
  });
  return { rounds, channelMask: entries === 1 ? 0 : -1 };
}

export function requantizeFast(
  { rounds, channelMask }: FastRequantizer,
  accumulator: number,
  channel: number,
): number {
  return rounds[channel & channelMask]!(accumulator);
}

/** A rule of the registry and its parameters for a channel. */
export interface RuleEntry {
  readonly rule: RuleName;
  readonly parameters: Parameters;
}

/** Entry of a requantizer, our own families among them, as a rule of the registry. */
export function ruleAndParameters(requantizer: Requantizer, entry: number): RuleEntry {
  return requantizer.kind === 'stack'
    ? { rule: requantizer.rule, parameters: requantizer.channels[entry]! }
    : houseRule(requantizer, entry);
}

/** Our own families are rules of the registry, too. */
function houseRule(requantizer: GenericRequantizer, entry: number): RuleEntry {
  switch (requantizer.kind) {
    case 'multiplyShift':
      return {
        rule: `multiply-shift-${kebabCase(requantizer.rounding)}` as RuleName,
        parameters: {
          multiplier: requantizer.multipliers[entry]!,
          rightShift: requantizer.shifts[entry]!,
        },
      };
    case 'shift':
      return {
        rule: `shift-${kebabCase(requantizer.rounding)}` as RuleName,
        parameters: { shift: requantizer.shifts[entry]! },
      };
    case 'doubleRounding':
      return {
        rule: 'double-rounding',
        parameters: {
          multiplier: requantizer.multipliers[entry]!,
          leftShift: requantizer.leftShifts[entry]!,
        },
      };
    default:
      return assertNever(requantizer);
  }
}
