import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requantizeToCode } from '../../src/arith/requantize.js';
import type { Requantizer } from '../../src/arith/requantizer.js';
import { ROUNDING_MODES } from '../../src/arith/rounding.js';
import { requantizerOf } from '../../src/engine/registers/requantize-in-doubles.js';
import { counterexample } from '../support/counterexample.js';

const multiplier = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
  fc.nat(30).map((bit) => 2 ** bit),
);
const leftShift = fc.integer({ min: -31, max: 30 });

const anyGeneric: fc.Arbitrary<Requantizer> = fc.oneof(
  fc.record({
    kind: fc.constant('shift' as const),
    rounding: fc.constantFrom(...ROUNDING_MODES),
    shifts: fc.tuple(fc.integer({ min: -31, max: 62 })),
  }),
  fc.record({
    kind: fc.constant('multiplyShift' as const),
    rounding: fc.constantFrom(...ROUNDING_MODES),
    multipliers: fc.tuple(multiplier),
    shifts: fc.tuple(fc.integer({ min: 0, max: 62 })),
  }),
  fc.record({
    kind: fc.constant('doubleRounding' as const),
    multipliers: fc.tuple(multiplier),
    leftShifts: fc.tuple(leftShift),
  }),
  fc.record({
    kind: fc.constant('stack' as const),
    rule: fc.constantFrom('tflite-double' as const, 'tflite-single' as const),
    channels: fc.tuple(fc.record({ multiplier, leftShift })),
  }),
);

/** Small ones, those near powers of two, and those that a shift makes ties of. */
const anySum = fc.oneof(
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc
    .record({ odd: fc.integer({ min: -9, max: 9 }), bit: fc.nat(27), by: fc.integer({ min: -1, max: 1 }) })
    .map(({ odd, bit, by }) => odd * 2 ** bit + by),
);

/** What, multiplied by an odd number, leaves a rest modulo 2^31. */
function sumOfRest(odd: number, rest: number): number {
  const [factor, modulus] = [BigInt(odd), 2n ** 31n];
  let inverse = 1n;
  // Newton: each turn doubles the bits that are right.
  for (let turn = 0; turn < 5; turn += 1) inverse = (inverse * (2n - factor * inverse)) % modulus;
  return Number((((BigInt(rest) * inverse) % modulus) + modulus) % modulus);
}

const codes = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const anyClamp = fc.constantFrom(codes, { min: -128, max: 127 }, { min: 0, max: 90 });

describe('a requantizer in doubles', () => {
  it('makes of every sum what the normative one makes', () => {
    const property = fc.property(
      anyGeneric,
      fc.array(anySum, { minLength: 30, maxLength: 30 }),
      fc.integer({ min: -128, max: 127 }),
      anyClamp,
      (requantizer, sums, zeroPoint, clamp) => {
        const codeOf = requantizerOf(requantizer, 0, zeroPoint, clamp);
        const different = sums.find(
          (sum) => codeOf(sum) !== requantizeToCode(sum, requantizer, 0, zeroPoint, clamp),
        );
        if (different !== undefined) throw new Error(`${different} becomes ${codeOf(different)}`);
      },
    );
    expect(counterexample(property, 4000)).toBe('');
  });

  it('leaves to it products too wide for a double: those beside a tie, and beside an integer', () => {
    const property = fc.property(
      fc.integer({ min: 2 ** 29, max: 2 ** 30 - 1 }).map((half) => 2 * half + 1),
      fc.constantFrom(...ROUNDING_MODES),
      fc.constantFrom(0, 1, 2 ** 30 - 1, 2 ** 30, 2 ** 30 + 1, 2 ** 31 - 1),
      fc.boolean(),
      (odd, rounding, rest, isNegative) => {
        const sum = sumOfRest(odd, rest) - (isNegative ? 2 ** 31 : 0);
        const rule: Requantizer = { kind: 'multiplyShift', rounding, multipliers: [odd], shifts: [31] };
        return requantizerOf(rule, 0, 0, codes)(sum) === requantizeToCode(sum, rule, 0, 0, codes);
      },
    );
    expect(counterexample(property, 3000)).toBe('');
  });
});
