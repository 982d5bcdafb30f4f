import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INT32, INT8, maxOf, minOf } from '../../src/arith/int-format.js';
import { InvariantError } from '../../src/core/errors.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import * as any from '../arbitraries/int-nodes.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { tensorOf } from '../arbitraries/quant.js';
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

/** Random nodes of every operator that computes, as the reference runs them and as `run` does, and sums as long as int32 holds. */
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

  describe(`the longest sums of ${kernels} are exact`, () => {
    // 4096 products of -128 · -128 are 2^26, the first sum that no longer fits its half of a double; 131071 fill an int32.
    it.each([4095, 4096, 8191, 131_071])('Σ of %d products of -128 and -128', (depth) => {
      const lowest = { seed: 0, spread: 'lowest' } as const;
      const node = {
        op: 'fullyConnected',
        inputZeroPoint: 0,
        weightZeroPoint: 0,
        requantizer: { kind: 'shift', rounding: 'floor', shifts: [0] },
        outputZeroPoint: 0,
        clamp: { min: minOf(INT32), max: maxOf(INT32) },
      } as const;
      const operands = [
        { tensor: tensorOf(lowest, INT8, [1, depth]), format: INT8, constant: false },
        { tensor: tensorOf(lowest, INT8, [9, depth]), format: INT8, constant: true },
        { tensor: tensorOf({ seed: 0, spread: 'small' }, INT8, [9]), format: INT8, constant: true },
      ];
      const bias = Array.from(operands[2]!.tensor.data);
      const sums = Array.from(run({ node, operands, format: INT32 }).data);
      expect(sums).toEqual(bias.map((b) => 2 ** 14 * depth + b));
    });
  });
}
