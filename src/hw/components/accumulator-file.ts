import { hold } from '../../arith/accumulator.js';
import { assert, InvariantError } from '../../core/errors.js';
import type { AccumulatorFile as AccumulatorConfig } from '../accelerator.js';
import type { Extent } from './activity.js';
import { extentOf } from './addresses.js';

/** The accumulators under the array: for each column so many partial sums, each with its adder. A place is that of an entry and column. */
export class AccumulatorFile {
  /** Whether nobody looks at what is accumulated before the next edge: then it is written at once, each place once. */
  areUnseen = false;
  readonly #config: AccumulatorConfig;
  readonly #columns: number;
  readonly #sums: Float64Array;
  readonly #least: number;
  readonly #most: number;
  /** Places that are written at the next edge, and their sums: so many of each as are counted. */
  readonly #places: number[] = [];
  readonly #next: number[] = [];
  #written = 0;

  constructor(config: AccumulatorConfig, columns: number) {
    this.#config = config;
    this.#columns = columns;
    this.#sums = new Float64Array(columns * config.entriesPerColumn).fill(Number.NaN);
    this.#most = Math.min(2 ** (config.bits - 1) - 1, Number.MAX_SAFE_INTEGER);
    this.#least = Math.max(-(2 ** (config.bits - 1)), Number.MIN_SAFE_INTEGER);
  }

  /** All sums of some entries. */
  entriesOf(entries: Int32Array): Extent {
    const { first, end } = extentOf(this, entries, 1);
    return this.#inside({ of: this, first: first * this.#columns, end: end * this.#columns });
  }

  extentOf(places: Int32Array): Extent {
    return this.#inside(extentOf(this, places, 1));
  }

  /** What a place holds: not a number before it was written. */
  read(place: number): number {
    return this.#sums[place]!;
  }

  /**
   * Writes sums at the next edge, or adds them to what their places hold.
   *
   * @param entries of a column, from `first` on one for each sum
   */
  accumulate(
    column: number,
    entries: Int32Array,
    first: number,
    sums: Float64Array,
    count: number,
    adds: boolean,
  ): void {
    const [columns, held, least, most] = [this.#columns, this.#sums, this.#least, this.#most];
    for (let i = 0; i < count; i += 1) {
      const place = entries[first + i]! * columns + column;
      const exact = adds ? held[place]! + sums[i]! : sums[i]!;
      const sum = exact >= least && exact <= most ? exact : this.#overflowed(exact);
      if (this.areUnseen) held[place] = sum;
      else this.#writeAtEdge(place, sum);
    }
  }

  /** Writes a sum at the next edge. */
  write(place: number, sum: number): void {
    this.#writeAtEdge(place, sum >= this.#least && sum <= this.#most ? sum : this.#overflowed(sum));
  }

  tick(): void {
    for (let i = 0; i < this.#written; i += 1) this.#sums[this.#places[i]!] = this.#next[i]!;
    this.#written = 0;
  }

  #writeAtEdge(place: number, sum: number): void {
    this.#places[this.#written] = place;
    this.#next[this.#written] = sum;
    this.#written += 1;
  }

  #inside(extent: Extent): Extent {
    const { first, end } = extent;
    if (first >= 0 && end <= this.#sums.length) return extent;
    throw new InvariantError('a column has an entry for every sum', { first, end });
  }

  /** By the policy, each addition of the file being one of its order. A sum that nobody wrote stays what it is. */
  #overflowed(exact: number): number {
    if (Number.isNaN(exact)) return exact;
    const held = hold(BigInt(exact), this.#config);
    assert(held !== null, 'trapping accumulators hold every sum of a program that was admitted', { exact });
    return Number(held);
  }
}

/** The place of an entry of a column, of so many. */
export function placeOf(entry: number, column: number, columns: number): number {
  return entry * columns + column;
}
