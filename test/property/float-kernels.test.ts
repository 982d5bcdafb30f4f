import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensorFrom, type FloatTensor } from '../../src/tensor/tensor.js';
import * as any from '../arbitraries/float-nodes.js';
import type { FloatCase } from '../arbitraries/float-nodes.js';
import { floatOracle } from '../oracle/float-ops.js';
import { bindFloat } from '../support/bind-float.js';

/** Sums are exact on these operands, in float32 as in doubles: only the last step rounds, and both sides round alike. */
const EXACT = 0;

/** For functions whose last double digit depends on how they are written. */
const ONE_ULP = 2 ** -23;

/**
 * Runs a kernel twice, the second time with the first operand negated (a result must survive the next call), and
 * describes the first element off by more than `tolerance · (1 + |expected|)`.
 */
function difference({ node, inputs, constant }: FloatCase, tolerance: number): string | null {
  const run = bindFloat(node, inputs, constant);
  const [x, ...others] = inputs as [FloatTensor, ...FloatTensor[]];
  const calls = [inputs, [node.op === 'pow' ? x : negated(x), ...others]];
  const results = calls.map((call) => ({ call, got: run(call) }));
  for (const { call, got } of results) {
    for (const [i, want] of floatOracle(node, call, got.shape).map(Math.fround).entries()) {
      const value = got.data[i]!;
      const same = value === want || Math.abs(value - want) <= tolerance * (1 + Math.abs(want));
      if (!same) return `[${i}] -> ${value}, expected ${want}`;
    }
  }
  return null;
}

function negated(x: FloatTensor): FloatTensor {
  return tensorFrom(
    'float32',
    x.shape,
    x.data.map((value) => -value),
  );
}

describe('a float kernel computes what the textbook defines, for any shapes and attributes', () => {
  it.each([
    { op: 'conv2d', cases: any.anyConv2d, numRuns: 400 },
    {
      op: 'convTranspose2d',
      cases: any.anyConvTranspose2d,
      numRuns: 400,
    },
    { op: 'fullyConnected', cases: any.anyFullyConnected },
    { op: 'matMul', cases: any.anyMatMul },
    { op: 'add', cases: any.anyBinary('add') },
    { op: 'sub', cases: any.anyBinary('sub') },
    { op: 'mul', cases: any.anyBinary('mul') },
    { op: 'div', cases: any.anyBinary('div') },
    { op: 'pow', cases: any.anyBinary('pow') },
    { op: 'prelu', cases: any.anyPRelu },
    { op: 'batchNormalization', cases: any.anyBatchNormalization, tolerance: ONE_ULP },
    {
      op: 'layerNormalization',
      cases: any.anyLayerNormalization,
      tolerance: ONE_ULP,
    },
    { op: 'softmax', cases: any.anySoftmax('softmax'), tolerance: ONE_ULP },
    { op: 'logSoftmax', cases: any.anySoftmax('logSoftmax'), tolerance: ONE_ULP },
    { op: 'maxPool', cases: any.anyPool('maxPool') },
    { op: 'averagePool', cases: any.anyPool('averagePool') },
    { op: 'mean', cases: any.anyMean },
    { op: 'resize', cases: any.anyResize },
  ])('$op', ({ cases, tolerance = EXACT, numRuns = 200 }) => {
    const property = fc.property(cases, (test) => {
      const found = difference(test, tolerance);
      if (found !== null) throw new Error(found);
    });
    expect(() => fc.assert(property, { numRuns })).not.toThrow();
  });
});
