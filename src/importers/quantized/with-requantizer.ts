import { stackRequantizerFor } from '../../arith/requantizer-for.js';
import type { Requantizer } from '../../arith/requantizer.js';
import type { RuleName } from '../../arith/requantizers/names.js';
import { productFactor } from '../../arith/tflite/scales.js';
import { UserError } from '../../core/errors.js';
import type { StackOperators } from './stack-operators.js';

/** A stack whose sums of products end in another requantizer, with parameters by that one's own derivation; the rest is the stack's. */
export function withRequantizer(operators: StackOperators, rule: RuleName): StackOperators {
  const requantizer = (place: string, factors: readonly number[]): Requantizer => {
    const made = stackRequantizerFor(factors, rule);
    if (made !== null) return made;
    throw new UserError({
      place,
      found: `a factor of ${factors.reduce((most, factor) => Math.max(most, factor), 0)}`,
      expected: `factors within the reach of requantizer ${rule}`,
      suggestion: `see 'bitmac rounding show ${rule}'`,
    });
  };
  return {
    ...operators,
    product: (operator, operands) => {
      const { input, weightScales, output } = operands;
      const factors = weightScales.map((scale) => productFactor(input.scale, scale, output.scale));
      return { ...operators.product(operator, operands), requantizer: requantizer(operands.place, factors) };
    },
    multiply: (operands) => {
      const operator = operators.multiply(operands);
      const [a, b] = operands.inputs;
      return operator?.op === 'mul'
        ? {
            ...operator,
            requantizer: requantizer(operands.place, [
              productFactor(a.scale, b.scale, operands.output.scale),
            ]),
          }
        : operator;
    },
  };
}
