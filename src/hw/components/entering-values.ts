import type { MacArray } from '../accelerator.js';
import { mostLanes } from '../operand-mode.js';

/** Cycles whose values enter an array in a row: as many as there is room for. */
export const MOST_CYCLES = 64;

/** Room for what enters an array in some cycles, cycle by cycle. */
export class EnteringValues {
  readonly west: Float64Array;
  /** Empty where nothing enters from the north. */
  readonly north: Float64Array;
  readonly #westLength: number;
  readonly #northLength: number;

  constructor(array: MacArray) {
    const lanes = mostLanes(array);
    this.#westLength = array.rows * lanes;
    this.#northLength = array.dataflow === 'os' ? array.columns * lanes : 0;
    this.west = new Float64Array(MOST_CYCLES * this.#westLength);
    this.north = new Float64Array(MOST_CYCLES * this.#northLength);
  }

  /** Where the values of a cycle begin. */
  westOf(cycle: number): number {
    return cycle * this.#westLength;
  }

  northOf(cycle: number): number {
    return cycle * this.#northLength;
  }

  /** A stream begins: rows, columns and lanes that it does not use are 0. */
  clear(): void {
    this.west.fill(0);
    this.north.fill(0);
  }

  clearCycle(cycle: number): void {
    this.west.fill(0, this.westOf(cycle), this.westOf(cycle + 1));
    this.north.fill(0, this.northOf(cycle), this.northOf(cycle + 1));
  }
}
