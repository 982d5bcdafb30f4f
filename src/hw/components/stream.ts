import type { Activity, Extent } from './activity.js';
import type { Datapath } from './datapath.js';
import { mostLanes } from '../operand-mode.js';
import { MOST_CYCLES } from './entering-values.js';
import { BUBBLE, tagOf } from './mesh-tags.js';
import { OperandReader, portOf } from './operand.js';
import type { OperandPort, StreamOperation } from './operations.js';
import type { ProductArray } from './product-array.js';
import { ReadPort } from './read-port.js';

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
  readonly #lanes: number;
  /** Where the elements of a vector are in what enters. */
  readonly #westSlots: Int32Array;
  readonly #northSlots: Int32Array;
  /** The tags of the cycles whose values have not entered: so many as are counted. */
  #tags = new Uint8Array(MOST_CYCLES);
  #waiting = 0;
  /** Vectors that have entered, and those whose values have. */
  #entered = 0;
  #moved = 0;

  constructor(operation: StreamOperation, array: ProductArray, plane: Extent | null, datapath: Datapath) {
    const { west, north, rows, columns, northLanes, entries } = operation;
    const { accelerator, memories, accumulators } = datapath;
    this.#operation = operation;
    this.#array = array;
    this.#datapath = datapath;
    this.#lanes = operation.packed?.lanes ?? 1;
    const room = mostLanes(accelerator.array);
    const perRow = north === null ? this.#lanes : 1;
    this.#westSlots = slotsOf(rows, perRow, room);
    this.#northSlots = slotsOf(north === null ? 0 : columns, 1, room);
    this.#west = new OperandReader(west, memories);
    this.#north = north === null ? null : new OperandReader(north, memories);
    datapath.entering.clear();
    this.reads = [this.#west.extent, this.#north?.extent, plane].filter((each) => each != null);
    this.writes = entries === null ? [] : [accumulators.begin(entries())];
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
    const { entering, leaving, accumulators } = this.#datapath;
    const { west, north } = entering;
    const { entries, columns, accumulates } = this.#operation;
    for (let first = 0; first < this.#waiting; first += MOST_CYCLES) {
      const tags = this.#tags.subarray(first, Math.min(first + MOST_CYCLES, this.#waiting));
      for (let cycle = 0; cycle < tags.length; cycle += 1) this.#fill(tags[cycle]!, cycle);
      leaving.clear();
      this.#array.step({ cycles: tags.length, tags, west, north }, leaving);
      if (entries !== null) accumulators.accumulate(leaving, columns, accumulates);
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
    const { entering } = this.#datapath;
    if (tag === BUBBLE) {
      entering.clearCycle(cycle);
      return;
    }
    const count = this.#vectorsAt(this.#moved);
    for (let lane = 0; lane < count; lane += 1, this.#moved += 1) {
      this.#west.read(this.#moved, entering.west, entering.westOf(cycle) + lane, this.#westSlots);
      this.#north?.read(this.#moved, entering.north, entering.northOf(cycle) + lane, this.#northSlots);
    }
  }
}

/** Where elements are of which a row or column takes so many, in its first lanes. */
function slotsOf(elements: number, perRow: number, lanes: number): Int32Array {
  const slots = new Int32Array(elements);
  for (let element = 0; element < elements; element += 1) {
    const lane = element % perRow;
    slots[element] = ((element - lane) / perRow) * lanes + lane;
  }
  return slots;
}
