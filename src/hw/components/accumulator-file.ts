import { hold } from '../../arith/accumulator.js';
import { assert, InvariantError } from '../../core/errors.js';
import type { AccumulatorFile as AccumulatorConfig } from '../accelerator.js';

/** The accumulators under the array: for each column so many partial sums, each with its adder. */
export class AccumulatorFile {
  readonly #config: AccumulatorConfig;
  readonly #sums: Float64Array;
  readonly #least: number;
  readonly #most: number;
  /** Entries that are written at the next edge, and their sums: so many of each as are counted. */
  readonly #entries: number[] = [];
  readonly #next: number[] = [];
  #written = 0;

  constructor(config: AccumulatorConfig, columns: number) {
    this.#config = config;
    this.#sums = new Float64Array(columns * config.entriesPerColumn).fill(Number.NaN);
    this.#most = Math.min(2 ** (config.bits - 1) - 1, Number.MAX_SAFE_INTEGER);
    this.#least = Math.max(-(2 ** (config.bits - 1)), Number.MIN_SAFE_INTEGER);
  }

  /** What an entry holds: not a number before it was written. */
  read(column: number, entry: number): number {
    return this.#sums[this.#indexOf(column, entry)]!;
  }

  /** Writes a sum at the next edge, or adds it to what the entry holds. */
  accumulate(column: number, entry: number, sum: number, adds: boolean): void {
    const index = this.#indexOf(column, entry);
    const exact = adds ? this.#sums[index]! + sum : sum;
    this.#entries[this.#written] = index;
    this.#next[this.#written] = exact >= this.#least && exact <= this.#most ? exact : this.#overflowed(exact);
    this.#written += 1;
  }

  tick(): void {
    for (let i = 0; i < this.#written; i += 1) this.#sums[this.#entries[i]!] = this.#next[i]!;
    this.#written = 0;
  }

  #indexOf(column: number, entry: number): number {
    const { entriesPerColumn } = this.#config;
    if (entry < 0 || entry >= entriesPerColumn) {
      throw new InvariantError('a column has an entry for every sum', { column, entry });
    }
    return column * entriesPerColumn + entry;
  }

  /** By the policy, each addition of the file being one of its order. A sum that nobody wrote stays what it is. */
  #overflowed(exact: number): number {
    if (Number.isNaN(exact)) return exact;
    const held = hold(BigInt(exact), this.#config);
    assert(held !== null, 'trapping accumulators hold every sum of a program that was admitted', { exact });
    return Number(held);
  }
}
