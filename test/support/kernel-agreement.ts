import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxOf, minOf } from '../../src/arith/int-format.js';
import { InvariantError } from '../../src/core/errors.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import * as any from '../arbitraries/int-nodes.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { counterexample } from './counterexample.js';
import { arithmeticCases, arrayCases, type OperatorCases } from './operator-cases.js';
import { runNode } from './run-node.js';

const CASES = 500;

/** Of images that take the reference seconds. */
const TALL_CASES = 12;

/** Runs one node by itself. */
export type RunCase = (testCase: IntCase) => Tensor;

/** The codes of a run, or the kind of failure: a sum that leaves int32 fails in all kernel sets. */
function outcome(run: RunCase, testCase: IntCase): readonly number[] | 'refused' {
  try {
    return Array.from(run(testCase).data);
  } catch (error) {
    if (error instanceof InvariantError && error.message.includes('leaves int32')) return 'refused';
    throw error;
  }
}

/** What a sample of cases was like: differences found nowhere prove something only where outputs differ. */
interface Tally {
  refused: number;
  outputs: number;
  saturated: number;
  distinct: Set<number>;
}

function sameInBoth(run: RunCase, testCase: IntCase, tally: Tally): boolean {
  const expected = outcome(
    ({ node, operands, format }) => runNode(referenceKernels, node, operands, format),
    testCase,
  );
  const observed = outcome(run, testCase);
  if (expected === 'refused' || observed === 'refused') {
    tally.refused += 1;
    return expected === observed;
  }
  const { format } = testCase;
  tally.outputs += expected.length;
  for (const code of expected) {
    tally.distinct.add(code);
    if (code === minOf(format) || code === maxOf(format)) tally.saturated += 1;
  }
  return expected.length === observed.length && expected.every((code, index) => code === observed[index]);
}

/** Random nodes of every operator that computes, as the reference runs them and as `run` does. */
export function describeAgreement(kernels: string, run: RunCase, cases = CASES): void {
  describe(`${kernels} equal the reference, code for code`, () => {
    it.each<OperatorCases & { readonly runs?: number }>([
      ...arrayCases,
      { operator: 'conv2d in several bands', cases: any.anyTallConv2d, runs: TALL_CASES },
      { operator: 'depthwiseConv2d in several bands', cases: any.anyTallDepthwiseConv2d, runs: TALL_CASES },
      ...arithmeticCases,
    ])('$operator', ({ operator, cases: nodes, runs = cases }) => {
      const tally: Tally = { refused: 0, outputs: 0, saturated: 0, distinct: new Set() };
      expect(
        counterexample(
          fc.property(nodes, (testCase) => sameInBoth(run, testCase, tally)),
          runs,
        ),
      ).toBe('');
      expect(tally.refused, `${operator}: sums that leave int32`).toBeLessThan(runs / 4);
      expect(tally.saturated, `${operator}: outputs at an end`).toBeLessThan(tally.outputs * 0.7);
      expect(tally.distinct.size, `${operator}: different outputs`).toBeGreaterThan(200);
    });
  });
}
