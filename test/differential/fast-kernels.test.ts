import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxOf, minOf } from '../../src/arith/int-format.js';
import { InvariantError } from '../../src/core/errors.js';
import type { IntNode } from '../../src/ir/operators.js';
import { fastKernels } from '../../src/kernels/fast/index.js';
import type { KernelSet } from '../../src/kernels/kernel.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import * as any from '../arbitraries/int-nodes.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { counterexample } from '../support/counterexample.js';
import { runNode } from '../support/run-node.js';

const CASES = 500;

/** Of images that take the reference seconds. */
const TALL_CASES = 12;

/** The codes a kernel set makes, or the kind of failure: a sum that leaves int32 fails in both. */
function outcome(
  kernels: KernelSet<IntNode>,
  { node, operands, format }: IntCase,
): readonly number[] | 'refused' {
  try {
    return Array.from(runNode(kernels, node, operands, format).data);
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

function sameInBoth(testCase: IntCase, tally: Tally): boolean {
  const expected = outcome(referenceKernels, testCase);
  const observed = outcome(fastKernels, testCase);
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

describe('fast kernels equal the reference, code for code', () => {
  it.each([
    { operator: 'conv2d', cases: any.anyConv2d },
    { operator: 'conv2d in several bands', cases: any.anyTallConv2d, runs: TALL_CASES },
    { operator: 'depthwiseConv2d', cases: any.anyDepthwiseConv2d },
    { operator: 'depthwiseConv2d in several bands', cases: any.anyTallDepthwiseConv2d, runs: TALL_CASES },
    { operator: 'convTranspose2d', cases: any.anyConvTranspose2d },
    { operator: 'fullyConnected', cases: any.anyFullyConnected },
    { operator: 'matMul', cases: any.anyMatMul },
    { operator: 'add', cases: any.anyAddOrSub('add') },
    { operator: 'sub', cases: any.anyAddOrSub('sub') },
    { operator: 'mul', cases: any.anyMul },
    { operator: 'requantize', cases: any.anyRequantize },
    { operator: 'lut', cases: any.anyLut },
    { operator: 'softmax', cases: any.anySoftmax },
    { operator: 'logSoftmax', cases: any.anyLogSoftmax },
    { operator: 'layerNormalization', cases: any.anyLayerNormalization },
    { operator: 'maxPool', cases: any.anyMaxPool },
    { operator: 'averagePool', cases: any.anyAveragePool },
    { operator: 'mean', cases: any.anyMean },
    { operator: 'resize', cases: any.anyResize },
  ])('$operator', ({ operator, cases, runs = CASES }) => {
    const tally: Tally = { refused: 0, outputs: 0, saturated: 0, distinct: new Set() };
    expect(
      counterexample(
        fc.property(cases, (testCase) => sameInBoth(testCase, tally)),
        runs,
      ),
    ).toBe('');
    expect(tally.refused, `${operator}: sums that leave int32`).toBeLessThan(runs / 4);
    expect(tally.saturated, `${operator}: outputs at an end`).toBeLessThan(tally.outputs * 0.7);
    expect(tally.distinct.size, `${operator}: different outputs`).toBeGreaterThan(200);
  });
});
