import { abs, add, compare, fraction, multiply, subtract, type Fraction } from 'mathjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REQUANTIZER_RULES, type Factor, type RequantizerRule } from '../../src/arith/index.js';
import { parameterProblem } from '../../src/arith/requantizers/check-parameters.js';
import { anyParameters } from '../../src/testing/index.js';
import { anyFactor } from '../arbitraries/factors.js';
import { exactly } from '../oracle/float32.js';
import { power } from '../oracle/integers.js';
import { over } from '../oracle/requantizers/registers.js';
import { counterexample } from '../support/counterexample.js';

const named = REQUANTIZER_RULES.map((rule, stream) => ({ name: rule.name, rule, stream }));

const valueOf = ({ multiplier, rightShift }: Factor): Fraction => over(multiplier, rightShift);

/** What is drawn at random belongs to no factor. */
const isDrawn = ({ name }: RequantizerRule): boolean => name === 'shift-stochastic';

describe('parameters of a factor have that factor', () => {
  it.each(named.filter(({ rule }) => !isDrawn(rule)))('$name', ({ rule, stream }) => {
    let answered = 0;
    // Of its own factors and of those of rules with other parameters.
    const property = fc.property(
      fc
        .constantFrom(rule, ...REQUANTIZER_RULES)
        .chain((of) => anyParameters(of).map((parameters) => of.factor(parameters))),
      (factor) => {
        if (factor.multiplier < 0n) return true;
        const parameters = rule.withFactor(factor);
        if (parameters === null) return true;
        answered += 1;
        return (
          parameterProblem(rule, parameters) === null &&
          valueOf(rule.factor(parameters)).equals(valueOf(factor))
        );
      },
    );
    expect(counterexample(property, 1000, stream)).toBe('');
    expect(answered).toBeGreaterThan(20);
  });
});

/** Half a unit of the last place of a 31-bit mantissa, of the 24 bits of a float32, of 15 bits, relative to the factor; a double is the factor itself. */
function largestError({ name, parameters }: RequantizerRule): Fraction {
  if (name === 'tosa-16') return power(-15);
  if (name.startsWith('fbgemm-fixed')) return add(power(-24), power(-31));
  const types = new Set(parameters.map(({ type }) => type));
  if (types.has('float64')) return fraction(0n, 1n);
  return types.has('float32') ? power(-24) : power(-31);
}

const derivesNothing = (rule: RequantizerRule): boolean => [0.01, 0.25].every((f) => rule.derive(f) === null);

describe('parameters derived from a factor have that factor to within the precision of the stack', () => {
  it.each(named.filter(({ rule }) => !derivesNothing(rule)))('$name', ({ rule, stream }) => {
    const error = largestError(rule);
    let answered = 0;
    const property = fc.property(anyFactor(-30, 6), (factor) => {
      const parameters = rule.derive(factor);
      if (parameters === null) return true;
      answered += 1;
      const off = abs(subtract(valueOf(rule.factor(parameters)), exactly(factor)));
      return Number(compare(off, multiply(exactly(factor), error))) <= 0;
    });
    expect(counterexample(property, 1000, stream)).toBe('');
    expect(answered).toBeGreaterThan(20);
  });
});

/** Below it stacks may make 0 of a factor. */
const FLUSHED = 2 ** -31;

describe('parameters derived from any factor are within the ranges of the rule, and 0 of tiny factors only', () => {
  it.each(named)('$name', ({ rule, stream }) => {
    const property = fc.property(anyFactor(-300, 300), (factor) => {
      const parameters = rule.derive(factor);
      if (parameters === null) return true;
      const isZero = rule.factor(parameters).multiplier === 0n;
      return parameterProblem(rule, parameters) === null && (factor < FLUSHED || !isZero);
    });
    expect(counterexample(property, 1000, stream)).toBe('');
  });
});
