import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { asymmetricGrid, onGrid, symmetricScale } from '../../../src/ptq/grid.js';
import { Extremes, Histogram } from '../../../src/ptq/observe/histogram.js';
import { mseRange, mseSymmetricScale } from '../../../src/ptq/observe/mse-range.js';

/**
 * Thresholds of least squared error for a symmetric quantizer (Banner et al. 2019), in units of sigma or of the Laplace
 * scale, as minimized numerically in section 2.1 of our notes on the white paper.
 */
const THRESHOLDS = {
  gaussian: { 3: 2.15, 4: 2.56, 5: 2.94, 6: 3.29, 8: 3.92 },
  halfGaussian: { 3: 2.56, 4: 2.94, 5: 3.29, 6: 3.62, 8: 4.22 },
  laplace: { 3: 3.9, 4: 5.03, 5: 6.2, 6: 7.41, 8: 9.9 },
  halfLaplace: { 3: 5.03, 4: 6.2, 5: 7.41, 6: 8.65, 8: 11.16 },
} as const;

/** Each density, over a range that holds all but a vanishing part of it; constant factors do not matter. */
const DISTRIBUTIONS = {
  gaussian: { min: -8, max: 8, density: (x: number) => Math.exp((-x * x) / 2) },
  halfGaussian: { min: 0, max: 8, density: (x: number) => Math.exp((-x * x) / 2) },
  laplace: { min: -20, max: 20, density: (x: number) => Math.exp(-Math.abs(x)) },
  halfLaplace: { min: 0, max: 20, density: (x: number) => Math.exp(-x) },
} as const;

type Distribution = keyof typeof DISTRIBUTIONS;
const NAMES = Object.keys(DISTRIBUTIONS) as Distribution[];
const TWO_SIDED: readonly Distribution[] = ['gaussian', 'laplace'];

/** What endless data would fill the bins with. */
function idealHistogram(distribution: Distribution): Histogram {
  const { min, max, density } = DISTRIBUTIONS[distribution];
  const histogram = new Histogram(min, max, 2048);
  for (let bin = 0; bin < histogram.counts.length; bin += 1)
    histogram.counts[bin] = density(histogram.centre(bin));
  return histogram;
}

/** Data without chance: equally likely quantiles, by stepping through the density. */
function quantiles(distribution: Distribution, count: number): Float32Array {
  const { min, max, density } = DISTRIBUTIONS[distribution];
  const steps = 50_000;
  const points = Array.from({ length: steps }, (_, i) => min + ((i + 0.5) * (max - min)) / steps);
  const total = points.reduce((sum, x) => sum + density(x), 0);
  const values: number[] = [];
  let below = 0;
  for (const x of points) {
    below += density(x) / total;
    while (values.length < count && (values.length + 0.5) / count <= below) values.push(x);
  }
  return Float32Array.from(values);
}

const samples = new Map(NAMES.map((name) => [name, quantiles(name, 20_000)]));

function observe(values: Float32Array): { histogram: Histogram; extremes: Extremes } {
  const extremes = new Extremes();
  extremes.add(values);
  const histogram = new Histogram(extremes.min, extremes.max, 2048);
  histogram.add(values);
  return { histogram, extremes };
}

function squaredError(values: Float32Array, range: { min: number; max: number }, bits: number): number {
  const grid = asymmetricGrid(range, { bits, signed: true }, 'free');
  return values.reduce((sum, value) => sum + (value - onGrid(value, grid)) ** 2, 0);
}

const cases = NAMES.flatMap((distribution) =>
  Object.entries(THRESHOLDS[distribution]).map(([bits, threshold]) => ({
    distribution,
    bits: Number(bits),
    threshold,
  })),
);

describe('the range of least squared error', () => {
  it.each(cases)('of $distribution data at $bits bits ends near $threshold', (testCase) => {
    const { distribution, bits, threshold } = testCase;
    const { min, max } = DISTRIBUTIONS[distribution];
    const range = mseRange(idealHistogram(distribution), { min, max }, { bits, signed: true }, 'free');
    const reach = (range.max - range.min) / (TWO_SIDED.includes(distribution) ? 2 : 1);
    // One candidate step, and what Banner's 2^bits steps differ from our 2^bits − 1.
    const tolerance = max / 100 + threshold / 2 ** bits;
    expect(Math.abs(reach - threshold)).toBeLessThan(tolerance);
  });

  it.each(cases.filter(({ bits }) => bits % 2 === 0))(
    'of $distribution data at $bits bits has a smaller error than the extremes',
    (testCase) => {
      const { distribution, bits } = testCase;
      const data = samples.get(distribution)!;
      const { histogram, extremes } = observe(data);
      const range = mseRange(histogram, extremes, { bits, signed: true }, 'free');
      expect(squaredError(data, range, bits)).toBeLessThan(squaredError(data, extremes, bits));
    },
  );

  it('keeps the extremes where every value is worth its code', () => {
    const uniform = Float32Array.from({ length: 4096 }, (_, i) => i / 16 - 64);
    const { histogram, extremes } = observe(uniform);
    expect(mseRange(histogram, extremes, { bits: 8, signed: true }, 'free')).toEqual({
      min: extremes.min,
      max: extremes.max,
    });
  });

  it('gives up an outlier that costs everything else its resolution', () => {
    const random = new Random(5);
    const data = Float32Array.from({ length: 10_000 }, (_, i) => (i === 0 ? 40 : random.uniform(-1, 1)));
    const { histogram, extremes } = observe(data);
    const range = mseRange(histogram, extremes, { bits: 4, signed: true }, 'free');
    expect(range.max).toBeLessThan(20);
    expect(squaredError(data, range, 4)).toBeLessThan(squaredError(data, extremes, 4));
  });

  it.each([
    { name: 'positive', low: 0.5, high: 2 },
    { name: 'negative', low: -2, high: -0.5 },
  ])('of $name data has zero as its other end', ({ low, high }) => {
    const random = new Random(6);
    const data = Float32Array.from({ length: 1000 }, () => random.uniform(low, high));
    const { histogram, extremes } = observe(data);
    const range = mseRange(histogram, extremes, { bits: 8, signed: true }, 'free');
    expect(low > 0 ? range.min : range.max).toBe(0);
  });
});

describe('the symmetric scale of least squared error', () => {
  // At 8 bits the best threshold lies beyond the largest of 20 000 values.
  it.each(cases.filter(({ distribution, bits }) => TWO_SIDED.includes(distribution) && bits <= 6))(
    'of $distribution weights at $bits bits reaches near $threshold',
    ({ distribution, bits, threshold }) => {
      const weights = samples.get(distribution)!;
      const magnitude = weights.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const reach = mseSymmetricScale(weights, bits, 'free') * (2 ** (bits - 1) - 1);
      // The narrow grid has 2^bits − 2 steps.
      const tolerance = magnitude / 100 + (2 * threshold) / 2 ** bits;
      expect(Math.abs(reach - threshold)).toBeLessThan(tolerance);
    },
  );

  it.each([2, 4, 8])('at %i bits never has a larger error than the scale of the largest weight', (bits) => {
    const random = new Random(bits);
    const errorOf = (weights: Float32Array, scale: number): number => {
      const largest = 2 ** (bits - 1) - 1;
      return weights.reduce((sum, w) => {
        const code = Math.min(Math.max(Math.round(w / scale), -largest), largest);
        return sum + (w - scale * code) ** 2;
      }, 0);
    };
    for (const rule of ['free', 'powerOfTwo'] as const) {
      for (let trial = 0; trial < 50; trial += 1) {
        const weights = Float32Array.from({ length: 30 }, () => random.normal() ** 3);
        const magnitude = weights.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const searched = errorOf(weights, mseSymmetricScale(weights, bits, rule));
        expect(searched).toBeLessThanOrEqual(errorOf(weights, symmetricScale(magnitude, bits, rule)));
      }
    }
  });

  it('of zero weights is positive', () => {
    expect(mseSymmetricScale(new Float32Array(9), 8, 'free')).toBeGreaterThan(0);
    expect(mseSymmetricScale(new Float32Array(9), 8, 'powerOfTwo')).toBeGreaterThan(0);
  });
});

describe('observers', () => {
  it('remember the first number that is not finite, and no later one', () => {
    const extremes = new Extremes();
    extremes.add([1, -Infinity, Number.NaN]);
    expect(extremes.firstNonFinite).toBe(-Infinity);
  });

  it('count every value once, the largest in the last bin', () => {
    const histogram = new Histogram(-1, 1, 4);
    histogram.add([-1, -0.5, -0.1, 0, 0.99, 1]);
    expect([...histogram.counts]).toEqual([1, 2, 1, 2]);
    expect([0, 3].map((bin) => histogram.centre(bin))).toEqual([-0.75, 0.75]);
  });
});
