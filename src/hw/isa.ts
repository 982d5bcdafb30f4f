import type { PackedLanes } from './accelerator.js';

/**
 * The machine's instructions. Four in-order queues (load, array, post, store) meet through tokens: an instruction starts
 * when its unit is free, the instructions it waits for have ended and, for load and store, the DRAM is free.
 */
export type Unit = 'load' | 'weightLoad' | 'array' | 'post' | 'store';

/** Position of an instruction in its program. */
export type InstructionIndex = number;

interface InstructionBase {
  /** Instructions that must have ended; all come earlier in the program. */
  readonly waitsFor: readonly InstructionIndex[];
}

/** What goes through the multipliers. */
interface ArrayInstructionBase extends InstructionBase {
  /** How its operands are packed; absent where each takes a multiplier. */
  readonly packed?: PackedLanes;
}

/** DRAM → activation buffer, weight buffer, or (biases) the registers beside the requantizer. */
export interface LoadInstruction extends InstructionBase {
  readonly kind: 'loadActivations' | 'loadWeights' | 'loadBias';
  readonly unit: 'load';
  readonly bytes: number;
}

/**
 * Weight buffer → weight registers: a block of `rows` x `columns` (the used part of the array). Input-stationary: activation
 * buffer → the same registers, `rows` terms of the summed dimension for each of `columns` output positions.
 *
 * In packed lanes a row of the array takes `lanes` of the `rows` terms, in order; the last row may take fewer.
 */
export interface PreloadInstruction extends ArrayInstructionBase {
  readonly kind: 'preload';
  /** `weightLoad` runs beside the array where weights are ping-ponged; without, preloads occupy the array itself. */
  readonly unit: 'weightLoad' | 'array';
  readonly rows: number;
  readonly columns: number;
  /** The operand that stays. */
  readonly operand: 'weights' | 'activations';
  /** Values of the block that are not structural zeros (a block-diagonal depthwise block has many). */
  readonly values: number;
}

/**
 * `vectors` input vectors through the array, one after the other.
 *
 * Weight-stationary: vectors of activations meet the block in the registers, their partial sums land in the accumulators.
 * Output-stationary: a vector is one term of the summed dimension, the activations of `rows` output positions against the
 * weights of `columns` outputs. The sums stay in the array; a column bus takes each to the accumulators when it is
 * complete, without a bus a `drain` follows.
 *
 * Input-stationary: as weight-stationary with vectors of weights, one for each output channel, against activations.
 *
 * In packed lanes terms of the summed dimension go `lanes` at a time: as in a preload or, output-stationary, that many of
 * the `vectors` in a cycle.
 */
export interface StreamInstruction extends ArrayInstructionBase {
  readonly kind: 'stream';
  readonly unit: 'array';
  readonly vectors: number;
  readonly rows: number;
  readonly columns: number;
  /** Useful multiply-accumulates: structural zeros of a block-diagonal mapping and padded taps of the array excluded. */
  readonly macs: number;
  /** Output-stationary: weights that enter, structural zeros excluded. Absent where weights are in the registers. */
  readonly weights?: number;
  /** The first stream into these accumulators writes; the later ones read and write. */
  readonly accumulates: boolean;
}

/** Sums of `rows` positions x `columns` outputs → accumulators, shifted through the bottom edge of the array. */
export interface DrainInstruction extends InstructionBase {
  readonly kind: 'drain';
  readonly unit: 'array';
  readonly rows: number;
  readonly columns: number;
  /** As of a stream. */
  readonly accumulates: boolean;
}

/** Accumulators → codes in the output buffer. */
export interface RequantizeInstruction extends InstructionBase {
  readonly kind: 'requantize';
  readonly unit: 'post';
  readonly elements: number;
  readonly outputBytes: number;
}

/**
 * Partial sums between the accumulators and the output buffer, as wide as they are in whole bytes: `spill` takes them out of the
 * accumulators, `restore` brings them back.
 */
export interface SumsInstruction extends InstructionBase {
  readonly kind: 'spill' | 'restore';
  readonly unit: 'post';
  readonly elements: number;
  /** Of the output buffer, written or read. */
  readonly outputBytes: number;
}

/** Activation buffer → output buffer through the vector unit. */
export interface VectorInstruction extends InstructionBase {
  readonly kind: 'vector';
  readonly unit: 'post';
  /** Lane operations; an element of a 3 x 3 pooling window costs nine. */
  readonly operations: number;
  readonly inputBytes: number;
  /** Results, and their bytes together. */
  readonly outputs: number;
  readonly outputBytes: number;
}

/** Output buffer → DRAM. */
export interface StoreInstruction extends InstructionBase {
  readonly kind: 'store';
  readonly unit: 'store';
  readonly bytes: number;
}

export type Instruction =
  | LoadInstruction
  | PreloadInstruction
  | StreamInstruction
  | DrainInstruction
  | RequantizeInstruction
  | SumsInstruction
  | VectorInstruction
  | StoreInstruction;

/** The instructions of one layer, in an order that is a valid order for each queue. */
export type LayerProgram = readonly Instruction[];
