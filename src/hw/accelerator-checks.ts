import type { Accelerator, MacArray, PackedLanes, SramBuffer } from './accelerator.js';
import type { MemoryName } from './accelerator-schema.js';
import type { FieldIssue } from './config/read-config.js';
import { operandMode, type OperandMode } from './operand-mode.js';
import { rowBytes } from './storage.js';

/** Bytes a cycle that the output buffer takes at least: a result of the widest type. */
export const LEAST_RESULT_BYTES = 4;

/** What is wrong between fields that are each right: a machine that passes can hold and move one block of work. */
export function acceleratorProblems(machine: Accelerator): FieldIssue[] {
  return [
    ...arrayProblems(machine),
    ...packedLanesProblems(machine.array),
    ...accumulatorProblems(machine),
    ...memoryProblems(machine),
    ...resultProblems(machine),
    ...residencyProblems(machine),
    ...dramProblems(machine),
  ];
}

/** Each buffer holds the least that the array works on; a scratchpad holds all of that together. */
function memoryProblems(machine: Accelerator): FieldIssue[] {
  const { array, activationBuffer, weightBuffer, outputBuffer } = machine;
  const { vector, block, outputs } = leastBytes(array);
  const lanes = array.packedLanes === undefined ? '' : ' of each lane';
  const vectorText = `one input vector of ${array.rows} activations${lanes}`;
  const blockText = `one block of ${array.rows} x ${array.columns} weights${lanes}`;
  const outputText = `one output vector of ${array.columns} codes`;
  if (machine.unified === true) {
    const together = `${vectorText}, ${blockText} and ${outputText}`;
    return bufferProblems('scratchpad', activationBuffer, vector + block + outputs, together);
  }
  return [
    ...bufferProblems('activationBuffer', activationBuffer, vector, vectorText),
    ...bufferProblems('weightBuffer', weightBuffer, block, blockText),
    ...bufferProblems('outputBuffer', outputBuffer, outputs, outputText),
  ];
}

/** The smallest buffers that hold one block of work, in every mode. */
export function leastBytes(array: MacArray): {
  readonly vector: number;
  readonly block: number;
  readonly outputs: number;
} {
  const modes = operandModes(array);
  const vectors = modes.map(({ lanes, storedActivationBits: bits }) => rowBytes(array.rows * lanes, bits));
  const blocks = modes.map(
    ({ lanes, storedWeightBits: bits }) => array.columns * rowBytes(array.rows * lanes, bits),
  );
  return {
    vector: Math.max(...vectors),
    block: Math.max(...blocks),
    outputs: array.columns * rowBytes(1, operandMode({}, array).storedActivationBits),
  };
}

function operandModes(array: MacArray): OperandMode[] {
  const packings = [{}, ...(array.packedLanes ?? []).map((packed) => ({ packed }))];
  return packings.map((packing) => operandMode(packing, array));
}

function widths({ activationBits, weightBits }: PackedLanes): string {
  return `${activationBits} x ${weightBits} bits`;
}

/** Lanes are for operands narrower than a multiplier, each kind of operands once. */
function packedLanesProblems({ activationBits, weightBits, packedLanes = [] }: MacArray): FieldIssue[] {
  return packedLanes.flatMap((lanes, index) => {
    const issue = (expected: string) => ({
      field: ['array', 'packedLanes', index],
      got: widths(lanes),
      expected,
    });
    const isWider = lanes.activationBits > activationBits || lanes.weightBits > weightBits;
    const isAsWide = lanes.activationBits === activationBits && lanes.weightBits === weightBits;
    const isSaid = packedLanes.slice(0, index).some((earlier) => widths(earlier) === widths(lanes));
    return [
      ...(isWider || isAsWide
        ? [issue(`narrower operands than a multiplier's, ${activationBits} x ${weightBits} bits`)]
        : []),
      ...(isSaid ? [issue('other operands than the entries before')] : []),
    ];
  });
}

function arrayProblems({ array }: Accelerator): FieldIssue[] {
  const { kind, dataflow, drain, pipelineStages, pingPongWeights } = array;
  const issues: FieldIssue[] = [];
  if (kind === 'systolic' && pipelineStages > 0) {
    const got = `${pipelineStages} stages in a systolic array`;
    issues.push({ field: ['array', 'pipelineStages'], got, expected: '0: the mesh is the pipeline' });
  }
  if (kind === 'dot-product' && dataflow !== 'ws') {
    const got = `${dataflow} in a dot-product array`;
    issues.push({ field: ['array', 'dataflow'], got, expected: 'ws: its weights stay' });
  }
  if (dataflow === 'os' && pingPongWeights) {
    const got = 'true in an output-stationary array';
    issues.push({ field: ['array', 'pingPongWeights'], got, expected: 'false: no weights stay' });
  }
  if (dataflow !== 'os' && drain !== undefined) {
    const got = `${drain} in an array of dataflow ${dataflow}`;
    issues.push({
      field: ['array', 'drain'],
      got,
      expected: 'nothing: only sums that stay are drained (os)',
    });
  }
  return issues;
}

function accumulatorProblems({ array, accumulators }: Accelerator): FieldIssue[] {
  const product = array.activationBits + array.weightBits;
  const issues: FieldIssue[] = [];
  if (accumulators.bits < product) {
    const reason = `one product of ${array.activationBits} x ${array.weightBits} bits`;
    issues.push({
      field: ['accumulators', 'bits'],
      got: `${accumulators.bits} bits`,
      expected: `at least ${product}, to hold ${reason}`,
    });
  }
  if (accumulators.pingPong && accumulators.entriesPerColumn % 2 !== 0) {
    issues.push({
      field: ['accumulators', 'entriesPerColumn'],
      got: `${accumulators.entriesPerColumn} entries in ping-pong`,
      expected: 'an even number, for two halves',
    });
  }
  return issues;
}

/** Results lie in the output buffer, from which the array does not read. */
function residencyProblems({ residency, unified }: Accelerator): FieldIssue[] {
  if (residency?.activations !== true || unified === true) return [];
  const expected = 'false, or a scratchpad, in which a result lies where the next layer reads it';
  return [{ field: ['residency', 'activations'], got: 'true with three buffers', expected }];
}

function bufferProblems(
  field: MemoryName,
  buffer: SramBuffer,
  leastBytes: number,
  what: string,
): FieldIssue[] {
  const issues: FieldIssue[] = [];
  if (!isPowerOfTwo(buffer.wordBits) || buffer.wordBits < 8 || buffer.wordBits > 4096) {
    const expected = 'a power of two from 8 to 4096 bits';
    issues.push({ field: [field, 'word'], got: `${buffer.wordBits} bits`, expected });
  }
  const granule = (buffer.wordBits / 8) * (buffer.pingPong ? 2 : 1);
  if (buffer.capacityBytes % granule !== 0) {
    const halves = buffer.pingPong ? ' in each of two halves' : '';
    issues.push({
      field: [field, 'capacity'],
      got: `${buffer.capacityBytes} bytes`,
      expected: `a whole number of ${buffer.wordBits}-bit words${halves}`,
    });
  }
  const usable = buffer.pingPong ? buffer.capacityBytes / 2 : buffer.capacityBytes;
  if (usable < leastBytes) {
    const half = buffer.pingPong ? ' in each of two halves' : '';
    issues.push({
      field: [field, 'capacity'],
      got: `${buffer.capacityBytes} bytes`,
      expected: `at least ${leastBytes} bytes${half}, to hold ${what}`,
    });
  }
  return issues;
}

function resultProblems({ outputBuffer, unified }: Accelerator): FieldIssue[] {
  const { bandwidthBytesPerCycle } = outputBuffer;
  if (bandwidthBytesPerCycle >= LEAST_RESULT_BYTES) return [];
  return [
    {
      field: [unified === true ? 'scratchpad' : 'outputBuffer', 'bandwidth'],
      got: `${bandwidthBytesPerCycle} bytes per cycle`,
      expected: `at least ${LEAST_RESULT_BYTES}: results are written whole`,
    },
  ];
}

function dramProblems({ dram }: Accelerator): FieldIssue[] {
  if (isPowerOfTwo(dram.burstBytes) && dram.burstBytes <= 4096) return [];
  const got = `${dram.burstBytes} bytes`;
  return [{ field: ['dram', 'burst'], got, expected: 'a power of two from 1 to 4096 bytes' }];
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}
