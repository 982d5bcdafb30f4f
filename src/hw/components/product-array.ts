import type { LeavingSums } from './leaving-sums.js';

/** What registers hold between two cycles, by what they are. Elements row-major, lanes innermost; of a triangle of skew, line after line, the newest value first. */
export type RegisterContents = Readonly<Record<string, readonly number[]>>;

/** Operands as they enter: where an array is stepped in vectors int16, in the memory of emitted functions. */
export type OperandValues = Float64Array | Int16Array;

/** What enters an array in some cycles, one after the other: a vector of a stream, or nothing. */
export interface EnteringVectors {
  readonly cycles: number;
  /** The tag of each (`mesh-tags.ts`). */
  readonly tags: readonly number[];
  /** A value for each cycle, row of the array and lane of it, from the west; 0 for those that are not used. */
  readonly west: OperandValues;
  /** Where sums stay, a value for each cycle, column and lane, from the north; 0 for what does not enter in that cycle. */
  readonly north: OperandValues;
}

/** An array of multipliers and adders. */
export interface ProductArray {
  /**
   * One cycle of the tag that enters along with a vector, or with nothing: true if it is the one in which the last vector has
   * passed the farthest corner of the array.
   */
  passes(tag: number): boolean;
  /** The values of as many cycles: vectors enter, sums leave. Of a column they leave in the order of the vectors, where sums stay from the northernmost row on. */
  step(entering: EnteringVectors, leaving: LeavingSums): void;
  /** The edge at which what was loaded is there. */
  tick(): void;
  /** All registers, to look at: every form of an array names and orders them alike. */
  registers(): RegisterContents;
  /** The array is not used any more. */
  release(): void;
}

/** An array in which one operand stays, in one of two planes of registers where the next block loads behind the current one. */
export interface StationaryArray extends ProductArray {
  /** The rows of a block, the last first, in the order in which they are loaded, one a cycle; null where an empty row is shifted in. */
  loadOrder(usedRows: number): readonly (number | null)[];
  /** Loads the next row into a plane: its values, for each column one a lane, or zeros for an empty row. */
  load(plane: number, row: number | null, values: Float64Array): void;
  /** The plane that streams meet from now on. */
  select(plane: number): void;
}

/** An array in which sums stay. */
export interface OutputStationaryArray extends ProductArray {
  /** One cycle of a drain: the sums of the southernmost row leave, all others move a row south. Returns what leaves. */
  shift(): Float64Array;
}
