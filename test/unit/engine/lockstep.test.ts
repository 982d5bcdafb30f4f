import { afterEach, describe, expect, it, vi } from 'vitest';
import { INT8 } from '../../../src/arith/int-format.js';
import { LayerPlanner, type LayerPlan } from '../../../src/engine/layer-plan.js';
import { networkOf } from '../../../src/engine/layer.js';
import { lockstepLayer } from '../../../src/engine/registers/lockstep.js';
import { runLayerOnRegisters } from '../../../src/engine/registers/register-layer.js';
import { runProgram } from '../../../src/engine/timeline.js';
import type { Accelerator, MacArray } from '../../../src/hw/accelerator.js';
import { elementCount } from '../../../src/tensor/shape.js';
import { varied } from '../../support/small-layers.js';
import { machineFixture } from '../../support/machine-fixture.js';
import { activation, constant, graphOfNode, type UnplacedNode } from '../../support/run-node.js';

const dataflows: readonly (Partial<MacArray> & Pick<MacArray, 'dataflow'>)[] = [
  { kind: 'dot-product', dataflow: 'ws', pipelineStages: 2, pingPongWeights: true },
  { kind: 'systolic', dataflow: 'ws', pipelineStages: 0, pingPongWeights: true },
  { kind: 'systolic', dataflow: 'ws', pipelineStages: 0, pingPongWeights: false },
  { kind: 'systolic', dataflow: 'os', drain: 'columnBus', pipelineStages: 0, pingPongWeights: false },
  { kind: 'systolic', dataflow: 'os', drain: 'shift', pipelineStages: 0, pingPongWeights: false },
  { kind: 'systolic', dataflow: 'is', pipelineStages: 0, pingPongWeights: true },
];

/** A machine so small that a layer takes several tiles of everything. */
function smallMachine(array: (typeof dataflows)[number]): Accelerator {
  const fixture = machineFixture();
  const buffer = { ...fixture.activationBuffer, capacityBytes: 256, wordBits: 8 };
  return {
    ...fixture,
    array: { ...fixture.array, rows: 5, columns: 3, ...array },
    accumulators: { ...fixture.accumulators, entriesPerColumn: 16 },
    requantizer: { lanes: 2, latencyCycles: 3 },
    activationBuffer: buffer,
    weightBuffer: buffer,
    outputBuffer: { ...buffer, capacityBytes: 64 },
    dram: { ...fixture.dram, latencyCycles: 7, burstBytes: 4 },
  };
}

const operand = (shape: readonly number[], seed: number) =>
  [shape, varied(elementCount(shape), seed)] as const;

/** A convolution with padding, strides and more channels than the array has columns. */
function convolution() {
  const node: UnplacedNode = {
    op: 'conv2d',
    kernelHeight: 3,
    kernelWidth: 3,
    strideHeight: 2,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: 1,
    padBottom: 1,
    padLeft: 1,
    padRight: 1,
    groups: 1,
    inputZeroPoint: 3,
    weightZeroPoint: 0,
    requantizer: { kind: 'shift', rounding: 'halfUp', shifts: [9] },
    outputZeroPoint: 0,
    clamp: { min: -128, max: 127 },
  };
  return graphOfNode(
    node,
    [
      activation(INT8, ...operand([1, 7, 6, 3], 1)),
      constant(INT8, ...operand([7, 3, 3, 3], 2)),
      constant({ bits: 32, signed: true }, ...operand([7], 3)),
    ],
    INT8,
  );
}

function planned(array: (typeof dataflows)[number]) {
  const machine = smallMachine(array);
  const { graph, fed } = convolution();
  const node = graph.nodes[0]!;
  const operands = node.inputs.map((id) => graph.constants.get(id) ?? fed[0]!);
  const plan = new LayerPlanner(machine).plan(networkOf(graph).layers[0]!);
  /** The difference that two programs make: one for the formulas, one for the registers. */
  const difference = (byFormula: LayerPlan['program'], onRegisters: Pick<LayerPlan, 'program' | 'steps'>) =>
    lockstepLayer(
      node,
      graph,
      operands,
      { ...plan, ...onRegisters, timeline: runProgram(byFormula, machine) },
      machine,
    ).difference;
  return { plan, difference, machine, node, graph, operands };
}

function withoutToken<T extends LayerPlan['program'][number]>(instruction: T, earlier: number): T {
  return { ...instruction, waitsFor: instruction.waitsFor.filter((index) => index !== earlier) };
}

const name = ({ kind, dataflow, drain, pingPongWeights }: (typeof dataflows)[number]): string =>
  [kind, dataflow, drain, pingPongWeights ? 'ping-pong' : ''].join(' ');

describe.each(dataflows.map((array) => ({ name: name(array), array })))('$name', ({ array }) => {
  it('agrees on a convolution of many tiles', () => {
    const { plan, difference } = planned(array);
    expect(plan.program.length).toBeGreaterThan(40);
    expect(difference(plan.program, plan)).toBeNull();
  });

  it('notices a token that is dropped on one side', () => {
    const { plan, difference } = planned(array);
    const stream = plan.program.findIndex(({ kind, waitsFor }) => kind === 'stream' && waitsFor.length > 0);
    const program = plan.program.map((each, index) => (index === stream ? { ...each, waitsFor: [] } : each));
    expect(difference(plan.program, { ...plan, program })).toContain(`start of ${stream} stream`);
  });

  it('notices every token from a load that is dropped on both sides: the operand is not there', () => {
    const { plan, difference } = planned(array);
    const isLoad = (index: number): boolean => plan.program[index]!.kind.startsWith('load');
    const first = plan.program.findIndex(({ unit, waitsFor }) => unit !== 'load' && waitsFor.some(isLoad));
    const program = plan.program.map((each, index) =>
      index === first ? { ...each, waitsFor: each.waitsFor.filter((earlier) => !isLoad(earlier)) } : each,
    );
    expect(difference(program, { ...plan, program })).toMatch(/^(sum|output) \d+: -?\d+ by kernels/);
  });

  it.each([
    { first: 'requantize', second: 'requantize' },
    { first: 'store', second: 'store' },
    { first: 'loadWeights', second: 'loadActivations' },
  ])('notices two that change places: $first and $second', ({ first, second }) => {
    const { plan, difference } = planned(array);
    const a = plan.program.findIndex(({ kind }) => kind === first);
    const b = plan.program.findIndex(({ kind }, index) => kind === second && index !== a);
    const steps = plan.steps.map((step, index) =>
      index === a ? plan.steps[b]! : index === b ? plan.steps[a]! : step,
    );
    // Tokens stay where they are: what an instruction works on is what moves.
    const program = steps.map(({ work }, index) => ({ ...work, waitsFor: plan.program[index]!.waitsFor }));
    expect(() => {
      // A result may leave its slot, which the memories refuse.
      const found = difference(plan.program, { ...plan, steps, program });
      if (found !== null) throw new Error(found);
    }).toThrow(/./);
  });
});

describe('values of many cycles that move together', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/hw/components/activity.js');
    vi.resetModules();
  });

  it.each(dataflows.map((array) => ({ name: name(array), array })))(
    'are those that move cycle by cycle, whatever token is missing: $name',
    async ({ array }) => {
      const { plan, machine, node, graph, operands } = planned(array);
      vi.resetModules();
      vi.doMock('../../../src/hw/components/activity.js', () => ({ areApart: () => false }));
      const single = await import('../../../src/engine/registers/register-layer.js');
      const outcome = (run: typeof runLayerOnRegisters, program: LayerPlan['program']): string => {
        try {
          return JSON.stringify(run(node, graph, operands, { ...plan, program }, machine));
        } catch (error) {
          return String(error);
        }
      };
      const tokens = plan.program.flatMap(({ waitsFor }, index) =>
        waitsFor.map((earlier) => ({ index, earlier })),
      );
      const programs = tokens
        .filter((_, token) => token % 12 === 0)
        .map(({ index, earlier }) => plan.program.with(index, withoutToken(plan.program[index]!, earlier)));
      const outcomes = [plan.program, ...programs].map((program) => outcome(runLayerOnRegisters, program));
      expect(new Set(outcomes).size).toBeGreaterThan(2);
      expect([plan.program, ...programs].map((each) => outcome(single.runLayerOnRegisters, each))).toEqual(
        outcomes,
      );
    },
  );
});

describe('where there are no vector instructions', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/wasm/support.js');
    vi.resetModules();
  });

  it.each(dataflows.map((array) => ({ name: name(array), array })))(
    'values and times are the same: $name',
    async ({ array }) => {
      const { plan, machine, node, graph, operands } = planned(array);
      vi.resetModules();
      vi.doMock('../../../src/wasm/support.js', () => ({ hasSimd: () => false }));
      const plain = await import('../../../src/engine/registers/register-layer.js');
      const [expected, found] = [runLayerOnRegisters, plain.runLayerOnRegisters].map((run) =>
        run(node, graph, operands, plan, machine),
      );
      expect(found).toEqual(expected);
    },
  );
});

describe('a formula that is off by a cycle', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/hw/timing/instruction-cycles.js');
    vi.resetModules();
  });

  it.each([
    { kind: 'loadWeights', dataflow: 0 },
    { kind: 'preload', dataflow: 1 },
    { kind: 'stream', dataflow: 3 },
    { kind: 'drain', dataflow: 4 },
    { kind: 'requantize', dataflow: 5 },
    { kind: 'store', dataflow: 2 },
  ])('$kind', async ({ kind, dataflow }) => {
    const { plan, machine, node, graph, operands } = planned(dataflows[dataflow]!);
    vi.resetModules();
    vi.doMock('../../../src/hw/timing/instruction-cycles.js', async (original) => {
      const { instructionCycles } =
        await original<typeof import('../../../src/hw/timing/instruction-cycles.js')>();
      return {
        instructionCycles: (...[instruction, accelerator]: Parameters<typeof instructionCycles>) =>
          instructionCycles(instruction, accelerator) + (instruction.kind === kind ? 1 : 0),
      };
    });
    const shifted = await import('../../../src/engine/timeline.js');
    const timeline = shifted.runProgram(plan.program, machine);
    const { difference } = lockstepLayer(node, graph, operands, { ...plan, timeline }, machine);
    const first = plan.program.findIndex((each) => each.kind === kind);
    expect(difference).toContain(`on registers cycle ${plan.timeline.ends[first]!}: end of ${first} ${kind}`);
    expect(difference!.split('\n').length).toBeLessThanOrEqual(12);
  });
});
