import { assertNever } from '../../core/errors.js';
import type { Accelerator } from '../accelerator.js';
import type { ActionCounts } from '../counts.js';
import type {
  DrainInstruction,
  Instruction,
  LoadInstruction,
  PreloadInstruction,
  StreamInstruction,
} from '../isa.js';
import { operandMode } from '../operand-mode.js';
import { burstBytes, ceilDivide, rowBytes } from '../storage.js';
import { streamedOperands } from '../timing/stream.js';
import { zeroCounts } from './action-counts.js';

/**
 * What one instruction does, counted. Counts depend on the program alone, never on when it runs.
 *
 * Only real values are counted: unused rows and columns, bubbles and structural zeros of a block are taken to be gated.
 */
export function instructionCounts(instruction: Instruction, accelerator: Accelerator): ActionCounts {
  return { ...zeroCounts(), ...nonZeroCounts(instruction, accelerator) };
}

function nonZeroCounts(instruction: Instruction, accelerator: Accelerator): Partial<ActionCounts> {
  switch (instruction.kind) {
    case 'loadActivations':
    case 'loadWeights':
    case 'loadBias':
      return {
        dramReadBytes: burstBytes(instruction.bytes, accelerator.dram),
        ...destinationCounts(instruction),
      };
    case 'preload':
      return preloadCounts(instruction, accelerator);
    case 'stream':
      return accelerator.array.dataflow === 'os'
        ? outputStationaryCounts(instruction, accelerator)
        : streamCounts(instruction, accelerator);
    case 'drain':
      return drainCounts(instruction, accelerator);
    case 'requantize':
      return {
        accumulatorAccesses: instruction.elements,
        requantizations: instruction.elements,
        outputWriteBytes: instruction.outputBytes,
      };
    case 'spill':
      return { accumulatorAccesses: instruction.elements, outputWriteBytes: instruction.outputBytes };
    case 'restore':
      return { accumulatorAccesses: instruction.elements, outputReadBytes: instruction.outputBytes };
    case 'vector':
      return {
        activationReadBytes: instruction.inputBytes,
        vectorOperations: instruction.operations,
        outputWriteBytes: instruction.outputBytes,
      };
    case 'store':
      return {
        outputReadBytes: instruction.bytes,
        dramWriteBytes: burstBytes(instruction.bytes, accelerator.dram),
      };
    default:
      return assertNever(instruction);
  }
}

/** Biases go to registers beside the requantizer, not to a buffer. */
function destinationCounts({ kind, bytes }: LoadInstruction): Partial<ActionCounts> {
  switch (kind) {
    case 'loadActivations':
      return { activationWriteBytes: bytes };
    case 'loadWeights':
      return { weightWriteBytes: bytes };
    case 'loadBias':
      return { registerBits: 8 * bytes };
    default:
      return assertNever(kind);
  }
}

/**
 * The whole block is read from the buffer, structural zeros included. In a dot-product array each weight is written into
 * its register once; in a systolic one a weight for row r is shifted through the r registers above its own. Of packed
 * weights a row has as many as lanes.
 */
function preloadCounts(preload: PreloadInstruction, { array }: Accelerator): Partial<ActionCounts> {
  const { rows, columns } = preload;
  const mode = operandMode(preload, array);
  const writesPerColumn = array.kind === 'systolic' ? shiftedWrites(rows, mode.lanes) : rows;
  if (array.dataflow === 'is') {
    return {
      activationReadBytes: rowBytes(rows * columns, mode.storedActivationBits),
      registerBits: writesPerColumn * columns * mode.activationBits,
    };
  }
  return {
    weightReadBytes: rowBytes(rows * columns, mode.storedWeightBits),
    registerBits: writesPerColumn * columns * mode.weightBits,
  };
}

/** Σ over `values` of a column of the registers through which each comes: r + 1 to row r, `lanes` values a row. */
function shiftedWrites(values: number, lanes: number): number {
  const inLastRow = values % lanes;
  const fullRows = (values - inLastRow) / lanes;
  return (lanes * fullRows * (fullRows + 1)) / 2 + inLastRow * (fullRows + 1);
}

/** MACs in packed lanes cost by the widths of the lane. */
function macCounts(stream: StreamInstruction): Partial<ActionCounts> {
  const { macs, packed } = stream;
  if (packed === undefined) return { macs };
  return { packedMacs: macs, packedBitProducts: macs * packed.activationBits * packed.weightBits };
}

/**
 * Each vector is read once. In a dot-product array it is held in one row of broadcast registers, and each pipeline stage
 * is counted as one register of accumulator width a column. In a systolic array an activation is written into a register
 * of every column of the array, and a partial sum into one of every row, used or not: both run through to the far edge. In
 * an input-stationary array weights take the way of the activations.
 */
function streamCounts(
  stream: StreamInstruction,
  { array, accumulators }: Accelerator,
): Partial<ActionCounts> {
  const { vectors, columns } = stream;
  const systolic = array.kind === 'systolic';
  const entering = streamedOperands(stream, array);
  const mode = operandMode(stream, array);
  const enteringBits = entering.activations * mode.activationBits + entering.weights * mode.weightBits;
  const operandBits = enteringBits * (systolic ? array.columns : 1);
  const sumBits = vectors * columns * (systolic ? array.rows : array.pipelineStages) * accumulators.bits;
  return {
    ...macCounts(stream),
    activationReadBytes: rowBytes(entering.activations, mode.storedActivationBits),
    weightReadBytes: rowBytes(entering.weights, mode.storedWeightBits),
    registerBits: operandBits + sumBits,
    accumulatorAccesses: vectors * columns * (stream.accumulates ? 2 : 1),
  };
}

/**
 * Both operands are read once and run through to the far edge: an activation is written into a register of every column of
 * the array, a weight into one of every row. The sum of a PE is a register that each useful MAC writes, or each cycle with
 * useful MACs in packed lanes. Complete sums reach the accumulators here where a column bus takes them.
 */
function outputStationaryCounts(
  stream: StreamInstruction,
  { array, accumulators }: Accelerator,
): Partial<ActionCounts> {
  const { vectors, rows, columns, weights = 0 } = stream;
  const mode = operandMode(stream, array);
  const activationBits = vectors * rows * array.columns * mode.activationBits;
  const weightBits = weights * array.rows * mode.weightBits;
  return {
    ...macCounts(stream),
    activationReadBytes: rowBytes(vectors * rows, mode.storedActivationBits),
    weightReadBytes: rowBytes(weights, mode.storedWeightBits),
    registerBits: activationBits + weightBits + sumWrites(stream, mode.lanes) * accumulators.bits,
    accumulatorAccesses: array.drain === 'shift' ? 0 : rows * columns * (stream.accumulates ? 2 : 1),
  };
}

/**
 * Cycles in which a PE of an output-stationary array has a useful MAC, all PEs together. The terms of the groups follow one
 * another, so that two groups may share a cycle where there are lanes. The first cycle takes what is left over.
 */
function sumWrites({ vectors, rows, columns, macs, weights = 0 }: StreamInstruction, lanes: number): number {
  if (lanes === 1) return macs;
  const outputs = weights / vectors;
  const groups = columns / outputs;
  const terms = vectors / groups;
  const idleLanes = ceilDivide(vectors, lanes) * lanes - vectors;
  let cycles = 0;
  for (let group = 0; group < groups; group += 1) {
    const first = idleLanes + group * terms;
    cycles += ceilDivide(first + terms, lanes) - Math.floor(first / lanes);
  }
  return rows * outputs * cycles;
}

/** A sum in row r (counted from 0) is written into the registers of the rows below it on its way out. */
function drainCounts(
  { rows, columns, accumulates }: DrainInstruction,
  { array, accumulators }: Accelerator,
): Partial<ActionCounts> {
  const writesPerColumn = rows * (array.rows - 1) - (rows * (rows - 1)) / 2;
  return {
    registerBits: writesPerColumn * columns * accumulators.bits,
    accumulatorAccesses: rows * columns * (accumulates ? 2 : 1),
  };
}
