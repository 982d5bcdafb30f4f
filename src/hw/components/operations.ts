import type { PackedLanes } from '../accelerator.js';
import type { InstructionIndex, Unit } from '../isa.js';
import type { Addresses, AddressRuns } from './addresses.js';
import type { Extent } from './activity.js';
import type { ElementFormat } from './sram.js';

/** A buffer of the machine, or the registers beside the requantizer that hold biases. */
export type MemoryName = 'activation' | 'weight' | 'output' | 'bias';

/**
 * What the datapath does for an instruction: its sizes, and where everything it touches is. Addresses are those that RTL has counters
 * for; what is at an address they do not know.
 */
export type Operation =
  | LoadOperation
  | PreloadOperation
  | StreamOperation
  | DrainOperation
  | RequantizeOperation
  | SumsOperation
  | VectorOperation
  | StoreOperation;

interface OperationBase {
  readonly unit: Unit;
  /** Earlier operations that must have ended. */
  readonly waitsFor: readonly InstructionIndex[];
}

/** Bytes one after the other from DRAM into a buffer. */
export interface LoadOperation extends OperationBase {
  readonly kind: 'load';
  readonly memory: Exclude<MemoryName, 'output'>;
  /** Of the first byte. */
  readonly address: number;
  readonly bytes: number;
  /** What DRAM holds. */
  readonly content: () => Uint8Array;
}

/** Elements one after the other from the output buffer to DRAM. */
export interface StoreOperation extends OperationBase {
  readonly kind: 'store';
  readonly address: number;
  readonly elements: number;
  readonly format: ElementFormat;
  readonly put: (element: number, code: number) => void;
}

/** How an operand of the array is read: a value for each vector (a row of the block, of a preload) and lane. */
export interface OperandPort {
  readonly memory: 'activation' | 'weight';
  readonly format: ElementFormat;
  /** What is taken off a code on its way into the array. */
  readonly zeroPoint: number;
  /** What enters where there is nothing to read: padding, or a structural zero. */
  readonly absent: number;
  /** Of the first byte of an element, or of its first bit where it is packed. */
  readonly runs: () => AddressRuns;
  /** Bits of an element that is packed; null where elements take whole bytes. */
  readonly packedBits: number | null;
}

/** A block into a plane of the registers that stay. */
export interface PreloadOperation extends OperationBase {
  readonly kind: 'preload';
  readonly plane: number;
  /** Terms of the summed dimension. */
  readonly rows: number;
  readonly columns: number;
  readonly operand: OperandPort;
  readonly packed?: PackedLanes | undefined;
}

/** Vectors through the array. */
export interface StreamOperation extends OperationBase {
  readonly kind: 'stream';
  /** The registers they meet; null where sums stay. */
  readonly plane: number | null;
  readonly vectors: number;
  readonly rows: number;
  readonly columns: number;
  readonly west: OperandPort;
  /** Where sums stay: the weights, `northLanes` of them with every vector. */
  readonly north: OperandPort | null;
  readonly northLanes: number;
  readonly packed?: PackedLanes | undefined;
  /** The accumulator entry of each vector's sums; where sums stay, of those of each row. Null where they stay for a drain. */
  readonly entries: Addresses | null;
  readonly accumulates: boolean;
}

/** Sums that stayed to the accumulators, through the southern edge. */
export interface DrainOperation extends OperationBase {
  readonly kind: 'drain';
  readonly rows: number;
  readonly columns: number;
  /** Of each row. */
  readonly entries: Addresses;
  readonly accumulates: boolean;
}

/** Sums to codes in the output buffer, one element after the other. */
export interface RequantizeOperation extends OperationBase {
  readonly kind: 'requantize';
  readonly elements: number;
  readonly format: ElementFormat;
  /** Of the sums in the accumulators; nowhere where no product is summed. */
  readonly places: Addresses;
  /** Among the biases; null where the layer has none. */
  readonly biasAddresses: Addresses | null;
  /** Complete sums, biases included, to their codes, from an element on. */
  readonly requantize: (sums: Float64Array, first: number) => void;
  readonly addresses: Addresses;
}

/** Partial sums from the accumulators to the output buffer, one after the other, or back. */
export interface SumsOperation extends OperationBase {
  readonly kind: 'spill' | 'restore';
  readonly elements: number;
  readonly format: ElementFormat;
  /** Of the sums in the accumulators. */
  readonly places: Addresses;
  /** Of the first in the output buffer. */
  readonly address: number;
}

/** A read of one element. */
export type ReadElement = (memory: MemoryName, address: number, format: ElementFormat) => number;

/** Bytes in a row of a buffer. */
export interface MemoryRow extends Pick<Extent, 'first' | 'end'> {
  readonly memory: MemoryName;
}

/** Elements of the activation buffer through the vector lanes into the output buffer, one result after the other. */
export interface VectorOperation extends OperationBase {
  readonly kind: 'vector';
  readonly operations: number;
  readonly inputBytes: number;
  readonly outputs: number;
  readonly format: ElementFormat;
  /** What the results are made of. */
  readonly reads: readonly MemoryRow[];
  readonly codeOf: (output: number, read: ReadElement) => number;
  readonly addresses: Addresses;
}
