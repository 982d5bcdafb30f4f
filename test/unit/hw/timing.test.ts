import { beforeAll, describe, expect, it } from 'vitest';
import type { Accelerator } from '../../../src/hw/accelerator.js';
import type { LoadInstruction, PreloadInstruction, StreamInstruction } from '../../../src/hw/isa.js';
import { loadAccelerator } from '../../../src/hw/load-accelerator.js';
import { instructionCycles } from '../../../src/hw/timing/instruction-cycles.js';
import { fillCycles } from '../../../src/hw/timing/stream.js';
import { machineFixture } from '../../support/machine-fixture.js';

let dotProduct: Accelerator;
let systolic: Accelerator;

beforeAll(async () => {
  dotProduct = await loadAccelerator('whitepaper-16x16');
  systolic = await loadAccelerator('systolic-16x16-ws');
});

const preload = (rows: number, columns: number): PreloadInstruction => ({
  kind: 'preload',
  unit: 'weightLoad',
  waitsFor: [],
  rows,
  columns,
  operand: 'weights',
  values: rows * columns,
});

const stream = (vectors: number, rows: number, columns: number): StreamInstruction => ({
  kind: 'stream',
  unit: 'array',
  waitsFor: [],
  vectors,
  rows,
  columns,
  macs: vectors * rows * columns,
  accumulates: false,
});

const TWO_LANES = { activationBits: 8, weightBits: 4, lanes: 2 } as const;

/** Both operands, for an output-stationary array. */
const both = (terms: number, rows: number, columns: number): StreamInstruction => ({
  ...stream(terms, rows, columns),
  weights: terms * columns,
});

const load = (bytes: number): LoadInstruction => ({
  kind: 'loadActivations',
  unit: 'load',
  waitsFor: [],
  bytes,
});

describe('preload', () => {
  it('takes a cycle for each used row of a dot-product array', () => {
    expect(instructionCycles(preload(5, 16), dotProduct)).toBe(5);
  });

  it('takes a cycle for each row of a systolic array, used or not', () => {
    expect(instructionCycles(preload(5, 16), systolic)).toBe(16);
  });

  it('is no faster than the weight buffer', () => {
    const weightBuffer = { ...dotProduct.weightBuffer, bandwidthBytesPerCycle: 10 };
    expect(instructionCycles(preload(5, 16), { ...dotProduct, weightBuffer })).toBe(8);
  });

  it('moves two bytes for a weight of nine bits', () => {
    const array = { ...dotProduct.array, weightBits: 9 };
    expect(instructionCycles(preload(5, 16), { ...dotProduct, array })).toBe(10);
  });

  it('of packed weights takes a cycle for each row with some of them, and moves half a byte for one of four bits', () => {
    const block = { ...preload(21, 16), packed: TWO_LANES };
    expect(instructionCycles(block, dotProduct)).toBe(11);
    const weightBuffer = { ...dotProduct.weightBuffer, bandwidthBytesPerCycle: 10 };
    expect(instructionCycles(block, { ...dotProduct, weightBuffer })).toBe(17); // 168 bytes
  });
});

describe('stream', () => {
  it('is T + pipelineStages in a dot-product array', () => {
    expect(instructionCycles(stream(100, 16, 16), dotProduct)).toBe(102);
    expect(fillCycles(stream(100, 16, 16), dotProduct)).toBe(2);
  });

  it('is T + R + C - 2 in a systolic array, of the whole array', () => {
    expect(instructionCycles(stream(100, 16, 16), systolic)).toBe(130);
    expect(instructionCycles(stream(100, 3, 2), systolic)).toBe(130);
    expect(fillCycles(stream(100, 3, 2), systolic)).toBe(30);
  });

  it('is no faster than the activation buffer, and calls the wait fill', () => {
    const activationBuffer = { ...dotProduct.activationBuffer, bandwidthBytesPerCycle: 12 };
    expect(instructionCycles(stream(100, 16, 16), { ...dotProduct, activationBuffer })).toBe(134 + 2);
    expect(fillCycles(stream(100, 16, 16), { ...dotProduct, activationBuffer })).toBe(36);
    expect(instructionCycles(stream(100, 12, 16), { ...dotProduct, activationBuffer })).toBe(102);
  });

  it('of packed operands moves whole bytes of activations, and takes as many terms a row as there are lanes', () => {
    const block = { ...stream(100, 32, 16), packed: TWO_LANES };
    const wide = { ...dotProduct.activationBuffer, bandwidthBytesPerCycle: 32 };
    expect(instructionCycles(block, { ...dotProduct, activationBuffer: wide })).toBe(102);
    expect(instructionCycles(block, dotProduct)).toBe(202); // 3200 bytes, 16 a cycle
  });

  /** M, N, K and the cycles SCALE-Sim prints for weight-stationary folds plus one (`2R + C + M - 2` a fold). */
  it.each([
    { rows: 4, columns: 4, m: 1, folds: 1, cycles: 11 },
    { rows: 4, columns: 4, m: 5, folds: 6, cycles: 90 },
    { rows: 8, columns: 16, m: 64, folds: 25, cycles: 2350 },
    { rows: 32, columns: 16, m: 33, folds: 2, cycles: 222 },
    { rows: 16, columns: 16, m: 256, folds: 256, cycles: 77_312 },
  ])(
    'adds up with the preload to SCALE-Sim: $rows x $columns, M = $m',
    ({ rows, columns, m, folds, cycles }) => {
      const buffer = { ...systolic.weightBuffer, bandwidthBytesPerCycle: 1024 };
      const array = { ...systolic.array, rows, columns };
      const machine = { ...systolic, array, weightBuffer: buffer, activationBuffer: buffer };
      const fold =
        instructionCycles(preload(rows, columns), machine) +
        instructionCycles(stream(m, rows, columns), machine);
      expect(folds * fold).toBe(cycles);
    },
  );
});

describe('an output-stationary stream', () => {
  // 16 x 16, buffers of 16 bytes a cycle
  const machine = machineFixture({
    array: {
      ...machineFixture().array,
      kind: 'systolic',
      dataflow: 'os',
      drain: 'shift',
      pingPongWeights: false,
      pipelineStages: 0,
    },
  });
  it('is K + R + C - 2, of the whole array', () => {
    expect(instructionCycles(both(100, 16, 16), machine)).toBe(130);
    expect(instructionCycles(both(100, 1, 2), machine)).toBe(130);
    expect(fillCycles(both(100, 1, 2), machine)).toBe(30);
  });

  it('is no faster than either buffer delivers its operand', () => {
    const slow = { ...machine.weightBuffer, bandwidthBytesPerCycle: 5 };
    expect(instructionCycles(both(100, 16, 11), { ...machine, weightBuffer: slow })).toBe(220 + 30);
    expect(instructionCycles(both(100, 11, 4), { ...machine, activationBuffer: slow })).toBe(220 + 30);
    expect(instructionCycles(both(100, 5, 5), { ...machine, activationBuffer: slow })).toBe(130);
  });

  it('drains a row a cycle, used or not', () => {
    const drain = {
      kind: 'drain',
      unit: 'array',
      waitsFor: [],
      rows: 3,
      columns: 2,
      accumulates: false,
    } as const;
    expect(instructionCycles(drain, machine)).toBe(16);
  });
});

describe('an input-stationary array', () => {
  const array = { ...machineFixture().array, kind: 'systolic', dataflow: 'is', pipelineStages: 0 } as const;
  const machine = machineFixture({ array });
  const slow = { ...machine.weightBuffer, bandwidthBytesPerCycle: 5 };

  it('loads activations from their buffer, a row of the array a cycle', () => {
    expect(instructionCycles(preload(5, 16), machine)).toBe(16);
    expect(instructionCycles(preload(16, 16), { ...machine, activationBuffer: slow })).toBe(52);
    expect(instructionCycles(preload(16, 16), { ...machine, weightBuffer: slow })).toBe(16);
  });

  it('streams weights from theirs', () => {
    expect(instructionCycles(stream(100, 16, 16), machine)).toBe(130);
    expect(instructionCycles(stream(100, 16, 16), { ...machine, weightBuffer: slow })).toBe(320 + 30);
    expect(instructionCycles(stream(100, 16, 16), { ...machine, activationBuffer: slow })).toBe(130);
  });
});

describe('post', () => {
  const requantize = {
    kind: 'requantize',
    unit: 'post',
    waitsFor: [],
    elements: 33,
    outputBytes: 33,
  } as const;
  const vector = {
    kind: 'vector',
    unit: 'post',
    waitsFor: [],
    operations: 33,
    inputBytes: 33,
    outputs: 33,
    outputBytes: 33,
  } as const;

  it('is the latency and a cycle per batch of lanes', () => {
    expect(instructionCycles(requantize, dotProduct)).toBe(4 + 3);
    expect(instructionCycles(vector, dotProduct)).toBe(4 + 3);
    expect(instructionCycles({ ...vector, operations: 9 * 33 }, dotProduct)).toBe(4 + 19);
  });

  it('is no faster than the buffers', () => {
    expect(instructionCycles({ ...requantize, outputBytes: 66 }, dotProduct)).toBe(4 + 5);
    expect(instructionCycles({ ...vector, outputs: 100, outputBytes: 100 }, dotProduct)).toBe(4 + 7);
    expect(instructionCycles({ ...vector, inputBytes: 200 }, dotProduct)).toBe(4 + 13);
  });

  it('writes whole results: of five bytes a cycle, two results of two', () => {
    const outputBuffer = { ...dotProduct.outputBuffer, bandwidthBytesPerCycle: 5 };
    const machine = { ...dotProduct, outputBuffer };
    expect(instructionCycles({ ...requantize, outputBytes: 66 }, machine)).toBe(4 + 17);
    expect(instructionCycles({ ...vector, outputBytes: 66 }, machine)).toBe(4 + 17);
    expect(instructionCycles(requantize, machine)).toBe(4 + 7);
  });
});

describe('load and store', () => {
  it('is the latency and whole bursts over the bandwidth', () => {
    expect(instructionCycles(load(1), dotProduct)).toBe(100 + 8);
    expect(instructionCycles(load(64), dotProduct)).toBe(100 + 8);
    expect(instructionCycles(load(65), dotProduct)).toBe(100 + 16);
    expect(instructionCycles({ kind: 'store', unit: 'store', waitsFor: [], bytes: 65 }, dotProduct)).toBe(
      116,
    );
  });

  it('is exact where the bandwidth is a fraction', () => {
    const bandwidthBytesPerCycle = { numerator: 340, denominator: 7 }; // 34 GB/s at 700 MHz
    const dram = { ...dotProduct.dram, bandwidthBytesPerCycle, latencyCycles: 0, burstBytes: 1 };
    expect(instructionCycles(load(340), { ...dotProduct, dram })).toBe(7);
    expect(instructionCycles(load(341), { ...dotProduct, dram })).toBe(8);
  });

  it('is exact beyond 2^53', () => {
    const bandwidthBytesPerCycle = { numerator: 2 ** 33 + 1, denominator: 2 ** 33 };
    const dram = { ...dotProduct.dram, bandwidthBytesPerCycle, latencyCycles: 0, burstBytes: 1 };
    expect(instructionCycles(load(2 ** 33 + 1), { ...dotProduct, dram })).toBe(2 ** 33);
    expect(instructionCycles(load(2 ** 33 + 2), { ...dotProduct, dram })).toBe(2 ** 33 + 1);
  });

  it('refuses to move nothing', () => {
    expect(() => instructionCycles(load(0), dotProduct)).toThrow('a transfer moves whole bytes');
  });
});

describe('spills and restores of 100 sums', () => {
  it.each([
    { why: 'whole sums of 4 bytes', bits: 32, lanes: 16, bandwidth: 18, cycles: 25 },
    { why: 'no more than lanes', bits: 32, lanes: 2, bandwidth: 64, cycles: 50 },
    { why: 'whole bytes of each', bits: 20, lanes: 16, bandwidth: 16, cycles: 20 },
    { why: 'several cycles a sum on a narrow buffer', bits: 32, lanes: 16, bandwidth: 3, cycles: 200 },
  ])('move $why in $cycles cycles', ({ bits, lanes, bandwidth, cycles }) => {
    const machine: Accelerator = {
      ...dotProduct,
      accumulators: { ...dotProduct.accumulators, bits },
      requantizer: { lanes, latencyCycles: 9 },
      outputBuffer: { ...dotProduct.outputBuffer, bandwidthBytesPerCycle: bandwidth },
    };
    for (const kind of ['spill', 'restore'] as const) {
      const sums = { kind, unit: 'post', waitsFor: [], elements: 100, outputBytes: 400 } as const;
      expect(instructionCycles(sums, machine)).toBe(cycles);
    }
  });
});
