import { describe, expect, it } from 'vitest';
import { matchSides } from '../../../../src/engine/diff/match.js';
import { sameType, type Side } from '../../../../src/engine/diff/side.js';
import { Tally } from '../../../../src/engine/diff/tally.js';
import { FLOAT32, type ValueType } from '../../../../src/ir/graph.js';
import { tensorFrom } from '../../../../src/tensor/tensor.js';
import { GRID } from './graphs.js';

const grid = (scale: number, zeroPoint: number): ValueType => ({
  kind: 'int',
  format: { bits: 8, signed: true },
  quantization: { scales: [scale], zeroPoint, axis: null },
});

const side = (...names: readonly string[]): Side => ({
  values: [],
  outputs: names.map((name) => ({
    name,
    value: { id: name, shape: [1, 2], type: FLOAT32 },
    shape: [1, 2],
    isQuantized: false,
  })),
  run: () => [],
});

const pairs = (first: Side, second: Side) =>
  matchSides(first, second).outputs.map((pair) => [pair.first.name, pair.second.name]);

describe('a tally of real numbers', () => {
  const value = { id: 'v', shape: [2, 1, 3], type: FLOAT32 };
  const of = (first: readonly number[], second: readonly number[]) => {
    const tally = new Tally({ first: value, second: value, isQuantized: false, shape: value.shape });
    tally.add(7, tensorFrom('float32', value.shape, first), tensorFrom('float32', value.shape, second));
    return tally.result();
  };

  it('gives the first position with an index for each axis', () => {
    expect(of([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 5, 6]).firstElement).toEqual({
      row: 7,
      position: [1, 0, 1],
      first: 4,
      second: 5,
    });
  });

  it('takes NaN for equal to itself, and for infinitely far from every number', () => {
    expect(of([NaN, 0, 0, 0, 0, 0], [NaN, 0, 0, 0, 0, 0])).toMatchObject({ differing: 0, largest: 0 });
    expect(of([NaN, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0])).toMatchObject({
      differing: 1,
      largest: Infinity,
      mean: Infinity,
      sqnrDecibels: null,
    });
  });
});

describe('types are the same', () => {
  it.each([
    { why: 'one grid', a: GRID, b: grid(0.5, 0), same: true },
    { why: 'another scale', a: GRID, b: grid(0.25, 0), same: false },
    { why: 'another zero point', a: GRID, b: grid(0.5, 1), same: false },
    { why: 'no grid', a: GRID, b: { ...grid(1, 0), quantization: null }, same: false },
    {
      why: 'another format',
      a: GRID,
      b: { ...grid(0.5, 0), format: { bits: 8, signed: false } },
      same: false,
    },
    { why: 'real numbers', a: GRID, b: FLOAT32, same: false },
  ] as const)('or not: $why', ({ a, b, same }) => {
    expect(sameType(a, b)).toBe(same);
    expect(sameType(b, a)).toBe(same);
  });
});

describe('outputs go together', () => {
  it('by name, whatever their order', () => {
    expect(pairs(side('a', 'b'), side('b', 'a'))).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('by position where the other name is free, and never two with one', () => {
    expect(pairs(side('a', 'b'), side('x', 'b'))).toEqual([
      ['a', 'x'],
      ['b', 'b'],
    ]);
    expect(pairs(side('a', 'b'), side('b'))).toEqual([['b', 'b']]);
  });
});
