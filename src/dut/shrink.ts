import fc from 'fast-check';
import { highestOf, lowestOf, maxOf, minOf } from '../arith/int-format.js';
import { assertNever } from '../core/errors.js';
import type {
  OutputGrid,
  ParameterSpec,
  RequantizerCase,
  RequantizerRule,
} from '../arith/requantizers/rule.js';
import type { CaseOptions } from '../testing/cases.js';

/** Shrinking asks case by case; it stops here with what it has. */
const LONGEST_MILLISECONDS = 30_000;

/**
 * Makes a failing case small: fast-check moves every number of it towards 0 as long as the case still fails. Numbers that are fixed
 * stay, and so does the contract where the cases were to meet it.
 *
 * @param fails Whether a case fails. It is not asked of cases that are excluded.
 */
export async function shrink(
  failing: RequantizerCase,
  rule: RequantizerRule,
  { insideContract, fixed }: CaseOptions,
  fails: (request: RequantizerCase) => Promise<boolean>,
): Promise<void> {
  const isExcluded = (request: RequantizerCase): boolean =>
    request.output.min > request.output.max || (insideContract && !rule.holds(request));
  const property = fc.asyncProperty(
    fc.record({
      acc: fc.bigInt({ min: lowestOf(rule.accumulator), max: highestOf(rule.accumulator) }),
      parameters: fc.record(
        Object.fromEntries(
          rule.parameters.map((spec) => [
            spec.name,
            unless(fixed?.parameters[spec.name], anyParameter(spec)),
          ]),
        ),
      ),
      output: anyGrid(rule, fixed?.output ?? {}),
    }),
    async (request) => isExcluded(request) || !(await fails(request)),
  );
  await fc.check(property, {
    examples: [[failing]],
    numRuns: 1,
    interruptAfterTimeLimit: LONGEST_MILLISECONDS,
  });
}

/** The value that is fixed, or any. */
function unless(fixed: number | undefined, any: fc.Arbitrary<number>): fc.Arbitrary<number> {
  return fixed === undefined ? any : fc.constant(fixed);
}

function anyParameter({ type, min, max }: ParameterSpec): fc.Arbitrary<number> {
  switch (type) {
    case 'integer':
      return fc.integer({ min, max });
    case 'float32':
      return fc.float({ min, max, noNaN: true });
    case 'float64':
      return fc.double({ min, max, noNaN: true });
    default:
      return assertNever(type);
  }
}

function anyGrid({ codes }: RequantizerRule, fixed: Partial<OutputGrid>): fc.Arbitrary<OutputGrid> {
  const code = fc.integer({ min: minOf(codes), max: maxOf(codes) });
  return fc.record({
    zeroPoint: unless(fixed.zeroPoint, code),
    min: unless(fixed.min, code),
    max: unless(fixed.max, code),
  });
}
