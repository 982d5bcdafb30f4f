import { describe, expect, it } from 'vitest';
import { INT16, INT32, INT8, type IntFormat } from '../../../src/arith/int-format.js';
import { networkOf } from '../../../src/engine/layer.js';
import { programListing } from '../../../src/engine/listing.js';
import { programTrace } from '../../../src/engine/trace.js';
import { simulate } from '../../../src/engine/simulate.js';
import type { Accelerator } from '../../../src/hw/accelerator.js';
import { CYCLE_NAMES, ENERGY_COMPONENTS } from '../../../src/hw/counts.js';
import { loadAccelerator } from '../../../src/hw/load-accelerator.js';
import { GraphBuilder } from '../../../src/ir/builder.js';
import type { IntGraph, ValueType } from '../../../src/ir/graph.js';
import type { IntNode } from '../../../src/ir/operators.js';
import { elementCount, type Shape } from '../../../src/tensor/shape.js';
import { storageType, tensorFrom } from '../../../src/tensor/tensor.js';
import { idealMachine } from '../../support/ideal-machine.js';
import { sum } from '../../support/lowering.js';

const codes = (format: IntFormat): ValueType => ({
  kind: 'int',
  format,
  quantization: { scales: [1], zeroPoint: 0, axis: null },
});
const stage = {
  requantizer: { kind: 'shift', rounding: 'halfUp', shifts: [8] },
  outputZeroPoint: 0,
  clamp: { min: -128, max: 127 },
} as const;
const arithmetic = { ...stage, inputZeroPoint: 0, weightZeroPoint: 0 } as const;
const window = {
  kernelHeight: 3,
  kernelWidth: 3,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padTop: 1,
  padBottom: 1,
  padLeft: 1,
  padRight: 1,
} as const;

/** 12 x 12 x 8 → conv, depthwise, the same conv again, residual sum, mean, reshape, dense. All weights are `weight`. */
function smallNetwork(weight = 1, activations: IntFormat = INT8): IntGraph {
  const builder = new GraphBuilder<IntNode>();
  const constant = (id: string, shape: Shape, format: IntFormat, value: number) =>
    builder.addConstant(
      id,
      tensorFrom(
        storageType(format),
        shape,
        Array.from({ length: elementCount(shape) }, () => value),
      ),
      codes(format),
    );
  const parameters = (id: string, shape: Shape) => [
    constant(`${id}.weight`, shape, INT8, weight),
    constant(`${id}.bias`, [shape[0]!], INT32, 0),
  ];
  const conv = (name: string, input: string): string =>
    builder.addNode(
      {
        op: 'conv2d',
        name,
        inputs: [input, ...parameters(name, [8, 3, 3, 8])],
        output: name,
        groups: 1,
        ...window,
        ...arithmetic,
      },
      codes(activations),
    );
  builder.addInput('x', [1, 12, 12, 8], codes(activations));
  conv('conv1', 'x');
  builder.addNode(
    {
      op: 'depthwiseConv2d',
      name: 'depthwise',
      inputs: ['conv1', ...parameters('depthwise', [8, 3, 3, 1])],
      output: 'depthwise',
      groups: 8,
      ...window,
      ...arithmetic,
    },
    codes(activations),
  );
  conv('conv2', 'depthwise');
  const requantizer = stage.requantizer;
  builder.addNode(
    {
      op: 'add',
      name: 'sum',
      inputs: ['conv2', 'conv1'],
      output: 'sum',
      inputZeroPoints: [0, 0],
      leftShift: 8,
      inputRequantizers: [requantizer, requantizer],
      ...stage,
    },
    codes(activations),
  );
  builder.addNode(
    {
      op: 'mean',
      name: 'mean',
      inputs: ['sum'],
      output: 'mean',
      axes: [1, 2],
      keepDims: true,
      inputZeroPoint: 0,
      ...stage,
    },
    codes(activations),
  );
  builder.addNode(
    { op: 'reshape', name: 'flat', inputs: ['mean'], output: 'flat', shape: [1, 8] },
    codes(activations),
  );
  builder.addNode(
    {
      op: 'fullyConnected',
      name: 'dense',
      inputs: ['flat', ...parameters('dense', [10, 8])],
      output: 'y',
      ...arithmetic,
    },
    codes(activations),
  );
  return builder.finish<IntGraph>(
    'integer',
    'small',
    [{ name: 'x', value: 'x', permutation: null }],
    [{ name: 'y', value: 'y', permutation: null }],
    {},
  );
}

async function presets(): Promise<Accelerator[]> {
  return [await loadAccelerator('whitepaper-16x16'), await loadAccelerator('systolic-16x16-ws')];
}

describe('a simulation', () => {
  it('a mapping states the DRAM traffic that is counted, in whole bursts', async () => {
    const { layers } = simulate(smallNetwork(), await loadAccelerator('whitepaper-16x16'));
    const mapped = layers.filter(({ mapping }) => mapping !== null);
    const stated = mapped.map(({ mapping }) =>
      /([\d,]+) bytes of DRAM traffic$/.exec(mapping!)![1]!.replaceAll(',', ''),
    );
    expect(mapped.length).toBeGreaterThan(3);
    expect(stated.map(Number)).toEqual(
      mapped.map(({ counts }) => counts.dramReadBytes + counts.dramWriteBytes),
    );
  });

  it('has a line for every node, and totals that are the exact sums of the lines', async () => {
    for (const machine of await presets()) {
      const { layers, totals } = simulate(smallNetwork(), machine);
      expect(layers.map(({ placement }) => placement)).toEqual([
        'array',
        'array',
        'array',
        'vector',
        'vector',
        'free',
        'array',
      ]);
      expect(totals.macs).toBe(2 * 144 * 72 * 8 + 144 * 9 * 8 + 80);
      expect(totals.macs).toBe(sum(layers.map(({ macs }) => macs)));
      expect(totals.cycles).toBe(sum(layers.map(({ cycles }) => cycles)));
      expect(totals.energyPicojoules).toBe(sum(layers.map(({ energyPicojoules }) => energyPicojoules)));
      for (const name of CYCLE_NAMES) {
        expect(totals.cycleBreakdown[name]).toBe(
          sum(layers.map(({ cycleBreakdown }) => cycleBreakdown[name])),
        );
      }
      for (const component of ENERGY_COMPONENTS) {
        const parts = layers.map(({ energyBreakdown }) => energyBreakdown[component]);
        expect(totals.energyBreakdown[component]).toBe(sum(parts));
      }
      expect(totals.counts.macs).toBe(totals.macs);
    }
  });

  it('adds up on machines of the other dataflows, and makes the same MACs', async () => {
    const [reference] = await presets();
    const expected = simulate(smallNetwork(), reference!).layers;
    const arrays = [
      { dataflow: 'is' },
      { dataflow: 'os', drain: 'columnBus' },
      { dataflow: 'os', drain: 'shift' },
    ] as const;
    for (const array of arrays) {
      const machine = idealMachine(8, 4, array);
      const { layers, totals } = simulate(smallNetwork(), machine);
      expect(layers.map(({ counts }) => counts.macs)).toEqual(expected.map(({ counts }) => counts.macs));
      expect(totals.cycles).toBe(sum(layers.map(({ cycles }) => cycles)));
      for (const { cycles, cycleBreakdown } of [...layers, totals]) {
        expect(sum(Object.values(cycleBreakdown))).toBe(cycles);
      }
      const drained = layers.map(({ cycleBreakdown }) => cycleBreakdown.drain ?? 0);
      expect(totals.cycleBreakdown.drain).toBe(sum(drained));
      expect(sum(drained) > 0).toBe('drain' in array && array.drain === 'shift');
    }
  });

  it('names every cycle and accounts for every picojoule of a layer', async () => {
    for (const machine of await presets()) {
      for (const layer of simulate(smallNetwork(), machine).layers) {
        expect(sum(CYCLE_NAMES.map((name) => layer.cycleBreakdown[name]))).toBe(layer.cycles);
        const parts = ENERGY_COMPONENTS.map((component) => layer.energyBreakdown[component]);
        expect(sum(parts)).toBe(layer.energyPicojoules);
      }
    }
  });

  it('gives equal layers equal figures, and a layer that moves nothing none', async () => {
    const [machine] = await presets();
    const { layers } = simulate(smallNetwork(), machine!);
    const [first, , second, , , reshape] = layers;
    expect({ ...second, index: 0, name: 'conv1' }).toEqual(first);
    expect(reshape).toMatchObject({ cycles: 0, energyPicojoules: 0, bound: 'nothing', mapping: null });
  });

  it('is the same twice, to the byte, and so is the listing', async () => {
    for (const machine of await presets()) {
      expect(JSON.stringify(simulate(smallNetwork(), machine))).toBe(
        JSON.stringify(simulate(smallNetwork(), machine)),
      );
      expect(programListing(networkOf(smallNetwork()), machine)).toBe(
        programListing(networkOf(smallNetwork()), machine),
      );
    }
  });

  it('refuses a timeline of more events than it may have', async () => {
    const [machine] = await presets();
    const network = networkOf(smallNetwork());
    expect(() => programTrace(network, machine!, { mostEvents: 1000 })).not.toThrow();
    expect(() => programTrace(network, machine!, { mostEvents: 20 })).toThrow(
      'found more than 20 events, expected fewer',
    );
  });

  it('counts the bytes of a layer’s weights and biases', async () => {
    const [machine] = await presets();
    const { layers } = simulate(smallNetwork(), machine!);
    expect(layers.map(({ parameterBytes }) => parameterBytes)).toEqual([608, 104, 608, 0, 0, 0, 120]);
  });
});

describe('a machine that cannot run a layer is told so', () => {
  it('where a buffer has no room for the smallest tile', async () => {
    const [preset] = await presets();
    const machine = { ...preset!, weightBuffer: { ...preset!.weightBuffer, capacityBytes: 16 } };
    expect(() => simulate(smallNetwork(), machine)).toThrow(
      "layer 'conv1' (conv2d): found 13 bytes in its smallest tile for the weightBuffer, expected at most 8, half of the 16 in ping-pong; raise weightBuffer.capacity to at least 26",
    );
  });

  it('where its multipliers are too narrow for the activations', async () => {
    const [machine] = await presets();
    expect(() => simulate(smallNetwork(1, INT16), machine!)).toThrow(
      "layer 'conv1' (conv2d): found int16 activations, expected at most 8 bits; set array.activationBits to 16, or quantize to fewer bits",
    );
  });

  it('where sums may leave accumulators that are narrower than 32 bits, or do not wrap', async () => {
    const [preset] = await presets();
    const accumulators = { ...preset!.accumulators, bits: 20 };
    const machine = { ...preset!, accumulators };
    expect(simulate(smallNetwork(8), machine).totals.cycles).toBeGreaterThan(0); // 72 · 8 · 128 < 2^19
    expect(() => simulate(smallNetwork(127), machine)).toThrow(
      "layer 'conv1' (conv2d): found sums that may need 22 bits, expected at most the 20 bits of the accumulators; sums that leave the accumulators (overflow: wrap) are not simulated yet; set accumulators.bits to 22",
    );
    const wrapping = { ...preset!, accumulators: { ...preset!.accumulators, overflow: 'trap' as const } };
    expect(simulate(smallNetwork(127), wrapping).totals.cycles).toBeGreaterThan(0);
  });
});
