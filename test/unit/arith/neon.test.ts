import { expect, it } from 'vitest';
import { sqadd, sqdmulh, sqrdmulh, sqrshl, sqshl, srshl, sshl } from '../../../src/arith/neon.js';

const LOW = -(2n ** 31n);
const HIGH = 2n ** 31n - 1n;

it('shifts to the left wrap or saturate', () => {
  expect([sshl(2n ** 30n, 1), srshl(2n ** 30n, 1), sqshl(2n ** 30n, 1), sqrshl(-(2n ** 30n), 2)]).toEqual([
    LOW,
    LOW,
    HIGH,
    LOW,
  ]);
});

it('shifts to the right round down, or with ties up', () => {
  expect([sshl(-3n, -1), sqshl(-3n, -1), srshl(-3n, -1), sqrshl(-3n, -1)]).toEqual([-2n, -2n, -1n, -1n]);
});

it('shifts by the whole register and more leave the sign, or what rounds to 0', () => {
  expect([sshl(-1n, -40), sshl(1n, 40), srshl(LOW, -32), srshl(HIGH, -33)]).toEqual([-1n, 0n, 0n, 0n]);
});

it('doubling high multiplies saturate their one overflow, and only one of them rounds', () => {
  expect([sqdmulh(LOW, LOW), sqrdmulh(LOW, LOW)]).toEqual([HIGH, HIGH]);
  expect([sqdmulh(3n, 2n ** 30n), sqrdmulh(3n, 2n ** 30n)]).toEqual([1n, 2n]);
});

it('a saturating addition stays in int32', () => {
  expect([sqadd(HIGH, 1n), sqadd(LOW, -1n), sqadd(3n, -4n)]).toEqual([HIGH, LOW, -1n]);
});
