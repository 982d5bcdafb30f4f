import type { Activity, Extent } from './activity.js';
import { mostLanes } from '../operand-mode.js';
import type { Datapath } from './datapath.js';
import { OperandReader, portOf } from './operand.js';
import type { PreloadOperation } from './operations.js';
import type { StationaryArray } from './product-array.js';
import { CycleTrace } from './cycle-trace.js';
import { ReadPort } from './read-port.js';

/**
 * A block into the registers: a row a cycle, as soon as the port has brought it. Rows come in the order the array takes them. A
 * row has a term of the summed dimension in each lane; the last one, which comes first, may have fewer.
 */
export class Preload implements Activity {
  readonly reads: readonly Extent[];
  readonly writes: readonly Extent[];
  readonly #operation: PreloadOperation;
  readonly #array: StationaryArray;
  readonly #operand: OperandReader;
  readonly #rowLength: number;
  /** Room for all rows of the array. */
  readonly #block: Float64Array;
  readonly #lanes: number;
  readonly #order: readonly (number | null)[];
  readonly #loaded = new CycleTrace();
  #moved = 0;

  constructor(
    operation: PreloadOperation,
    array: StationaryArray,
    { memories, accelerator, block }: Datapath,
  ) {
    const { bytesPerCycle, operandBits } = portOf(operation.operand, operation, accelerator);
    this.#operation = operation;
    this.#array = array;
    this.#block = block;
    const room = mostLanes(accelerator.array);
    const slots = Int32Array.from({ length: operation.columns }, (_, column) => column * room);
    this.#operand = new OperandReader(operation.operand, memories, slots);
    this.reads = [this.#operand.extent];
    this.writes = [planeOf(array, operation.plane)];
    this.#lanes = operation.packed?.lanes ?? 1;
    this.#rowLength = accelerator.array.columns * room;
    this.#order = array.loadOrder(Math.ceil(operation.rows / this.#lanes));
    this.#load(new ReadPort(bytesPerCycle), operation.columns * operandBits);
  }

  get cycles(): number {
    return this.#loaded.cycles;
  }

  move(cycles: number): void {
    const loaded = this.#loaded.after(cycles);
    const values = this.#block.fill(0, 0, (loaded - this.#moved) * this.#rowLength);
    for (let first = 0; this.#moved < loaded; this.#moved += 1, first += this.#rowLength) {
      const row = this.#order[this.#moved]!;
      this.#readRow(row, values, first);
      this.#array.load(this.#operation.plane, row, values.subarray(first, first + this.#rowLength));
    }
  }

  /** All cycles, in each of which a row is loaded if the port has brought its terms. */
  #load(port: ReadPort, termBits: number): void {
    for (let loaded = 0, terms = 0; loaded < this.#order.length; this.#loaded.pass(loaded)) {
      port.fetch();
      const row = this.#order[loaded]!;
      const end = row === null ? terms : terms + this.#termsIn(row);
      if (!port.hasBrought(end * termBits)) continue;
      terms = end;
      loaded += 1;
    }
  }

  #termsIn(row: number): number {
    return Math.min(this.#lanes, this.#operation.rows - row * this.#lanes);
  }

  #readRow(row: number | null, values: Float64Array, first: number): void {
    if (row === null) return;
    for (let lane = 0; lane < this.#termsIn(row); lane += 1) {
      this.#operand.read(row * this.#lanes + lane, 1, values, first + lane, this.#rowLength);
    }
  }
}

/** The registers of a plane. */
export function planeOf(array: StationaryArray, plane: number): Extent {
  return { of: array, first: plane, end: plane + 1 };
}
