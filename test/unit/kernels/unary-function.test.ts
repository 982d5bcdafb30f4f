import { describe, expect, it } from 'vitest';
import type { UnaryFunction } from '../../../src/ir/ops/elementwise.js';
import { erf, erfc } from '../../../src/kernels/float/erf.js';
import { unaryFunction } from '../../../src/kernels/float/unary-function.js';

/** What glibc's `erf` answers, an independent rational approximation; 2.5 is where ours changes method. */
const erfTable = [
  { x: 0, want: 0 },
  { x: 1e-10, want: 1.1283791670955126e-10 },
  { x: 0.1, want: 0.1124629160182849 },
  { x: 0.5, want: 0.5204998778130465 },
  { x: 1, want: 0.8427007929497149 },
  { x: 2, want: 0.9953222650189527 },
  { x: 2.4375, want: 0.9994334567454198 },
  { x: 2.5, want: 0.999593047982555 },
  { x: 3, want: 0.9999779095030014 },
  { x: 6, want: 1 },
  { x: Infinity, want: 1 },
];

const erfcTable = [
  { x: -1, want: 1.842700792949715 },
  { x: 0, want: 1 },
  { x: 2, want: 4.677734981047266e-3 },
  { x: 3, want: 2.209049699858544e-5 },
  { x: 5, want: 1.537459794428035e-12 },
  { x: 10, want: 2.088487583762545e-45 },
];

describe('erf and erfc', () => {
  it.each(erfTable)('erf($x) is $want, and odd', ({ x, want }) => {
    expect(Math.abs(erf(x) - want)).toBeLessThanOrEqual(4e-16);
    expect(erf(-x)).toBe(0 - erf(x));
  });

  it.each(erfcTable)('erfc($x) is $want to a relative 1e-12', ({ x, want }) => {
    expect(Math.abs(erfc(x) / want - 1)).toBeLessThan(1e-12);
  });

  it('keep NaN', () => {
    expect([erf(NaN), erfc(NaN)]).toEqual([NaN, NaN]);
  });
});

describe('unaryFunction', () => {
  const cases: readonly { f: UnaryFunction; x: number; want: number }[] = [
    { f: { kind: 'clip', min: 0, max: Infinity }, x: -2, want: 0 },
    { f: { kind: 'clip', min: 0, max: 6 }, x: 7, want: 6 },
    { f: { kind: 'leakyRelu', slope: 0.25 }, x: -2, want: -0.5 },
    { f: { kind: 'leakyRelu', slope: 0.25 }, x: 2, want: 2 },
    { f: { kind: 'sigmoid' }, x: 0, want: 0.5 },
    { f: { kind: 'sigmoid' }, x: -1000, want: 0 },
    { f: { kind: 'sigmoid' }, x: 1000, want: 1 },
    { f: { kind: 'tanh' }, x: 1, want: 0.7615941559557649 },
    { f: { kind: 'hardSigmoid', slope: 0.2, offset: 0.5 }, x: 1, want: 0.7 },
    { f: { kind: 'hardSigmoid', slope: 0.2, offset: 0.5 }, x: -9, want: 0 },
    { f: { kind: 'hardSwish' }, x: 3, want: 3 },
    { f: { kind: 'hardSwish' }, x: -1, want: -1 / 3 },
    { f: { kind: 'gelu', approximation: 'none' }, x: 1, want: 0.8413447460685429 },
    { f: { kind: 'gelu', approximation: 'none' }, x: -1, want: -0.15865525393145705 },
    { f: { kind: 'gelu', approximation: 'tanh' }, x: 1, want: 0.8411919906082768 },
    { f: { kind: 'gelu', approximation: 'tanh' }, x: -1, want: -0.15880800939172324 },
    { f: { kind: 'erf' }, x: 1, want: 0.8427007929497149 },
    { f: { kind: 'exp' }, x: 1, want: Math.E },
    { f: { kind: 'sqrt' }, x: 2, want: Math.SQRT2 },
    { f: { kind: 'reciprocal' }, x: 4, want: 0.25 },
    { f: { kind: 'power', exponent: 3 }, x: -2, want: -8 },
    { f: { kind: 'affine', scale: 2, offset: -1 }, x: 3, want: 5 },
  ];

  it.each(cases)('$f.kind($x) is $want', ({ f, x, want }) => {
    expect(unaryFunction(f)(x)).toBeCloseTo(want, 14);
  });

  it('gelu keeps its digits far below zero', () => {
    const gelu = unaryFunction({ kind: 'gelu', approximation: 'none' });
    expect(gelu(-10) / -7.619853024160593e-23).toBeCloseTo(1, 12);
  });
});
