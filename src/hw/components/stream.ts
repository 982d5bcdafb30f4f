import type { Activity, Extent } from './activity.js';
import type { Datapath } from './datapath.js';
import { mostLanes } from '../operand-mode.js';
import { MOST_CYCLES, type EnteringValues } from './entering-values.js';
import { BUBBLE, tagOf } from './mesh-tags.js';
import { OperandReader, portOf } from './operand.js';
import type { OperandPort, StreamOperation } from './operations.js';
import type { ProductArray } from './product-array.js';
import { ReadPort } from './read-port.js';

/** An operand that streams, the port it comes through and the edge at which it enters. */
interface Streamed {
  readonly port: ReadPort;
  readonly vectorBits: number;
  readonly operand: OperandReader;
  readonly edge: EnteringValues;
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
  /** Where sums stay, as many as an operand takes lanes. */
  readonly #vectorsPerCycle: number;
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
    const lanes = operation.packed?.lanes ?? 1;
    this.#vectorsPerCycle = north === null ? 1 : lanes;
    const streamed = (
      port: OperandPort,
      edge: EnteringValues,
      elements: number,
      slots: Int32Array,
    ): Streamed => {
      const { bytesPerCycle, operandBits } = portOf(port, operation, accelerator);
      edge.clear();
      return {
        port: new ReadPort(bytesPerCycle),
        vectorBits: elements * operandBits,
        operand: new OperandReader(port, memories, slots, edge.reader),
        edge,
      };
    };
    const room = mostLanes(accelerator.array);
    this.#streamed =
      north === null
        ? [streamed(west, datapath.west, rows, slotsOf(rows, lanes, room))]
        : [
            streamed(west, datapath.west, rows, slotsOf(rows, 1, room)),
            streamed(north, datapath.north, northLanes, slotsOf(columns, 1, room)),
          ];
    this.reads = [...this.#streamed.map(({ operand }) => operand.extent), ...(plane === null ? [] : [plane])];
    this.writes = entries === null ? [] : [accumulators.begin(entries())];
  }

  evaluate(): boolean {
    for (const { port } of this.#streamed) port.fetch();
    const tag = this.#enteringTag();
    this.#wait(tag);
    return this.#array.passes(tag);
  }

  move(): void {
    const { west, north, leaving, accumulators } = this.#datapath;
    const { entries, columns, accumulates } = this.#operation;
    for (let first = 0; first < this.#waiting; first += MOST_CYCLES) {
      const tags = this.#tags.subarray(first, Math.min(first + MOST_CYCLES, this.#waiting));
      this.#fill(tags);
      leaving.clear();
      this.#array.step({ cycles: tags.length, tags, west: west.values, north: north.values }, leaving);
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

  /** How many vectors enter together. */
  #vectorsAt(first: number): number {
    const leftOver = this.#operation.vectors % this.#vectorsPerCycle;
    return first === 0 && leftOver > 0 ? leftOver : this.#vectorsPerCycle;
  }

  /** What enters in some cycles. Where a vector enters in each, they are read together. */
  #fill(tags: Uint8Array): void {
    for (let cycle = 0, end = 0; cycle < tags.length; cycle = end) {
      end = cycle + 1;
      if (tags[cycle] === BUBBLE) {
        for (const { edge } of this.#streamed) edge.clearCycle(cycle);
        continue;
      }
      const lanes = this.#vectorsAt(this.#moved);
      while (this.#vectorsPerCycle === 1 && end < tags.length && tags[end] !== BUBBLE) end += 1;
      for (const { operand, edge } of this.#streamed) {
        for (let lane = 0; lane < lanes; lane += 1) {
          const at = cycle * edge.perCycle + lane;
          operand.read(this.#moved + lane, end - cycle, edge.values, at, edge.perCycle);
        }
      }
      this.#moved += lanes * (end - cycle);
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
