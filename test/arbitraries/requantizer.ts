import fc from 'fast-check';
import {
  INT32,
  maxOf,
  minOf,
  ROUNDING_MODES,
  type CodeRange,
  type IntFormat,
  type GenericRequantizer,
} from '../../src/arith/index.js';

/** Integers of a format: its corners, neighbours of powers of two, small ones, anything. */
export function anyInteger(format: IntFormat): fc.Arbitrary<number> {
  const [min, max] = [minOf(format), maxOf(format)];
  const nearPower = fc
    .tuple(fc.integer({ min: 0, max: format.bits - 1 }), fc.integer({ min: -2, max: 2 }), fc.boolean())
    .map(([power, offset, negative]) => (negative ? -1 : 1) * 2 ** power + offset)
    .map((value) => Math.max(min, Math.min(max, value)));
  const small = fc.integer({ min: Math.max(min, -40), max: Math.min(max, 40) });
  return fc.oneof(fc.constantFrom(min, max), nearPower, small, fc.integer({ min, max }));
}

export const anyAccumulator = (): fc.Arbitrary<number> => anyInteger(INT32);

/** 31-bit multipliers: normalized ones, few significant bits (many ties), the corners, anything. */
export function anyMultiplier(): fc.Arbitrary<number> {
  const largest = 2 ** 31 - 1;
  const normalized = fc.integer({ min: 2 ** 30, max: largest });
  const fewBits = fc.tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 0, max: 27 }));
  return fc.oneof(
    normalized,
    fewBits.map(([bits, shift]) => bits * 2 ** shift),
    fc.constantFrom(0, 1, 2 ** 30, largest),
    fc.integer({ min: 0, max: largest }),
  );
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

const listOf = (value: fc.Arbitrary<number>, length: number): fc.Arbitrary<number[]> =>
  fc.array(value, { minLength: length, maxLength: length });

/** Any member of the union with the given number of entries. */
export function anyRequantizer(channels = 1): fc.Arbitrary<GenericRequantizer> {
  return fc.oneof(anyMultiplyShift(channels), anyDoubleRounding(channels), anyShift(channels));
}

/** Bounds inside a format. */
export function anyClamp(format: IntFormat): fc.Arbitrary<CodeRange> {
  return fc
    .tuple(anyInteger(format), anyInteger(format))
    .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
}
