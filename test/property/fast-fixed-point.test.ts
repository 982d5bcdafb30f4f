import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  reciprocal as exactReciprocal,
  saturatingRoundingDoublingHighMul,
} from '../../src/arith/gemmlowp.js';
import { highMultiply, reciprocal } from '../../src/kernels/fast/fixed-point.js';
import { integerSqrt as exactSqrt } from '../../src/arith/integer-math.js';
import { integerSqrt } from '../../src/kernels/fast/integer-sqrt.js';
import { divideHalfAway } from '../../src/kernels/fast/division.js';
import { roundQuotient } from '../../src/arith/rounding.js';
import { anyAccumulator } from '../../src/testing/index.js';
import { counterexample } from '../support/counterexample.js';

it('multiplies Q0.31 numbers as gemmlowp does', () => {
  const property = fc.property(anyAccumulator(), anyAccumulator(), (a, b) => {
    fc.pre(a !== -(2 ** 31) || b !== -(2 ** 31)); // the only product that saturates
    return BigInt(highMultiply(a, b)) === saturatingRoundingDoublingHighMul(BigInt(a), BigInt(b));
  });
  expect(counterexample(property, 100_000)).toBe('');
});

it('inverts every sum of exponentials as gemmlowp does', () => {
  const property = fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (value) => {
    const exact = exactReciprocal(BigInt(value), 12);
    const { scaled, bitsOverUnit } = reciprocal(value, 12);
    return BigInt(scaled) === exact.scaled && bitsOverUnit === exact.bitsOverUnit;
  });
  expect(counterexample(property, 50_000)).toBe('');
});

it('divides to nearest, ties away from zero, up to the last integers that doubles hold', () => {
  const quotients = fc.integer({ min: 1, max: 2 ** 31 }).chain((divisor) => {
    const largest = Math.floor((2 ** 53 - 3 * divisor) / 2) - 1;
    const near = fc
      .tuple(fc.integer({ min: 0, max: Math.floor(largest / divisor) - 1 }), fc.integer({ min: -1, max: 1 }))
      .map(([quotient, off]) => quotient * divisor + Math.floor(divisor / 2) + off);
    return fc.record({
      divisor: fc.constant(divisor),
      magnitude: fc.oneof(near, fc.integer({ min: 0, max: largest })),
      sign: fc.constantFrom(1, -1),
    });
  });
  const property = fc.property(quotients, ({ divisor, magnitude, sign }) => {
    const value = sign * magnitude;
    const exact = roundQuotient(BigInt(value), BigInt(divisor), 'halfAwayFromZero');
    return BigInt(divideHalfAway(value, divisor)) === exact;
  });
  expect(counterexample(property, 50_000)).toBe('');
});

it('takes the root of a value just below a square, which Math.sqrt rounds up', () => {
  const oddRoots = fc.integer({ min: 2 ** 26, max: 2 ** 27 - 1 }).map((half) => 2 * half + 1);
  // The square of an odd number is 1 more than a multiple of 8, so both are doubles up to 2^56.
  const property = fc.property(oddRoots, (root) => {
    const below = Number(BigInt(root) ** 2n - 1n);
    return Math.sqrt(below) === root && integerSqrt(below) === root - 1;
  });
  expect(counterexample(property, 10_000)).toBe('');
});

it('takes the root of every value as the bigint definition does', () => {
  const values = fc.tuple(fc.integer({ min: 0, max: 2 ** 52 }), fc.integer({ min: 0, max: 30 }));
  const property = fc.property(values, ([significand, exponent]) => {
    const value = significand * 2 ** exponent;
    return BigInt(integerSqrt(value)) === exactSqrt(BigInt(value));
  });
  expect(counterexample(property, 20_000)).toBe('');
});
