import { expect, it } from 'vitest';
import { requantize, requantizerFor, roundShift, type Requantizer } from '../../src/arith/index.js';
import { requantizeRational } from '../oracle/rational.js';

/** Accumulators on which two requantizers, or a requantizer and its definition, disagree. */
function disagreements(
  accumulators: readonly number[],
  left: (acc: number) => bigint,
  right: (acc: number) => bigint,
): number[] {
  return accumulators.filter((acc) => left(acc) !== right(acc));
}

/** What TOSA's fused double rounding adds before the shift, beside half. */
const nudge = (acc: number): bigint => (acc >= 0 ? 1n << 30n : -(1n << 30n));

const range = (low: number, high: number): number[] => Array.from({ length: high - low }, (_, i) => low + i);

it.each([
  { factor: 0.0125, expected: 500 },
  { factor: 1 / 3, expected: 13334 },
])(
  'one rounding and two disagree on $expected of 40000 accumulators for factor $factor',
  ({ factor, expected }) => {
    const [single, double] = [requantizerFor([factor], 'single'), requantizerFor([factor], 'double')];
    const different = disagreements(
      range(-20000, 20000),
      (acc) => requantize(acc, single, 0),
      (acc) => requantize(acc, double, 0),
    );
    expect(different).toHaveLength(expected);
  },
);

it('every 5-bit multiplier and shift equals the exact rational definition on all 8-bit accumulators', () => {
  const wrong: string[] = [];
  for (let multiplier = 0; multiplier < 32; multiplier += 1) {
    for (let shift = 0; shift <= 10; shift += 2) {
      const requantizer: Requantizer = {
        kind: 'multiplyShift',
        rounding: 'halfUp',
        multipliers: [multiplier],
        shifts: [shift],
      };
      const different = disagreements(
        range(-128, 128),
        (acc) => requantize(acc, requantizer, 0),
        (acc) => requantizeRational(BigInt(acc), requantizer),
      );
      wrong.push(...different.map((acc) => `${acc} * ${multiplier} >> ${shift}`));
    }
  }
  expect(wrong).toEqual([]);
});

it('two roundings equal the fused form of TOSA on all 12-bit accumulators, for every right shift', () => {
  const multipliers = [2 ** 30, 2 ** 31 - 1, 1431655765, 1717986918, 3 * 2 ** 29];
  const wrong = multipliers.flatMap((multiplier) =>
    range(1, 32).flatMap((k) => {
      const requantizer = { kind: 'doubleRounding', multipliers: [multiplier], leftShifts: [-k] } as const;
      const different = disagreements(
        range(-2048, 2048),
        (acc) => requantize(acc, requantizer, 0),
        (acc) => roundShift(BigInt(acc) * BigInt(multiplier) + nudge(acc), 31 + k, 'halfUp'),
      );
      return different.map((acc) => `${acc} * ${multiplier} * 2^-${31 + k}`);
    }),
  );
  expect(wrong).toEqual([]);
});

it('a power-of-two factor is the same shift in every style that rounds once', () => {
  const wrong = range(-10, 11).flatMap((exponent) => {
    const [shift, single] = [
      requantizerFor([2 ** exponent], 'shift'),
      requantizerFor([2 ** exponent], 'single'),
    ];
    return disagreements(
      range(-2048, 2048),
      (acc) => requantize(acc, shift, 0),
      (acc) => requantize(acc, single, 0),
    );
  });
  expect(wrong).toEqual([]);
});
