import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeToReal } from '../../src/arith/affine.js';
import { maxOf, minOf } from '../../src/arith/int-format.js';
import { asymmetricGrid, onGrid, symmetricScale, type ScaleRule } from '../../src/ptq/grid.js';
import { counterexample } from '../support/counterexample.js';

/** Float32 activations from vanishing to huge. */
const anyReal = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -20, max: 60 }))
  .map(([mantissa, exponent]) => Math.fround(mantissa * 2 ** exponent));
const anyRange = fc
  .tuple(anyReal, anyReal)
  .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }))
  .filter(({ min, max }) => Math.max(max, -min) > 1e-6);
const anyFormat = fc.record({ bits: fc.integer({ min: 2, max: 8 }), signed: fc.boolean() });
const anyRule = fc.constantFrom<ScaleRule>('free', 'powerOfTwo');

it('zero lies on every grid', () => {
  const property = fc.property(anyRange, anyFormat, anyRule, (range, format, rule) => {
    const grid = asymmetricGrid(range, format, rule);
    const inside = grid.zeroPoint >= minOf(format) && grid.zeroPoint <= maxOf(format);
    return Number.isInteger(grid.zeroPoint) && inside && onGrid(0, grid) === 0;
  });
  expect(counterexample(property)).toBe('');
});

/** Rounding the scale to float32 may shorten all steps of the grid together by 2^-24 of their length. */
const shortfall = (steps: number): number => steps * 2 ** -24;

it('no number inside the range is moved by more than half a step', () => {
  const anyPart = fc.double({ min: 0, max: 1, noNaN: true });
  const property = fc.property(anyRange, anyPart, anyFormat, anyRule, (range, part, format, rule) => {
    const grid = asymmetricGrid(range, format, rule);
    const value = range.min + part * (range.max - range.min);
    const most = 0.5 + (rule === 'free' ? shortfall(2 ** format.bits) : 0);
    return Math.abs(onGrid(value, grid) - value) <= most * grid.scale * (1 + 1e-12);
  });
  expect(counterexample(property, 5000)).toBe('');
});

it('the scale is a positive float32 number', () => {
  const property = fc.property(anyRange, anyFormat, anyRule, (range, format, rule) => {
    const { scale } = asymmetricGrid(range, format, rule);
    return scale > 0 && Math.fround(scale) === scale;
  });
  expect(counterexample(property)).toBe('');
});

it('a power-of-two scale is the smallest that reaches over the range', () => {
  const property = fc.property(anyRange, anyFormat, (range, format) => {
    const { scale } = asymmetricGrid(range, format, 'powerOfTwo');
    const extent = Math.max(range.max, 0) - Math.min(range.min, 0);
    const steps = maxOf(format) - minOf(format);
    return Number.isInteger(Math.log2(scale)) && scale * steps >= extent && (scale / 2) * steps < extent;
  });
  expect(counterexample(property)).toBe('');
});

it('the grid’s ends lie within half a step of the range’s, widened to zero', () => {
  const property = fc.property(anyRange, anyFormat, (range, format) => {
    const { scale, zeroPoint } = asymmetricGrid(range, format, 'free');
    const low = codeToReal(minOf(format), scale, zeroPoint);
    const high = codeToReal(maxOf(format), scale, zeroPoint);
    const most = (0.5 + shortfall(2 ** format.bits)) * scale * (1 + 1e-12);
    return Math.abs(low - Math.min(range.min, 0)) <= most && Math.abs(high - Math.max(range.max, 0)) <= most;
  });
  expect(counterexample(property)).toBe('');
});

it('a symmetric scale brings every weight up to the magnitude onto a narrow code', () => {
  const anyBits = fc.integer({ min: 2, max: 8 });
  const anyMagnitude = anyReal.map(Math.abs).filter((value) => value > 1e-6);
  const property = fc.property(anyMagnitude, anyBits, anyRule, (magnitude, bits, rule) => {
    const codes = magnitude / symmetricScale(magnitude, bits, rule);
    const largest = 2 ** (bits - 1) - 1;
    const least = rule === 'free' ? largest * (1 - 2 ** -23) : largest / 2;
    return codes <= largest * (1 + 2 ** -23) && codes >= least;
  });
  expect(counterexample(property)).toBe('');
});
