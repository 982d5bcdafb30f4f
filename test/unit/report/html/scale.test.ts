import { expect, it } from 'vitest';
import { linearTicks, logScale, logTicks } from '../../../../src/report/html/scale.js';

it.each([
  { max: 80_000, ticks: [0, 20_000, 40_000, 60_000, 80_000] },
  { max: 80_001, ticks: [0, 20_000, 40_000, 60_000, 80_000, 100_000] },
  { max: 0.7, ticks: [0, 0.2, 0.4, 0.6, 0.8] },
  { max: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
  { max: 3.7e-5, ticks: [0, 1e-5, 2e-5, 3e-5, 4e-5] },
  { max: 0, ticks: [0, 1] },
])('ticks up to $max are round and reach it', ({ max, ticks }) => {
  expect(linearTicks(max, 5)).toEqual(ticks);
});

it.each([
  { min: 3, max: 40, ticks: [2, 5, 10, 20, 50] },
  { min: 1, max: 10, ticks: [1, 2, 5, 10] },
  { min: 0.03, max: 0.4, ticks: [0.02, 0.05, 0.1, 0.2, 0.5] },
])('logarithmic ticks enclose $min and $max', ({ min, max, ticks }) => {
  expect(logTicks(min, max)).toEqual(ticks);
});

it('maps equal ratios to equal distances', () => {
  const scale = logScale(1, 1000, 0, 300);
  expect([1, 10, 100, 1000].map(scale)).toEqual([0, 100, 200, 300]);
});
