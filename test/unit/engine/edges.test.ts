import { describe, expect, it } from 'vitest';
import { INT8, UINT8, type IntFormat } from '../../../src/arith/int-format.js';
import { toCodes, toReals } from '../../../src/engine/edges.js';
import type { Value } from '../../../src/ir/graph.js';
import { tensorFrom } from '../../../src/tensor/tensor.js';

function value(format: IntFormat, scale: number, zeroPoint: number, count: number): Value {
  const quantization = { scales: [scale], zeroPoint, axis: null };
  return { id: 'x', shape: [count], type: { kind: 'int', format, quantization } };
}

describe('what enters an integer graph', () => {
  it('as real numbers is rounded to the grid, ties to even, and clipped', () => {
    const reals = [0, 0.25, 0.75, 1.25, -0.25, 100, -100, Infinity];
    const codes = toCodes(value(INT8, 0.5, -2, 8), tensorFrom('float32', [8], reals));
    expect(codes).toEqual(tensorFrom('int8', [8], [-2, -2, 0, 0, -2, 127, -128, 127]));
  });

  it('is divided by the scale in float32, which may make a tie of what is none', () => {
    // 1/255 over this scale is 12.50000046, and 12.5 as a float32.
    const scale = Math.fround(8 / 25500);
    const codes = toCodes(value(INT8, scale, 0, 1), tensorFrom('float32', [1], [1 / 255]));
    expect(Array.from(codes.data)).toEqual([12]);
  });

  it('as NaN is real zero', () => {
    const codes = toCodes(value(UINT8, 1, 7, 1), tensorFrom('float32', [1], [Number.NaN]));
    expect(Array.from(codes.data)).toEqual([7]);
  });

  it.each([
    { format: INT8, type: 'int8' },
    { format: { bits: 4, signed: true }, type: 'int8' },
    { format: { bits: 12, signed: false }, type: 'uint16' },
  ] as const)('is stored as $type for $format', ({ format, type }) => {
    expect(toCodes(value(format, 1, 0, 1), tensorFrom('float32', [1], [3])).type).toBe(type);
  });

  it('as integers is codes already, whatever type holds them', () => {
    for (const type of ['int8', 'uint8', 'int32'] as const) {
      const codes = toCodes(value(INT8, 0.5, 3, 2), tensorFrom(type, [2], [5, 127]));
      expect(codes).toEqual(tensorFrom('int8', [2], [5, 127]));
    }
  });

  it('as codes beyond the format is refused, the first of them by its place', () => {
    const int4 = value({ bits: 4, signed: true }, 1, 0, 3);
    expect(() => toCodes(int4, tensorFrom('int32', [3], [7, 8, -9]))).toThrow(
      "input 'x', element 1: found code 8, expected -8 to 7; give real numbers as float32, or codes of the input",
    );
  });

  it('as codes in their own type enters as it is', () => {
    const given = tensorFrom('int8', [1], [5]);
    expect(toCodes(value(INT8, 1, 0, 1), given)).toBe(given);
  });
});

describe('what leaves an integer graph', () => {
  it('is scale times the distance of the code from the zero point, in float32', () => {
    const reals = toReals(value(INT8, 0.1, -100, 3), tensorFrom('int8', [3], [-128, -100, 127]));
    expect(reals).toEqual(tensorFrom('float32', [3], [-2.8000000000000003, 0, 22.700000000000003]));
  });

  it('enters again as the same codes', () => {
    const grid = value(INT8, Math.fround(0.0137), -31, 256);
    const codes = tensorFrom(
      'int8',
      [256],
      Array.from({ length: 256 }, (_, i) => i - 128),
    );
    expect(toCodes(grid, toReals(grid, codes))).toEqual(codes);
  });
});

it('an edge with a scale per channel is a mistake of whoever made the graph', () => {
  const quantization = { scales: [1, 2], zeroPoint: 0, axis: 0 };
  const perChannel: Value = { id: 'x', shape: [2], type: { kind: 'int', format: INT8, quantization } };
  expect(() => toReals(perChannel, tensorFrom('int8', [2], [1, 1]))).toThrow('an edge value has one scale');
});
