import type { Accelerator } from '../accelerator.js';
import type { Activity, Extent } from './activity.js';
import { mostLanes } from '../operand-mode.js';
import { OperandReader, portOf } from './operand.js';
import type { MemoryName, PreloadOperation } from './operations.js';
import type { StationaryArray } from './product-array.js';
import { ReadPort } from './read-port.js';
import type { Sram } from './sram.js';

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
  readonly #port: ReadPort;
  readonly #termBits: number;
  readonly #lanes: number;
  readonly #order: readonly (number | null)[];
  #loaded = 0;
  #loadedTerms = 0;
  #moved = 0;

  constructor(
    operation: PreloadOperation,
    array: StationaryArray,
    memories: Readonly<Record<MemoryName, Sram>>,
    accelerator: Accelerator,
  ) {
    const { bytesPerCycle, operandBits } = portOf(operation.operand, operation, accelerator);
    this.#operation = operation;
    this.#array = array;
    const room = mostLanes(accelerator.array);
    const slots = Int32Array.from({ length: operation.columns }, (_, column) => column * room);
    this.#operand = new OperandReader(operation.operand, memories, slots);
    this.reads = [this.#operand.extent];
    this.writes = [planeOf(array, operation.plane)];
    this.#port = new ReadPort(bytesPerCycle);
    this.#termBits = operation.columns * operandBits;
    this.#lanes = operation.packed?.lanes ?? 1;
    this.#rowLength = accelerator.array.columns * room;
    this.#order = array.loadOrder(Math.ceil(operation.rows / this.#lanes));
  }

  evaluate(): boolean {
    this.#port.fetch();
    const row = this.#order[this.#loaded]!;
    if (row !== null) {
      const terms = this.#loadedTerms + this.#termsIn(row);
      if (!this.#port.hasBrought(terms * this.#termBits)) return false;
      this.#loadedTerms = terms;
    }
    this.#loaded += 1;
    return this.#loaded === this.#order.length;
  }

  move(): void {
    for (; this.#moved < this.#loaded; this.#moved += 1) {
      const row = this.#order[this.#moved]!;
      this.#array.load(this.#operation.plane, row, this.#valuesOf(row));
    }
  }

  #termsIn(row: number): number {
    return Math.min(this.#lanes, this.#operation.rows - row * this.#lanes);
  }

  #valuesOf(row: number | null): Float64Array {
    const values = new Float64Array(this.#rowLength);
    if (row === null) return values;
    for (let lane = 0; lane < this.#termsIn(row); lane += 1) {
      this.#operand.read(row * this.#lanes + lane, 1, values, lane, this.#rowLength);
    }
    return values;
  }
}

/** The registers of a plane. */
export function planeOf(array: StationaryArray, plane: number): Extent {
  return { of: array, first: plane, end: plane + 1 };
}
