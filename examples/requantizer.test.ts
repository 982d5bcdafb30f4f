/**
 * Is my requantizer the one I mean it to be? Copy this file into your own tests and put your code in place of `mine`.
 * Outside this repository, import from 'bitmac/testing' and 'bitmac/arith'.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RequantizerCase } from '../src/arith/index.js';
import { requantizerProperties } from '../src/testing/index.js';

/** One rounding, half up, on a 31-bit multiplier; the zero point is added, the sum is clamped. */
function mine({ acc, parameters, output }: RequantizerCase): bigint {
  const shift = BigInt(31 - parameters['leftShift']!);
  const half = shift === 0n ? 0n : 1n << (shift - 1n);
  const rounded = (acc * BigInt(parameters['multiplier']!) + half) >> shift;
  const sum = rounded + BigInt(output.zeroPoint);
  if (sum < BigInt(output.min)) return BigInt(output.min);
  return sum > BigInt(output.max) ? BigInt(output.max) : sum;
}

const properties = requantizerProperties({ like: 'tflite-single', code: mine });

it('returns the codes of TFLite with a single rounding', () => {
  expect(() => fc.assert(properties.equalTo('tflite-single').property!)).not.toThrow();
});

it('is within half a code of exact, and monotone', () => {
  expect(properties.withinHalfLsb.check()).toMatchObject({ verdict: 'held' });
  expect(properties.monotone.check()).toMatchObject({ verdict: 'held' });
});

it('rounds ties up: their mean error is half a code', () => {
  expect(properties.unbiased.check()).toMatchObject({ bias: { ties: { numerator: 1n, shift: 1 } } });
});
