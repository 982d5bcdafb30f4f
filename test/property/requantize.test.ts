import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  fits,
  INT32,
  INT8,
  quantizeMultiplier,
  requantize,
  requantizerFor,
  requantizeToCode,
  type GenericRequantizer,
} from '../../src/arith/index.js';
import { anyAccumulator, anyClamp, anyGenericRequantizer, anyInteger } from '../../src/testing/index.js';
import { requantizeRational } from '../oracle/rational.js';
import { counterexample } from '../support/counterexample.js';

/** Whether gemmlowp's left shift keeps the accumulator in int32; outside, it wraps and means nothing. */
function staysInInt32(acc: number, requantizer: GenericRequantizer): boolean {
  return (
    requantizer.kind !== 'doubleRounding' ||
    requantizer.leftShifts.every((shift) => fits(acc * 2 ** Math.max(shift, 0), INT32))
  );
}

it('equals the exact rational definition for every accumulator and every requantizer', () => {
  expect(
    counterexample(
      fc.property(anyAccumulator(), anyGenericRequantizer(), (acc, requantizer) => {
        fc.pre(staysInInt32(acc, requantizer));
        return requantize(acc, requantizer, 0) === requantizeRational(BigInt(acc), requantizer);
      }),
      20_000,
    ),
  ).toBe('');
});

it('never decreases when the accumulator increases', () => {
  expect(
    counterexample(
      fc.property(anyAccumulator(), anyAccumulator(), anyGenericRequantizer(), (a, b, requantizer) => {
        fc.pre(staysInInt32(a, requantizer) && staysInInt32(b, requantizer));
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        return requantize(low, requantizer, 0) <= requantize(high, requantizer, 0);
      }),
      20_000,
    ),
  ).toBe('');
});

it('is nowhere more than one apart under one and under two roundings of the same multiplier', () => {
  const factor = fc.tuple(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.integer({ min: -31, max: 0 }));
  expect(
    counterexample(
      fc.property(anyAccumulator(), factor, (acc, [mantissa, exponent]) => {
        const factors = [mantissa * 2 ** exponent];
        const double = requantizerFor(factors, 'double');
        fc.pre(staysInInt32(acc, double));
        const difference = requantize(acc, double, 0) - requantize(acc, requantizerFor(factors, 'single'), 0);
        return difference <= 1n && difference >= -1n;
      }),
      20_000,
    ),
  ).toBe('');
});

it('uses the entry of its channel where there is one per channel', () => {
  expect(
    counterexample(
      fc.property(
        anyAccumulator(),
        anyGenericRequantizer(3),
        fc.nat({ max: 2 }),
        (acc, requantizer, channel) => {
          const entry = (list: readonly number[]): number[] => [list[channel]!];
          const own: GenericRequantizer =
            requantizer.kind === 'doubleRounding'
              ? {
                  ...requantizer,
                  multipliers: entry(requantizer.multipliers),
                  leftShifts: entry(requantizer.leftShifts),
                }
              : requantizer.kind === 'shift'
                ? { ...requantizer, shifts: entry(requantizer.shifts) }
                : {
                    ...requantizer,
                    multipliers: entry(requantizer.multipliers),
                    shifts: entry(requantizer.shifts),
                  };
          return requantize(acc, requantizer, channel) === requantize(acc, own, channel);
        },
      ),
    ),
  ).toBe('');
});

it('adds the zero point after rounding and clamps last', () => {
  expect(
    counterexample(
      fc.property(
        anyAccumulator(),
        anyGenericRequantizer(),
        anyInteger(INT8),
        anyClamp(INT8),
        (acc, requantizer, zeroPoint, clamp) => {
          const sum = requantize(acc, requantizer, 0) + BigInt(zeroPoint);
          const code = requantizeToCode(acc, requantizer, 0, zeroPoint, clamp);
          if (sum < BigInt(clamp.min)) return code === clamp.min;
          if (sum > BigInt(clamp.max)) return code === clamp.max;
          return BigInt(code) === sum;
        },
      ),
    ),
  ).toBe('');
});

it('approximates every factor with a relative error of at most 2^-31', () => {
  const factor = fc.tuple(
    fc.double({ min: 0.5, max: 1, maxExcluded: true, noNaN: true }),
    fc.integer({ min: -31, max: 31 }),
  );
  expect(
    counterexample(
      fc.property(factor, ([mantissa, exponent]) => {
        const { multiplier, leftShift } = quantizeMultiplier(mantissa * 2 ** exponent);
        const inRange = multiplier >= 2 ** 30 && multiplier < 2 ** 31;
        return (
          inRange && Math.abs(multiplier * 2 ** (leftShift - exponent - 31) - mantissa) <= mantissa * 2 ** -31
        );
      }),
    ),
  ).toBe('');
});

it('samples accumulators that round to many different codes', () => {
  const requantizer = requantizerFor([0.001], 'single');
  const codes = fc
    .sample(anyAccumulator(), { numRuns: 1000, seed: 1 })
    .map((acc) => requantize(acc, requantizer, 0));
  expect(new Set(codes).size).toBeGreaterThan(100);
});
