import fc from 'fast-check';
import { rulesForAnyFactor } from '../../src/arith/requantizer-for.js';
import type { Recipe } from '../../src/ptq/recipe.js';

/** xnnpack-rndnu16 has 16 bits between its steps: too few for the operands of an addition, and `quantize` says so. */
const rulesWithoutNarrowSteps = rulesForAnyFactor().filter((name) => name !== 'xnnpack-rndnu16');

/** Any choice of granularity, ranges and requantizer, with widths from `bits`. */
export function anyRecipe(bits: fc.Arbitrary<number>): fc.Arbitrary<Recipe> {
  const anyRange = fc.constantFrom('minMax' as const, 'mse' as const);
  return fc.record({
    weightGranularity: fc.constantFrom('perChannel' as const, 'perTensor' as const),
    weightRange: anyRange,
    activationRange: anyRange,
    weightBits: bits,
    activationBits: bits,
    requantizer: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('single' as const, 'double' as const, 'shift' as const) },
      fc.constantFrom(...rulesWithoutNarrowSteps),
    ),
  });
}
