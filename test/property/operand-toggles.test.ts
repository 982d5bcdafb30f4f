import fc from 'fast-check';
import { lanesFor } from '../../src/hw/operand-mode.js';
import { describe, expect, it } from 'vitest';
import { arrayOperands } from '../../src/engine/array-operands.js';
import { operandToggles } from '../../src/engine/operand-toggles.js';
import { streamedBitsPerMac } from '../../src/hw/energy/energy-costs.js';
import { isArrayNode } from '../../src/ir/array-node.js';
import { arrayMacs } from '../../src/lower/workload/workload.js';
import { workloadOf } from '../../src/lower/workload/workload-of.js';
import { anyAccelerator } from '../arbitraries/accelerator.js';
import * as any from '../arbitraries/int-nodes.js';
import { meshToggles } from '../oracle/mesh-toggles.js';
import { lowered } from '../support/lowering.js';
import { graphOfNode } from '../support/run-node.js';

describe('bits that flip at the multipliers', () => {
  it.each([
    { operator: 'conv2d', cases: any.anyConv2d },
    { operator: 'depthwiseConv2d', cases: any.anyDepthwiseConv2d },
    { operator: 'convTranspose2d', cases: any.anyConvTranspose2d },
    { operator: 'fullyConnected', cases: any.anyFullyConnected },
    { operator: 'matMul', cases: any.anyMatMul },
  ])('are those that a mesh sees, moment by moment: $operator', ({ cases }) => {
    const dataflows = new Set<string>();
    let [flips, bits] = [0, 0];
    fc.assert(
      fc.property(cases, anyAccelerator(), ({ node, operands, format }, machine) => {
        const { graph } = graphOfNode(node, operands, format);
        const placed = graph.nodes[0]!;
        if (!isArrayNode(placed)) throw new Error(placed.op);
        const workload = workloadOf(placed, graph);
        if (workload.kind !== 'array') throw new Error(workload.kind);
        // Toggles of MACs in packed lanes are not followed.
        fc.pre(arrayMacs(workload) <= 3000 && lanesFor(workload, machine.array) === undefined);
        const layer = lowered(workload, machine);
        fc.pre(layer !== null);
        const tensors = operands.map(({ tensor }) => tensor);
        const shape = graph.values.get(placed.output)!.shape;
        const { array } = machine;
        const found = operandToggles(workload, layer.steps, arrayOperands(placed, tensors), array);
        expect(found).toBe(meshToggles(placed, tensors, shape, workload, layer.steps, array));
        dataflows.add(array.dataflow);
        flips += found;
        bits += arrayMacs(workload) * streamedBitsPerMac(array);
      }),
      { numRuns: 60 },
    );
    expect([...dataflows].sort()).toEqual(['is', 'os', 'ws']);
    expect(flips).toBeGreaterThan(0.02 * bits);
    expect(flips).toBeLessThan(0.9 * bits);
  });
});
