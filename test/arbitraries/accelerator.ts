import fc from 'fast-check';
import type { Accelerator, MacArray, SramBuffer, Technology } from '../../src/hw/accelerator.js';
import { LEAST_RESULT_BYTES, leastBytes } from '../../src/hw/accelerator-checks.js';

/**
 * Machines that pass every check of a machine file, down to one multiplier and buffers that hold a single block; a third has
 * a scratchpad. Mostly small: arrays up to 40 x 40, and buffers of at most 64 times the least that works. Operands have at
 * least 8 bits, so that every int8 model fits.
 */
export function anyAccelerator(): fc.Arbitrary<Accelerator> {
  return anyArray().chain((array) => {
    const { vector, block, outputs } = leastBytes(array);
    const machine = fc.record({
      name: fc.constant('any-machine'),
      description: fc.constant(''),
      source: fc.constant('test/arbitraries'),
      clockHertz: fc.constantFrom(32_768, 333_333_333, 700_000_000, 1_000_000_000),
      array: fc.constant(array),
      accumulators: anyAccumulators(array.activationBits + array.weightBits),
      requantizer: anyLanes(),
      vector: anyLanes(),
      activationBuffer: anyBuffer(vector),
      weightBuffer: anyBuffer(block),
      outputBuffer: anyBuffer(outputs, LEAST_RESULT_BYTES),
      dram: anyDram(),
      technology: anyTechnology(array),
    });
    return fc.oneof(
      { weight: 2, arbitrary: machine },
      fc
        .tuple(machine, anyBuffer(vector + block + outputs, LEAST_RESULT_BYTES))
        .map(([each, scratchpad]) => ({
          ...each,
          activationBuffer: scratchpad,
          weightBuffer: scratchpad,
          outputBuffer: scratchpad,
          unified: true as const,
        })),
    );
  });
}

/** Machines with few accumulators and a weight buffer for little more than a block: what makes sums leave. */
export function anyTightAccelerator(): fc.Arbitrary<Accelerator> {
  return anyAccelerator().map((machine) => {
    const { accumulators, weightBuffer, outputBuffer } = machine;
    return {
      ...machine,
      accumulators: { ...accumulators, entriesPerColumn: accumulators.pingPong ? 4 : 2 },
      weightBuffer: { ...weightBuffer, capacityBytes: weightBuffer.pingPong ? 512 : 256 },
      outputBuffer: { ...outputBuffer, capacityBytes: 4 * outputBuffer.capacityBytes },
    };
  });
}

/** Machines with a scratchpad that has room for whole tensors of small layers beside tiles. */
export function anyScratchpadAccelerator(): fc.Arbitrary<Accelerator> {
  return anyAccelerator()
    .filter(({ unified }) => unified === true)
    .map((machine) => {
      const { activationBuffer } = machine;
      const scratchpad = { ...activationBuffer, capacityBytes: activationBuffer.capacityBytes + 2 ** 15 };
      return {
        ...machine,
        activationBuffer: scratchpad,
        weightBuffer: scratchpad,
        outputBuffer: scratchpad,
      };
    });
}

/** Machines with packed lanes. */
export function anyPackedAccelerator(): fc.Arbitrary<Accelerator> {
  return anyAccelerator().filter(({ array }) => array.packedLanes !== undefined);
}

function anyArray(): fc.Arbitrary<Accelerator['array']> {
  const side = fc.oneof(fc.constantFrom(1, 2, 4, 8, 16), fc.integer({ min: 1, max: 40 }));
  return fc
    .record({
      kind: fc.constantFrom('dot-product', 'systolic'),
      dataflow: fc.constantFrom('ws', 'os', 'is'),
      drain: fc.constantFrom('columnBus', 'shift'),
      rows: side,
      columns: side,
      pipelineStages: fc.nat(4),
      pingPongWeights: fc.boolean(),
      groupPacking: fc.boolean(),
      activationBits: fc.oneof({ weight: 3, arbitrary: fc.constant(8) }, fc.integer({ min: 8, max: 16 })),
      weightBits: fc.oneof({ weight: 3, arbitrary: fc.constant(8) }, fc.integer({ min: 8, max: 16 })),
      packedLanes: anyPackedLanes,
    } as const)
    .map(({ drain, packedLanes, ...fixed }) => {
      const array = packedLanes.length === 0 ? fixed : { ...fixed, packedLanes };
      if (array.kind === 'dot-product') return { ...array, dataflow: 'ws' };
      const systolic = { ...array, pipelineStages: 0 };
      return array.dataflow === 'os' ? { ...systolic, pingPongWeights: false, drain } : systolic;
    });
}

/** None, or some of different widths, all narrower than any multiplier drawn here. */
const anyPackedLanes = fc.oneof(
  fc.constant([]),
  fc.uniqueArray(
    fc.record({
      activationBits: fc.constantFrom(4, 8),
      weightBits: fc.integer({ min: 2, max: 7 }),
      lanes: fc.integer({ min: 2, max: 5 }),
    }),
    { minLength: 1, maxLength: 2, selector: ({ activationBits, weightBits }) => activationBits * weightBits },
  ),
);

function anyAccumulators(productBits: number): fc.Arbitrary<Accelerator['accumulators']> {
  return fc
    .record({
      bits: fc.oneof({ weight: 3, arbitrary: fc.constant(32) }, fc.integer({ min: productBits, max: 64 })),
      overflow: fc.constantFrom('wrap' as const, 'saturate' as const, 'trap' as const),
      halfEntries: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 512 })),
      pingPong: fc.boolean(),
    })
    .map(({ halfEntries, ...file }) => ({
      ...file,
      entriesPerColumn: file.pingPong ? 2 * halfEntries : halfEntries,
    }));
}

function anyLanes(): fc.Arbitrary<Accelerator['vector']> {
  return fc.record({ lanes: fc.integer({ min: 1, max: 40 }), latencyCycles: fc.nat(20) });
}

/** A buffer of which one half (or all, without ping-pong) holds at least `leastBytes`. */
function anyBuffer(leastBytes: number, leastBandwidth = 1): fc.Arbitrary<SramBuffer> {
  return fc
    .record({
      spare: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 64 })),
      bandwidthBytesPerCycle: fc.oneof(
        fc.constantFrom(leastBandwidth, 16),
        fc.integer({ min: leastBandwidth, max: 64 }),
      ),
      pingPong: fc.boolean(),
      wordBits: fc.constantFrom(8, 32, 128),
    })
    .map(({ spare, ...buffer }) => {
      const wordBytes = buffer.wordBits / 8;
      const half = Math.ceil((leastBytes * spare) / wordBytes) * wordBytes;
      return { ...buffer, capacityBytes: buffer.pingPong ? 2 * half : half };
    });
}

function anyDram(): fc.Arbitrary<Accelerator['dram']> {
  const fractions = [
    [1, 1],
    [8, 1],
    [16, 1],
    [1, 3],
    [340, 7],
    [8_000_000_000, 333_333_333],
  ] as const;
  return fc.record({
    bandwidthBytesPerCycle: fc
      .constantFrom(...fractions)
      .map(([numerator, denominator]) => ({ numerator, denominator })),
    latencyCycles: fc.nat(200),
    burstBytes: fc.constantFrom(1, 16, 64),
  });
}

/** The name of a technology, every cost of it overridden. */
function anyTechnology({ packedLanes }: MacArray): fc.Arbitrary<Technology> {
  const cost = fc
    .nat(100_000)
    .map((thousandths) => ({ value: thousandths / 1000, source: 'test/arbitraries' }));
  return fc.record({
    name: fc.constant('horowitz-45nm'),
    nodeNanometres: fc.constant(45),
    macPicojoules: cost,
    ...(packedLanes === undefined ? {} : { packedMultiplyPicojoules: cost, packedAddPicojoules: cost }),
    registerPicojoulesPerBit: cost,
    accumulatorPicojoulesPerAccess: cost,
    activationReadPicojoulesPerByte: cost,
    activationWritePicojoulesPerByte: cost,
    weightReadPicojoulesPerByte: cost,
    weightWritePicojoulesPerByte: cost,
    outputReadPicojoulesPerByte: cost,
    outputWritePicojoulesPerByte: cost,
    dramPicojoulesPerByte: cost,
    requantizePicojoules: cost,
    vectorPicojoules: cost,
    leakageMilliwatts: cost,
  });
}
