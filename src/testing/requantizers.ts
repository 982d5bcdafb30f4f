import fc from 'fast-check';
import type { GenericRequantizer, StackRequantizer } from '../arith/requantizer.js';
import { REQUANTIZER_RULES } from '../arith/requantizers/registry.js';
import type { RequantizerRule } from '../arith/requantizers/rule.js';
import { ROUNDING_MODES } from '../arith/rounding.js';
import { anyMultiplier, anyParameters } from './parameters.js';

/** A rule of the registry, or of some of its rules, with parameters for so many channels. */
export function anyRequantizer(
  rules: readonly RequantizerRule[] = REQUANTIZER_RULES,
  channels = 1,
): fc.Arbitrary<StackRequantizer> {
  return fc.constantFrom(...rules).chain((rule) =>
    fc.record({
      kind: fc.constant('stack'),
      rule: fc.constant(rule.name),
      channels: listOf(anyParameters(rule), channels),
    }),
  );
}

/** A requantizer of the families that bitmac's own quantization makes, with parameters for so many channels. */
export function anyGenericRequantizer(channels = 1): fc.Arbitrary<GenericRequantizer> {
  return fc.oneof(anyMultiplyShift(channels), anyDoubleRounding(channels), anyShift(channels));
}

const anyMode = () => fc.constantFrom(...ROUNDING_MODES);

const anyMultiplyShift = (channels: number): fc.Arbitrary<GenericRequantizer> =>
  fc.record({
    kind: fc.constant('multiplyShift'),
    rounding: anyMode(),
    multipliers: listOf(anyMultiplier(), channels),
    shifts: listOf(fc.integer({ min: 0, max: 62 }), channels),
  });

const anyDoubleRounding = (channels: number): fc.Arbitrary<GenericRequantizer> =>
  fc.record({
    kind: fc.constant('doubleRounding'),
    multipliers: listOf(anyMultiplier(), channels),
    leftShifts: listOf(fc.integer({ min: -31, max: 30 }), channels),
  });

const anyShift = (channels: number): fc.Arbitrary<GenericRequantizer> =>
  fc.record({
    kind: fc.constant('shift'),
    rounding: anyMode(),
    shifts: listOf(fc.integer({ min: -31, max: 62 }), channels),
  });

const listOf = <T>(value: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
  fc.array(value, { minLength: length, maxLength: length });
