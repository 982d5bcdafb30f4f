import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/core/errors.js';
import { gridSize, gridValues, parseAxes } from '../../../../src/engine/sweep/axes.js';
import { expandRange } from '../../../../src/engine/sweep/range.js';

const texts = (...vary: readonly string[]) =>
  parseAxes(vary).map(({ values }) => values.map(({ text }) => text));

it.each([
  { vary: 'array.rows=8,16,32', want: ['8', '16', '32'] },
  { vary: 'array.rows=8..64*2', want: ['8', '16', '32', '64'] },
  { vary: 'array.rows=8..40+16', want: ['8', '24', '40'] },
  { vary: 'array.rows=8..63*2', want: ['8', '16', '32'] },
  { vary: 'array.rows=4, 8..16+8, 100', want: ['4', '8', '16', '100'] },
  { vary: 'weightBuffer.capacity=256KiB..1MiB*2', want: ['256 KiB', '512 KiB', '1 MiB'] },
  { vary: 'dram.bandwidth=1.5 GB/s..6GB/s*2', want: ['1.5 GB/s', '3 GB/s', '6 GB/s'] },
  { vary: 'dram.latency=100 ns..0.2 us+50ns', want: ['100 ns', '150 ns', '200 ns'] },
  { vary: 'accumulators.pingPong=true,false', want: ['true', 'false'] },
  { vary: 'weightBuffer.capacity=1 kB..4096B*2', want: ['1000 B', '2000 B', '4000 B'] },
])('$vary', ({ vary, want }) => {
  expect(texts(vary)).toEqual([want]);
});

it('has values as a machine file would: numbers, flags, else texts', () => {
  const values = parseAxes(['array.rows=8', 'accumulators.pingPong=true', 'clock=1 GHz']).map(
    (axis) => axis.values[0]!.value,
  );
  expect(values).toEqual([8, true, '1 GHz']);
});

describe('ranges', () => {
  it('by steps have one value more than steps that fit, and end where a step meets the end', () => {
    const range = fc.record({ from: fc.nat(500), step: fc.integer({ min: 1, max: 50 }), rest: fc.nat(2000) });
    fc.assert(
      fc.property(range, ({ from, step, rest }) => {
        const to = from + rest;
        const values = expandRange(`${from}..${to}+${step}`).map(({ value }) => value);
        expect(values).toHaveLength(Math.floor(rest / step) + 1);
        expect([values[0], values.at(-1)]).toEqual([from, to - (rest % step)]);
      }),
    );
  });

  it('by factors include both ends where the factor meets them, in any unit', () => {
    const range = fc.record({
      from: fc.integer({ min: 1, max: 9 }),
      factor: fc.integer({ min: 2, max: 5 }),
      count: fc.integer({ min: 1, max: 8 }),
      unit: fc.constantFrom('', 'B', 'KiB', 'MB'),
    });
    fc.assert(
      fc.property(range, ({ from, factor, count, unit }) => {
        const want = Array.from({ length: count }, (_, power) => from * factor ** power);
        const range = `${from}${unit}..${want.at(-1)!}${unit}*${factor}`;
        expect(expandRange(range).map(({ text }) => Number(text.replace(/ .*/, '')))).toEqual(want);
        const short = want.length === 1 ? range : `${from}${unit}..${want.at(-1)! - 1}${unit}*${factor}`;
        expect(expandRange(short)).toHaveLength(Math.max(1, count - 1));
      }),
    );
  });
});

it('a grid has every combination once, the last axis moving fastest', () => {
  const axes = parseAxes(['array.rows=1,2', 'array.columns=3,4,5', 'clock=1 GHz,2 GHz']);
  const points = Array.from({ length: gridSize(axes) }, (_, index) =>
    gridValues(axes, index)
      .map(({ text }) => text)
      .join(' '),
  );
  expect(points.slice(0, 4)).toEqual(['1 3 1 GHz', '1 3 2 GHz', '1 4 1 GHz', '1 4 2 GHz']);
  expect(new Set(points).size).toBe(12);
});

it.each([
  { vary: ['array.row=8'], says: "--vary: found 'array.row', which no machine has" },
  { vary: ['array.row=8'], says: "did you mean 'array.rows'?" },
  { vary: ['array=8'], says: "found the section 'array', expected one of array.kind" },
  { vary: ['extends=x'], says: "found 'extends', which no machine has" },
  { vary: ['__proto__.rows=1'], says: "found '__proto__.rows', which no machine has" },
  { vary: ['array.rows'], says: "--vary: found 'array.rows', expected path=value" },
  { vary: ['array.rows=8,8'], says: '--vary array.rows: found 8 twice' },
  { vary: ['array.rows=8,'], says: '--vary array.rows: found an empty value' },
  { vary: ['array.rows=8', 'array.rows=16'], says: '--vary array.rows: found two of them' },
  { vary: ['array.rows=8..32'], says: "--vary array.rows: found '8..32'" },
  { vary: ['array.rows=32..8*2'], says: 'a range that ends below its start' },
  { vary: ['array.rows=8..32*1'], says: 'a factor that is no number above 1' },
  { vary: ['array.rows=0..32*2'], says: 'a start that no factor moves' },
  { vary: ['array.rows=8..32+0'], says: 'a step that leads from no value to the next' },
  { vary: ['weightBuffer.capacity=1KiB..8*2'], says: 'ends of different kinds' },
  { vary: ['weightBuffer.capacity=1KiB..8KiB+1'], says: 'a step that leads from no value to the next' },
  { vary: ['weightBuffer.capacity=1KiB..1TiB+1B'], says: 'more than 10000 values' },
  { vary: ['array.rows=1..1000+1', 'array.columns=1..1000+1'], says: 'found 1000000 points' },
])('refuses $vary: $says', ({ vary, says }) => {
  expect(() => parseAxes(vary)).toThrow(UserError);
  expect(() => parseAxes(vary)).toThrow(says);
});
