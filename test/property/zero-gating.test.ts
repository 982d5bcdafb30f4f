import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zeroGatedMacs } from '../../src/engine/zero-gated-macs.js';
import { isArrayNode } from '../../src/ir/array-node.js';
import { arrayShape } from '../../src/lower/workload/array-shape.js';
import { arrayMacs } from '../../src/lower/workload/workload.js';
import { tensorFrom } from '../../src/tensor/tensor.js';
import * as any from '../arbitraries/int-nodes.js';
import { zeroOperandMacs } from '../oracle/zero-operands.js';
import { graphOfNode, type TestOperand } from '../support/run-node.js';

/** About one code in `every` becomes the zero point, the same for the same case. */
function withZeros({ tensor, ...operand }: TestOperand, zeroPoint: number, every: number): TestOperand {
  const codes = Array.from(tensor.data, (code, index) => ((index * 7 + 3) % every === 0 ? zeroPoint : code));
  return { ...operand, tensor: tensorFrom(tensor.type, tensor.shape, codes) };
}

describe.each(['activations', 'weights', 'both'] as const)('MACs gated by zeros of %s', (operands) => {
  it.each([
    { operator: 'conv2d', cases: any.anyConv2d },
    { operator: 'depthwiseConv2d', cases: any.anyDepthwiseConv2d },
    { operator: 'convTranspose2d', cases: any.anyConvTranspose2d },
    { operator: 'fullyConnected', cases: any.anyFullyConnected },
    { operator: 'matMul', cases: any.anyMatMul },
  ])('are those that looking at each one finds: $operator', ({ cases }) => {
    let [gated, macs] = [0, 0];
    const everyNth = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(cases, everyNth, everyNth, (testCase, everyX, everyWeight) => {
        const { graph } = graphOfNode(testCase.node, testCase.operands, testCase.format);
        const node = graph.nodes[0]!;
        if (!isArrayNode(node)) throw new Error(node.op);
        const [xZero, weightZero] =
          node.op === 'matMul' ? node.inputZeroPoints : [node.inputZeroPoint, node.weightZeroPoint];
        const [x, weight] = testCase.operands;
        const tensors = [withZeros(x!, xZero, everyX), withZeros(weight!, weightZero, everyWeight)].map(
          ({ tensor }) => tensor,
        );
        const found = zeroOperandMacs(node, tensors, graph.values.get(node.output)!.shape);
        expect(zeroGatedMacs(node, tensors, operands)).toBe(found[operands]);
        expect(found.macs).toBe(arrayMacs(arrayShape(node, graph)));
        gated += found[operands];
        macs += found.macs;
      }),
      { numRuns: 35 },
    );
    expect(gated).toBeGreaterThan(0.1 * macs);
    expect(gated).toBeLessThan(macs);
  });
});
