import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDyadics, lowestTerms } from '../../../src/arith/dyadic.js';
import { maxOf, minOf, REQUANTIZER_RULES, requantizeToCode, ruleOf } from '../../../src/arith/index.js';
import {
  anyAccumulator,
  anyMultiplierShift,
  anyParameters,
  anyRequantizer,
  anyRequantizerCase,
} from '../../../src/testing/index.js';

const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns = 1000): T[] =>
  fc.sample(arbitrary, { numRuns, seed: 1 });

describe('cases of every rule', () => {
  it('have parameters within their ranges and of their types', () => {
    const strays = REQUANTIZER_RULES.flatMap((rule) =>
      sample(anyParameters(rule), 200).flatMap((parameters) =>
        rule.parameters
          .filter(({ name, type, min, max }) => {
            const value = parameters[name]!;
            const isOfType = {
              integer: Number.isInteger(value),
              float32: Math.fround(value) === value,
              float64: true,
            }[type];
            return !isOfType || value < min || value > max;
          })
          .map(({ name }) => `${rule.name}: ${name} ${parameters[name]}`),
      ),
    );
    expect(strays).toEqual([]);
  });

  it('stay in accumulator and code formats, and in the contract where asked', () => {
    const strays = REQUANTIZER_RULES.flatMap((rule) =>
      sample(anyRequantizerCase(rule, { insideContract: true }), 100)
        .filter((request) => {
          const { acc, output } = request;
          const accumulates = acc >= minOf(rule.accumulator) && acc <= maxOf(rule.accumulator);
          const codes = [output.min, output.max, output.zeroPoint];
          const inFormat = codes.every((code) => code >= minOf(rule.codes) && code <= maxOf(rule.codes));
          return !accumulates || !inFormat || output.min > output.max || !rule.holds(request);
        })
        .map(() => rule.name),
    );
    expect(strays).toEqual([]);
  });

  it.each([
    'shift-half-even',
    'tflite-double',
    'xnnpack-fp32',
    'tflite-float64',
    'nvdla-sdp',
    'pulp-nn-64',
    'rvv-vsmul-rnu',
  ] as const)('of %s hold many ties and many codes of the middle of the grid', (name) => {
    const rule = ruleOf(name);
    const cases = sample(anyRequantizerCase(rule, { insideContract: true }));
    const ties = cases.filter(({ acc, parameters }) => lowestTerms(rule.exact(acc, parameters)).shift === 1);
    const inside = cases.filter((request) => {
      const code = rule.code(request);
      return code > request.output.min && code < request.output.max;
    });
    expect(ties.length).toBeGreaterThan(20);
    expect(inside.length).toBeGreaterThan(100);
  });
});

it('accumulators hold the ends of int32, small ones and neighbours of powers of two', () => {
  const drawn = new Set(sample(anyAccumulator()));
  expect([-(2 ** 31), 2 ** 31 - 1, 0, 1].filter((value) => !drawn.has(value))).toEqual([]);
});

it('multipliers come with shifts of 0, 31 and 62', () => {
  const shifts = new Set(sample(anyMultiplierShift()).map(({ rightShift }) => rightShift));
  expect([0, 31, 62].filter((shift) => !shifts.has(shift))).toEqual([]);
});

it('a drawn requantizer answers as its rule does, channel by channel', () => {
  const misses = sample(anyRequantizer(REQUANTIZER_RULES, 2)).filter((requantizer) =>
    requantizer.channels.some((parameters, channel) => {
      const output = { zeroPoint: 0, min: -128, max: 127 };
      const code = ruleOf(requantizer.rule).code({ acc: 1000n, parameters, output });
      return requantizeToCode(1000, requantizer, channel, 0, output) !== Number(code);
    }),
  );
  expect(misses).toEqual([]);
});

it('cases shrink: a code too large is found at a small accumulator', () => {
  const rule = ruleOf('shift-floor');
  const small = fc.property(anyRequantizerCase(rule, { insideContract: true }), ({ acc, parameters }) => {
    return compareDyadics(rule.exact(acc, parameters), { numerator: 5n, shift: 0 }) <= 0;
  });
  const { counterexample } = fc.check(small, { seed: 1 });
  expect(counterexample![0].acc).toBeLessThan(100n);
});
