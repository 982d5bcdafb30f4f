import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isForAnyFactor } from '../../src/arith/requantizer-for.js';
import type { Requantizer } from '../../src/arith/requantizer.js';
import * as any from '../arbitraries/int-nodes.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { NO_DIFFERENCES, together, type CodeDifferences } from '../support/export-differences.js';
import { compareInOrt } from '../support/export-compare.js';
import { plainPool } from '../support/plain-pool.js';
import { griddedNode } from '../support/gridded-node.js';
import type { Optimization } from '../support/onnx-runtime.js';

const RUNS = 60;

/** Rules that wrap, saturate early or add no zero point have no float counterpart; `quantize` offers none of them. */
const isQuantizer = (requantizer: Requantizer): boolean =>
  requantizer.kind !== 'stack' || isForAnyFactor(requantizer.rule);

/** Of an addition's operands, which reach 2^20, the generic families: some rules hold 16 bits only. */
function hasCounterpart({ node }: IntCase): boolean {
  if ('requantizer' in node && !isQuantizer(node.requantizer)) return false;
  return !('inputRequantizers' in node) || node.inputRequantizers.every(({ kind }) => kind !== 'stack');
}

/**
 * Roundings of every mode (floor, ceil, …) are among the cases, and float arithmetic rounds to nearest: one code. A value
 * that is nearly a tie goes either way in float: one code as well. Tables and maxima only pass codes on: none.
 */
describe('ONNX Runtime differs from the reference kernels by at most one code', () => {
  it.each<{ operator: string; cases: fc.Arbitrary<IntCase>; most?: number; isRare?: boolean }>([
    { operator: 'conv2d', cases: any.anyConv2d },
    { operator: 'depthwiseConv2d', cases: any.anyDepthwiseConv2d },
    { operator: 'convTranspose2d', cases: any.anyConvTranspose2d },
    { operator: 'fullyConnected', cases: any.anyFullyConnected },
    { operator: 'matMul', cases: any.anyMatMul },
    { operator: 'add', cases: any.anyAddOrSub('add') },
    { operator: 'sub', cases: any.anyAddOrSub('sub') },
    { operator: 'mul', cases: any.anyMul },
    { operator: 'requantize', cases: any.anyRequantize },
    { operator: 'lut', cases: any.anyLut, most: 0 },
    { operator: 'softmax', cases: any.anySoftmax, isRare: true },
    { operator: 'logSoftmax', cases: any.anyLogSoftmax },
    { operator: 'layerNormalization', cases: any.anyLayerNormalization },
    { operator: 'maxPool', cases: any.anyMaxPool, most: 0 },
    { operator: 'averagePool', cases: any.anyAveragePool.map(plainPool) },
    { operator: 'mean', cases: any.anyMean },
    { operator: 'resize', cases: any.anyResize },
  ])('$operator', async ({ cases, most = 1, isRare = false }) => {
    let total: CodeDifferences = NO_DIFFERENCES;
    let compared = 0;
    const distinct = new Set<number>();
    const drawing = fc.tuple(
      cases.filter(hasCounterpart),
      fc.boolean(),
      fc.constantFrom<Optimization>('disabled', 'all'),
    );
    await fc.assert(
      fc.asyncProperty(drawing, async ([drawn, swapped, optimization]) => {
        const { graph, fed } = griddedNode(drawn, swapped);
        const found = await compareInOrt(graph, fed, optimization);
        if (found === null) return;
        compared += 1;
        for (const code of found.codes) distinct.add(code);
        total = together(total, found.differences);
        expect(found.differences.largest).toBeLessThanOrEqual(most);
      }),
      { numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS / 3);
    expect(distinct.size).toBeGreaterThan(20);
    // Were the comparison blind, nothing would ever differ. (Softmax differs too seldom to be seen here.)
    expect(total.differing > 0 || isRare).toBe(most > 0);
  });
});
