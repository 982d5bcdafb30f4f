/**
 * A machine, as the rest of the program sees it: parsed, in canonical units, defaults filled in. Written by people as YAML
 * or JSON (`parse-accelerator.ts`); the pages under `docs/reference/` say what each field means in cycles.
 */
export interface Accelerator {
  readonly name: string;
  readonly description: string;
  /** Where the figures come from. */
  readonly source: string;
  readonly clockHertz: number;
  readonly array: MacArray;
  readonly accumulators: AccumulatorFile;
  readonly requantizer: Lanes;
  readonly vector: Lanes;
  readonly activationBuffer: SramBuffer;
  readonly weightBuffer: SramBuffer;
  readonly outputBuffer: SramBuffer;
  /** The three buffers are one memory, a scratchpad, and all equal; absent where they are three memories. */
  readonly unified?: true;
  /** Absent where every layer loads all its operands and stores its result. */
  readonly residency?: Residency;
  readonly dram: Dram;
  readonly technology: Technology;
  /** Absent where every MAC costs the same. */
  readonly zeroGating?: ZeroGating;
}

/** What may stay on chip beyond a layer. */
export interface Residency {
  /** The result of a layer, for those that read it; in a scratchpad only. */
  readonly activations: boolean;
  /** The weights of a layer, from one inference to the next. */
  readonly weights: boolean;
}

/** A MAC that meets a zero, a code that equals its zero point, is gated: it takes its cycle, but not its energy. */
export interface ZeroGating {
  /** Which operands are looked at. With `both` a zero on either side gates. */
  readonly operands: 'activations' | 'weights' | 'both';
  /** What a gated MAC costs, of a MAC: 0 to 1. */
  readonly macFraction: number;
}

/** What the rows and columns of the array are depends on what stays in it: see `Dataflow`. */
export interface MacArray {
  readonly kind: 'dot-product' | 'systolic';
  /** The dot-product array of the white paper holds weights. */
  readonly dataflow: Dataflow;
  /** How finished sums leave an output-stationary array; absent where another dataflow has none to drain. */
  readonly drain?: Drain;
  readonly rows: number;
  readonly columns: number;
  /** Dot-product: registers between the broadcast operands and the accumulator. Systolic: 0, the mesh is the pipeline. */
  readonly pipelineStages: number;
  /** A second register per PE for the operand that stays: the next block loads while the current one is streamed. */
  readonly pingPongWeights: boolean;
  readonly activationBits: number;
  readonly weightBits: number;
  /** What a multiplier does with narrower operands; absent where one MAC a cycle is all. Never empty. */
  readonly packedLanes?: readonly PackedLanes[];
}

/** A multiplier that multiplies `lanes` pairs of operands in a cycle, none wider than these, and adds the products. */
export interface PackedLanes {
  readonly activationBits: number;
  readonly weightBits: number;
  readonly lanes: number;
}

/**
 * What stays in the array. `ws`: weights; rows are the summed dimension, columns the outputs. `os`: sums; rows are output
 * positions, columns output channels. `is`: activations; rows are the summed dimension, columns output positions.
 */
export type Dataflow = 'ws' | 'os' | 'is';

/**
 * `columnBus`: each sum leaves on a bus of its column in the cycle in which it is complete. `shift`: once all are complete
 * they move down from row to row and leave through the bottom edge.
 */
export type Drain = 'columnBus' | 'shift';

export interface AccumulatorFile {
  readonly bits: number;
  readonly overflow: 'wrap' | 'saturate' | 'trap';
  /** Partial sums each column can hold. With ping-pong each half holds `entriesPerColumn / 2`. */
  readonly entriesPerColumn: number;
  /** One half is requantized while the array accumulates into the other. */
  readonly pingPong: boolean;
}

/** A pipelined unit: `latencyCycles + ceil(elements / lanes)`. */
export interface Lanes {
  readonly lanes: number;
  readonly latencyCycles: number;
}

export interface SramBuffer {
  readonly capacityBytes: number;
  /** Bytes the array or the post unit can move in or out each cycle. */
  readonly bandwidthBytesPerCycle: number;
  /** Two halves: one is filled or emptied while the other is worked on. */
  readonly pingPong: boolean;
  /** Width of one access, for energy. */
  readonly wordBits: number;
}

export interface Dram {
  /** Exact: cycles of a transfer are `latencyCycles + ceil(bytes · denominator / numerator)`, bytes rounded up to bursts. */
  readonly bandwidthBytesPerCycle: { readonly numerator: number; readonly denominator: number };
  readonly latencyCycles: number;
  readonly burstBytes: number;
}

/** A figure with its source, so that every number of a report can be traced. */
export interface Sourced {
  readonly value: number;
  readonly source: string;
  /**
   * Whether the digits of every figure in it were seen in a public copy of its source; false where one was recalled or
   * derived, absent where nobody says.
   */
  readonly verified?: boolean;
}

/** What each counted action costs. Picojoules. */
export interface Technology {
  readonly name: string;
  readonly nodeNanometres: number;
  /** One multiply of activation x weight operands plus one addition into the accumulator. */
  readonly macPicojoules: Sourced;
  /** In packed lanes: what the multiply costs for each bit of the activation and bit of the weight. Absent without lanes. */
  readonly packedMultiplyPicojoules?: Sourced;
  /** In packed lanes: one addition of accumulator width. Absent without lanes. */
  readonly packedAddPicojoules?: Sourced;
  /** Writing one bit of a register in the array (weight registers, activation registers). */
  readonly registerPicojoulesPerBit: Sourced;
  /** Reading or writing one accumulator entry. */
  readonly accumulatorPicojoulesPerAccess: Sourced;
  readonly activationReadPicojoulesPerByte: Sourced;
  readonly activationWritePicojoulesPerByte: Sourced;
  readonly weightReadPicojoulesPerByte: Sourced;
  readonly weightWritePicojoulesPerByte: Sourced;
  readonly outputReadPicojoulesPerByte: Sourced;
  readonly outputWritePicojoulesPerByte: Sourced;
  readonly dramPicojoulesPerByte: Sourced;
  readonly requantizePicojoules: Sourced;
  readonly vectorPicojoules: Sourced;
  /** Static power of the whole machine. */
  readonly leakageMilliwatts: Sourced;
}
