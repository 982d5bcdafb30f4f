import type { Activity, Extent } from './activity.js';
import type { Datapath } from './datapath.js';
import { mostLanes } from '../operand-mode.js';
import { BUBBLE, tagOf } from './mesh-tags.js';
import { OperandReader, portOf } from './operand.js';
import type { OperandPort, StreamOperation } from './operations.js';
import type { ProductArray, TakeSums } from './product-array.js';
import { ReadPort } from './read-port.js';

/** Cycles whose values enter the array in a row: as many as there is room for. */
const MOST_CYCLES = 64;

/** An operand that streams, and the port it comes through. */
interface Streamed {
  readonly port: ReadPort;
  readonly vectorBits: number;
}

/**
 * Vectors through the array: one enters a cycle, as soon as the ports have brought it; what leaves goes to the accumulators, a
 * counter a column saying which vector it belongs to. With packed lanes a row takes as many terms of the summed dimension. Where
 * sums stay, these are vectors: all lanes take one in a cycle, but in the first, which takes what is left over.
 */
export class Stream implements Activity {
  readonly reads: readonly Extent[];
  readonly writes: readonly Extent[];
  readonly #operation: StreamOperation;
  readonly #array: ProductArray;
  readonly #datapath: Datapath;
  readonly #streamed: readonly Streamed[];
  readonly #west: OperandReader;
  readonly #north: OperandReader | null;
  readonly #entries: Int32Array | null;
  readonly #left: Uint32Array;
  readonly #lanes: number;
  readonly #mostLanes: number;
  readonly #take: TakeSums;
  /** What enters in some cycles. Rows, columns and lanes that are not used stay 0. */
  readonly #fromWest: Float64Array;
  readonly #fromNorth: Float64Array;
  /** The tags of the cycles whose values have not entered: so many as are counted. */
  #tags = new Uint8Array(MOST_CYCLES);
  #waiting = 0;
  /** Vectors that have entered, and those whose values have. */
  #entered = 0;
  #moved = 0;

  constructor(operation: StreamOperation, array: ProductArray, plane: Extent | null, datapath: Datapath) {
    const { west, north, rows, northLanes, entries } = operation;
    const { accelerator, memories, accumulators } = datapath;
    this.#operation = operation;
    this.#array = array;
    this.#datapath = datapath;
    this.#lanes = operation.packed?.lanes ?? 1;
    this.#mostLanes = mostLanes(accelerator.array);
    this.#left = new Uint32Array(accelerator.array.columns);
    this.#take = (column, row, sums, count) => this.#accumulate(column, row, sums, count);
    this.#west = new OperandReader(west, memories);
    this.#north = north === null ? null : new OperandReader(north, memories);
    this.#entries = entries === null ? null : entries();
    const room = MOST_CYCLES * this.#mostLanes;
    this.#fromWest = new Float64Array(accelerator.array.rows * room);
    this.#fromNorth = new Float64Array(north === null ? 0 : accelerator.array.columns * room);
    this.reads = [this.#west.extent, this.#north?.extent, plane].filter((each) => each != null);
    this.writes = this.#entries === null ? [] : [accumulators.entriesOf(this.#entries)];
    const streamed = (operand: OperandPort, elements: number): Streamed => {
      const { bytesPerCycle, operandBits } = portOf(operand, operation, accelerator);
      return { port: new ReadPort(bytesPerCycle), vectorBits: elements * operandBits };
    };
    this.#streamed = [streamed(west, rows), ...(north === null ? [] : [streamed(north, northLanes)])];
  }

  evaluate(): boolean {
    for (const { port } of this.#streamed) port.fetch();
    const tag = this.#enteringTag();
    this.#wait(tag);
    return this.#array.passes(tag);
  }

  move(): void {
    const north = this.#north === null ? null : this.#fromNorth;
    for (let first = 0; first < this.#waiting; first += MOST_CYCLES) {
      const tags = this.#tags.subarray(first, Math.min(first + MOST_CYCLES, this.#waiting));
      for (let cycle = 0; cycle < tags.length; cycle += 1) this.#fill(tags[cycle]!, cycle);
      this.#array.step({ cycles: tags.length, tags, west: this.#fromWest, north }, this.#take);
    }
    this.#waiting = 0;
  }

  #wait(tag: number): void {
    if (this.#waiting === this.#tags.length) {
      const tags = new Uint8Array(2 * this.#waiting);
      tags.set(this.#tags);
      this.#tags = tags;
    }
    this.#tags[this.#waiting] = tag;
    this.#waiting += 1;
  }

  #enteringTag(): number {
    const { vectors } = this.#operation;
    if (this.#entered === vectors) return BUBBLE;
    const first = this.#entered;
    const end = first + this.#vectorsAt(first);
    for (const { port, vectorBits } of this.#streamed) {
      if (!port.hasBrought(end * vectorBits)) return BUBBLE;
    }
    this.#entered = end;
    return tagOf(first === 0, end === vectors);
  }

  /** How many vectors enter together: where sums stay, one a lane. */
  #vectorsAt(first: number): number {
    if (this.#north === null) return 1;
    const leftOver = this.#operation.vectors % this.#lanes;
    return first === 0 && leftOver > 0 ? leftOver : this.#lanes;
  }

  /** What enters in a cycle. */
  #fill(tag: number, cycle: number): void {
    const westLength = this.#fromWest.length / MOST_CYCLES;
    const northLength = this.#fromNorth.length / MOST_CYCLES;
    if (tag === BUBBLE) {
      this.#fromWest.fill(0, cycle * westLength, (cycle + 1) * westLength);
      this.#fromNorth.fill(0, cycle * northLength, (cycle + 1) * northLength);
      return;
    }
    const { rows, columns } = this.#operation;
    const first = this.#moved;
    const count = this.#vectorsAt(first);
    this.#moved += count;
    if (this.#north === null) {
      this.#readTerms(first, rows, cycle * westLength);
      return;
    }
    for (let lane = 0; lane < count; lane += 1) {
      const [fromWest, fromNorth] = [cycle * westLength + lane, cycle * northLength + lane];
      this.#west.read((first + lane) * rows, rows, this.#fromWest, fromWest, this.#mostLanes);
      this.#north.read((first + lane) * columns, columns, this.#fromNorth, fromNorth, this.#mostLanes);
    }
  }

  /** The terms of a vector: each row takes one a lane. */
  #readTerms(vector: number, terms: number, at: number): void {
    const perRow = this.#lanes === this.#mostLanes ? terms : this.#lanes;
    for (let term = 0, row = at; term < terms; term += perRow, row += this.#mostLanes) {
      this.#west.read(vector * terms + term, Math.min(perRow, terms - term), this.#fromWest, row, 1);
    }
  }

  /** Where an operand stays the sums of a column leave in the order of the vectors, where sums stay each says its row. */
  #accumulate(column: number, row: number, sums: ArrayLike<number>, count: number): void {
    const { columns, rows, plane, accumulates } = this.#operation;
    const first = plane === null ? row : this.#left[column]!;
    this.#left[column]! += count;
    if (column >= columns || (plane === null && row >= rows) || this.#entries === null) return;
    this.#datapath.accumulators.accumulate(column, this.#entries, first, sums, count, accumulates);
  }
}
