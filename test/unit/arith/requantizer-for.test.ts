import { describe, expect, it } from 'vitest';
import { requantize } from '../../../src/arith/requantize.js';
import {
  requantizerFor,
  rulesForAnyFactor,
  stackRequantizerFor,
} from '../../../src/arith/requantizer-for.js';

describe('a requantizer of a style', () => {
  const factors = [0.75, 2 ** -40];

  it('single: one rounding half up, right shifts', () => {
    expect(requantizerFor(factors, 'single')).toEqual({
      kind: 'multiplyShift',
      rounding: 'halfUp',
      multipliers: [1610612736, 0],
      shifts: [31, 31],
    });
  });

  it('double: gemmlowp, left shifts', () => {
    expect(requantizerFor(factors, 'double')).toEqual({
      kind: 'doubleRounding',
      multipliers: [1610612736, 0],
      leftShifts: [0, 0],
    });
  });

  it('shift: the exponents of powers of two, from 2^31 down to what is zero for every int32', () => {
    expect(requantizerFor([2 ** 31, 1, 2 ** -7, 2 ** -100], 'shift')).toEqual({
      kind: 'shift',
      rounding: 'halfUp',
      shifts: [-31, 0, 7, 62],
    });
  });

  it('spans every shift its form has', () => {
    expect(requantizerFor([2 ** 31 - 1, 2 ** -32], 'single')).toMatchObject({ shifts: [0, 62] });
    expect(requantizerFor([2 ** 30 - 1, 2 ** -32], 'double')).toMatchObject({ leftShifts: [30, -31] });
  });

  it.each([
    { style: 'single', factor: 2 ** 31, message: 'a factor is below 2^31' },
    { style: 'single', factor: 2 ** 31 * (1 - 2 ** -40), message: 'a factor is below 2^31' },
    { style: 'double', factor: 2 ** 30, message: 'a factor is below 2^30' },
    { style: 'shift', factor: 2 ** 32, message: 'a factor is at most 2^31' },
    { style: 'shift', factor: 0.75, message: 'a factor of a pure shift is a power of two' },
    { style: 'shift', factor: 0, message: 'a factor is positive and finite' },
  ] as const)('$style refuses $factor', ({ style, factor, message }) => {
    expect(() => requantizerFor([factor], style)).toThrow(message);
  });
});

describe('the requantizer of a stack', () => {
  it('has the stack’s own parameters, one set a factor', () => {
    expect(stackRequantizerFor([0.5, 0.75], 'xnnpack-fp32')).toEqual({
      kind: 'stack',
      rule: 'xnnpack-fp32',
      channels: [{ scale: 0.5 }, { scale: 0.75 }],
    });
  });

  it('takes a factor that is too small for the stack as 2^-32, and leaves a stack alone that has its own zero', () => {
    expect(stackRequantizerFor([2 ** -50], 'xnnpack-fp32')?.channels).toEqual([{ scale: 2 ** -32 }]);
    expect(stackRequantizerFor([2 ** -50], 'tflite-double')?.channels).toEqual([
      { multiplier: 0, leftShift: 0 },
    ]);
  });

  it('is none for a factor that is too large', () => {
    expect(stackRequantizerFor([0.5, 256], 'xnnpack-fp32')).toBeNull();
  });

  it('rounds sums below 2^30 to 0 or to the side of their sign, whatever the rule, under the least factor', () => {
    const wrong = rulesForAnyFactor().flatMap((name) => {
      const requantizer = stackRequantizerFor([2 ** -60], name)!;
      const codes = [2 ** 30 - 1, 1, 0, -1, 1 - 2 ** 30].map((acc) =>
        Number(requantize(acc, requantizer, 0)),
      );
      return codes.every((code) => code >= -1 && code <= 1) && codes[2] === 0
        ? []
        : [`${name}: ${codes.join()}`];
    });
    expect(wrong).toEqual([]);
  });
});
