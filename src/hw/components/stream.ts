import type { Activity, Extent } from './activity.js';
import type { Datapath } from './datapath.js';
import { mostLanes } from '../operand-mode.js';
import { MOST_CYCLES, type EnteringValues } from './entering-values.js';
import { BUBBLE, tagOf } from './mesh-tags.js';
import { OperandReader, portOf } from './operand.js';
import type { OperandPort, StreamOperation } from './operations.js';
import type { ProductArray } from './product-array.js';
import { CycleTrace } from './cycle-trace.js';
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
  /** The tags of all cycles. */
  readonly #tags = new CycleTrace();
  #movedCycles = 0;
  #movedVectors = 0;

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
    this.#enter(operation.vectors);
  }

  get cycles(): number {
    return this.#tags.cycles;
  }

  move(cycles: number): void {
    const { west, north, leaving, accumulators } = this.#datapath;
    const { entries, columns, accumulates } = this.#operation;
    for (let end = 0; this.#movedCycles < cycles; this.#movedCycles = end) {
      end = Math.min(this.#movedCycles + MOST_CYCLES, cycles);
      const tags = this.#tags.between(this.#movedCycles, end);
      this.#fill(tags);
      leaving.clear();
      this.#array.step({ cycles: tags.length, tags, west: west.values, north: north.values }, leaving);
      if (entries !== null) accumulators.accumulate(leaving, columns, accumulates);
    }
  }

  /** All cycles, in each of which vectors enter if the ports have brought them, up to the one in which the last has passed. */
  #enter(vectors: number): void {
    let entered = 0;
    for (let isLast = false; !isLast;) {
      const end = entered === vectors ? entered : entered + this.#vectorsAt(entered);
      const areThere = this.#fetched(end);
      const tag = areThere && end > entered ? tagOf(entered === 0, end === vectors) : BUBBLE;
      if (areThere) entered = end;
      this.#tags.pass(tag);
      isLast = this.#array.passes(tag);
    }
  }

  /** A cycle of all ports: whether they have brought the vectors before `end`. */
  #fetched(end: number): boolean {
    let areThere = true;
    for (const { port, vectorBits } of this.#streamed) {
      port.fetch();
      if (!port.hasBrought(end * vectorBits)) areThere = false;
    }
    return areThere;
  }

  /** How many vectors enter together. */
  #vectorsAt(first: number): number {
    const leftOver = this.#operation.vectors % this.#vectorsPerCycle;
    return first === 0 && leftOver > 0 ? leftOver : this.#vectorsPerCycle;
  }

  /** What enters in some cycles. Where a vector enters in each, they are read together. */
  #fill(tags: readonly number[]): void {
    for (let cycle = 0, end = 0; cycle < tags.length; cycle = end) {
      end = cycle + 1;
      if (tags[cycle] === BUBBLE) {
        for (const { edge } of this.#streamed) edge.clearCycle(cycle);
        continue;
      }
      const lanes = this.#vectorsAt(this.#movedVectors);
      while (this.#vectorsPerCycle === 1 && end < tags.length && tags[end] !== BUBBLE) end += 1;
      for (const { operand, edge } of this.#streamed) {
        for (let lane = 0; lane < lanes; lane += 1) {
          const at = cycle * edge.perCycle + lane;
          operand.read(this.#movedVectors + lane, end - cycle, edge.values, at, edge.perCycle);
        }
      }
      this.#movedVectors += lanes * (end - cycle);
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
