import { beforeAll, describe, expect, it } from 'vitest';
import type { Accelerator, Drain } from '../../../src/hw/accelerator.js';
import type { ActionCounts } from '../../../src/hw/counts.js';
import { zeroCounts } from '../../../src/hw/energy/action-counts.js';
import { energyCosts } from '../../../src/hw/energy/energy-costs.js';
import { energyOf, totalEnergy } from '../../../src/hw/energy/energy-of.js';
import { instructionCounts } from '../../../src/hw/energy/instruction-counts.js';
import type { Instruction } from '../../../src/hw/isa.js';
import { loadAccelerator } from '../../../src/hw/load-accelerator.js';

let dotProduct: Accelerator;
let systolic: Accelerator;

beforeAll(async () => {
  dotProduct = await loadAccelerator('whitepaper-16x16');
  systolic = await loadAccelerator('systolic-16x16-ws');
});

function outputStationary(drain: Drain): Accelerator {
  return { ...systolic, array: { ...systolic.array, dataflow: 'os', drain, pingPongWeights: false } };
}

/** The counts that are not zero. */
function counted(instruction: Instruction, accelerator: Accelerator): Partial<ActionCounts> {
  const entries = Object.entries(instructionCounts(instruction, accelerator));
  return Object.fromEntries(entries.filter(([, count]) => count !== 0));
}

/** Of so many terms in order, the row of the array or the cycle that each is in: so many in each. */
function placesOf(terms: number, lanes: number): number[] {
  return Array.from({ length: terms }, (_, term) => Math.floor(term / lanes));
}

describe('counts of an instruction', () => {
  const waitsFor = [] as const;
  const preload = {
    kind: 'preload',
    unit: 'array',
    waitsFor,
    rows: 3,
    columns: 5,
    operand: 'weights',
    values: 15,
  } as const;
  const stream = {
    kind: 'stream',
    unit: 'array',
    waitsFor,
    vectors: 10,
    rows: 3,
    columns: 5,
    macs: 140,
    accumulates: false,
  } as const;

  it('of loads: bursts from the DRAM, bytes into their buffer or, for biases, registers', () => {
    const load = { unit: 'load', waitsFor, bytes: 65 } as const;
    expect(counted({ ...load, kind: 'loadActivations' }, dotProduct)).toEqual({
      dramReadBytes: 128,
      activationWriteBytes: 65,
    });
    expect(counted({ ...load, kind: 'loadWeights' }, dotProduct)).toEqual({
      dramReadBytes: 128,
      weightWriteBytes: 65,
    });
    expect(counted({ ...load, kind: 'loadBias' }, dotProduct)).toEqual({
      dramReadBytes: 128,
      registerBits: 520,
    });
  });

  it('of a preload into a dot-product array: every weight written once', () => {
    expect(counted(preload, dotProduct)).toEqual({ weightReadBytes: 15, registerBits: 15 * 8 });
  });

  it('of a preload into a systolic array: a weight for row r written r + 1 times', () => {
    expect(counted(preload, systolic)).toEqual({ weightReadBytes: 15, registerBits: (1 + 2 + 3) * 5 * 8 });
  });

  it('of a stream through a dot-product array: activations written once, sums once a pipeline stage', () => {
    expect(counted(stream, dotProduct)).toEqual({
      macs: 140,
      activationReadBytes: 30,
      registerBits: 30 * 8 + 2 * 50 * 32,
      accumulatorAccesses: 50,
    });
  });

  it('of a stream through a systolic array: activations through 16 columns, sums through 16 rows', () => {
    expect(counted(stream, systolic)).toEqual({
      macs: 140,
      activationReadBytes: 30,
      registerBits: 30 * 16 * 8 + 50 * 16 * 32,
      accumulatorAccesses: 50,
    });
  });

  it('of an output-stationary stream: weights through 16 rows as well, sums once a MAC, to the accumulators when complete', () => {
    const terms = { ...stream, vectors: 10, weights: 50, macs: 150 };
    const registerBits = 30 * 16 * 8 + 50 * 16 * 8 + 150 * 32;
    const onBus = outputStationary('columnBus');
    expect(counted(terms, onBus)).toEqual({
      macs: 150,
      activationReadBytes: 30,
      weightReadBytes: 50,
      registerBits,
      accumulatorAccesses: 15,
    });
    expect(counted({ ...terms, accumulates: true }, onBus)).toMatchObject({ accumulatorAccesses: 30 });
    expect(counted(terms, outputStationary('shift'))).toEqual({
      macs: 150,
      activationReadBytes: 30,
      weightReadBytes: 50,
      registerBits,
    });
  });

  it('of an input-stationary array: as weight-stationary, operands exchanged', () => {
    const array = { ...systolic.array, dataflow: 'is', activationBits: 9, weightBits: 4 } as const;
    const machine = { ...systolic, array };
    expect(counted(preload, machine)).toEqual({
      activationReadBytes: 30,
      registerBits: (1 + 2 + 3) * 5 * 9,
    });
    expect(counted(stream, machine)).toEqual({
      macs: 140,
      weightReadBytes: 30,
      registerBits: 30 * 16 * 4 + 50 * 16 * 32,
      accumulatorAccesses: 50,
    });
  });

  it('of a drain: a sum is written into the registers of the rows below it, then into the accumulators', () => {
    const drain = {
      kind: 'drain',
      unit: 'array',
      waitsFor,
      rows: 3,
      columns: 5,
      accumulates: false,
    } as const;
    const machine = outputStationary('shift');
    expect(counted(drain, machine)).toEqual({
      registerBits: (15 + 14 + 13) * 5 * 32,
      accumulatorAccesses: 15,
    });
    expect(counted({ ...drain, accumulates: true }, machine)).toMatchObject({ accumulatorAccesses: 30 });
  });

  it('of a stream that accumulates: sums read as well as written', () => {
    expect(counted({ ...stream, accumulates: true }, dotProduct)).toMatchObject({ accumulatorAccesses: 100 });
  });

  it('of operands of more than eight bits: two bytes in buffers, their bits in registers', () => {
    const array = { ...dotProduct.array, activationBits: 9, weightBits: 12, pipelineStages: 0 };
    const machine = { ...dotProduct, array };
    expect(counted(stream, machine)).toMatchObject({ activationReadBytes: 60, registerBits: 30 * 9 });
    expect(counted(preload, machine)).toEqual({ weightReadBytes: 30, registerBits: 15 * 12 });
  });

  it.each([2, 3, 4])('of packed operands in %i lanes: their own widths, weights in their bits', (lanes) => {
    const packed = { activationBits: 7, weightBits: 3, lanes };
    const [block, pass] = [
      { ...preload, rows: 7, packed },
      { ...stream, rows: 7, packed },
    ];
    const shifts = placesOf(7, lanes).reduce((sum, row) => sum + row + 1, 0);
    expect(counted(block, systolic)).toEqual({ weightReadBytes: 14, registerBits: shifts * 5 * 3 });
    expect(counted(block, dotProduct)).toEqual({ weightReadBytes: 14, registerBits: 35 * 3 });
    expect(counted(pass, systolic)).toEqual({
      packedMacs: 140,
      packedBitProducts: 140 * 7 * 3,
      activationReadBytes: 70,
      registerBits: 70 * 16 * 7 + 50 * 16 * 32,
      accumulatorAccesses: 50,
    });
  });

  it.each([2, 3, 4])(
    'of an output-stationary stream in %i lanes: a sum for each cycle with MACs',
    (lanes) => {
      const packed = { activationBits: 7, weightBits: 3, lanes };
      // 2 groups of 5 terms and 2 outputs, for 3 positions.
      const both = { ...stream, vectors: 10, rows: 3, columns: 4, weights: 20, macs: 60, packed };
      // The first cycle takes the terms that are left over.
      const idle = (lanes - (10 % lanes)) % lanes;
      const cycleOf = placesOf(idle + 10, lanes).slice(idle);
      const cycles = [0, 5].map((first) => new Set(cycleOf.slice(first, first + 5)).size);
      expect(counted(both, outputStationary('columnBus'))).toEqual({
        packedMacs: 60,
        packedBitProducts: 60 * 7 * 3,
        activationReadBytes: 30,
        weightReadBytes: 8,
        registerBits: 30 * 16 * 7 + 20 * 16 * 3 + 3 * 2 * (cycles[0]! + cycles[1]!) * 32,
        accumulatorAccesses: 12,
      });
    },
  );

  it('of sums that are spilled and restored: one access of an accumulator each, and their bytes in the output buffer', () => {
    const sums = { unit: 'post', waitsFor, elements: 7, outputBytes: 28 } as const;
    expect(counted({ ...sums, kind: 'spill' }, dotProduct)).toEqual({
      accumulatorAccesses: 7,
      outputWriteBytes: 28,
    });
    expect(counted({ ...sums, kind: 'restore' }, dotProduct)).toEqual({
      accumulatorAccesses: 7,
      outputReadBytes: 28,
    });
  });

  it('of the post unit and of stores', () => {
    const requantize = { kind: 'requantize', unit: 'post', waitsFor, elements: 7, outputBytes: 14 } as const;
    const vector = {
      kind: 'vector',
      unit: 'post',
      waitsFor,
      operations: 63,
      inputBytes: 20,
      outputs: 7,
      outputBytes: 7,
    } as const;
    expect(counted(requantize, dotProduct)).toEqual({
      accumulatorAccesses: 7,
      requantizations: 7,
      outputWriteBytes: 14,
    });
    expect(counted(vector, dotProduct)).toEqual({
      activationReadBytes: 20,
      vectorOperations: 63,
      outputWriteBytes: 7,
    });
    expect(counted({ kind: 'store', unit: 'store', waitsFor, bytes: 7 }, dotProduct)).toEqual({
      outputReadBytes: 7,
      dramWriteBytes: 64,
    });
  });
});

describe('energy', () => {
  it('is counts times costs', () => {
    const counts = {
      ...zeroCounts(),
      macs: 1000,
      dramReadBytes: 64,
      dramWriteBytes: 128,
      requantizations: 2,
    };
    expect(energyOf(counts, 0, dotProduct)).toMatchObject({
      mac: 300,
      dram: 192 * 64,
      requantize: 7,
      leakage: 0,
    });
  });

  it('of static power is power times time', () => {
    const { leakage } = energyOf(zeroCounts(), 1_000_000, dotProduct); // 1 ms at 3.94016 mW
    expect(leakage).toBe(3_940_160);
  });

  it('of a gated MAC is its share of a MAC, on a line of its own that nobody verified', () => {
    const machine = { ...dotProduct, zeroGating: { operands: 'both', macFraction: 0.7 } } as const;
    const lines = energyCosts(machine).filter(({ component }) => component === 'mac');
    expect(lines.map(({ action, costPicojoules }) => [action, costPicojoules])).toEqual([
      ['macs', 0.3],
      ['gatedMacs', 0.21],
    ]);
    expect(lines[1]).not.toHaveProperty('verified');
    expect(energyOf({ ...zeroCounts(), macs: 1000, gatedMacs: 1000 }, 0, machine)).toMatchObject({
      mac: 510,
    });
  });

  it('of nothing is nothing', () => {
    expect(totalEnergy(energyOf(zeroCounts(), 0, systolic))).toBe(0);
  });

  it('is printed with its costs and their sources', () => {
    const lines = energyCosts(dotProduct).map(
      ({ component, action, costPicojoules, unit, source }) =>
        `${component}: ${action} x ${costPicojoules} pJ/${unit} (${source.slice(0, 40)}...)`,
    );
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "mac: macs x 0.3 pJ/MAC (8 x 8 bit multiply + 32 bit add; int8 mu...)
      registers: registerBits x 0.009 pJ/bit (register bit, Aladdin, 40 nm, 1 ns, as s...)
      accumulators: accumulatorAccesses x 2.5 pJ/access (SRAM of 1 KiB, 32 bit word, mean of read...)
      activationBuffer: activationReadBytes x 3.36522 pJ/byte (SRAM of 128 KiB, 128 bit word; 8 KB 10, ...)
      activationBuffer: activationWriteBytes x 3.36522 pJ/byte (SRAM of 128 KiB, 128 bit word; 8 KB 10, ...)
      weightBuffer: weightReadBytes x 2.43904 pJ/byte (SRAM of 64 KiB, 128 bit word; 8 KB 10, 3...)
      weightBuffer: weightWriteBytes x 2.43904 pJ/byte (SRAM of 64 KiB, 128 bit word; 8 KB 10, 3...)
      outputBuffer: outputReadBytes x 1.76777 pJ/byte (SRAM of 32 KiB, 128 bit word; 8 KB 10, 3...)
      outputBuffer: outputWriteBytes x 1.76777 pJ/byte (SRAM of 32 KiB, 128 bit word; 8 KB 10, 3...)
      dram: dramReadBytes x 64 pJ/byte (LPDDR4, as shipped with Accelergy's CACT...)
      dram: dramWriteBytes x 64 pJ/byte (LPDDR4, as shipped with Accelergy's CACT...)
      requantize: requantizations x 3.5 pJ/element (int32 multiply 3.1, three int32 adds (bi...)
      vector: vectorOperations x 0.964 pJ/operation (one int32 operation as an int32 add 0.1,...)
      leakage: cycles x 3.94016 pJ/cycle (240 KiB of SRAM, 256 MACs and their regi...)"
    `);
  });
});
