import { hold } from '../../arith/accumulator.js';
import { assert, InvariantError } from '../../core/errors.js';
import type { AccumulatorFile as AccumulatorConfig } from '../accelerator.js';
import type { Extent } from './activity.js';
import { extentOf } from './addresses.js';
import type { LeavingSums } from './leaving-sums.js';
import { accumulationKernel } from './simd/accumulation.js';
import type { Kernel } from './simd/kernel-cache.js';
import type { ValueRoom } from './value-room.js';

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
  /** Where the sums of a column go that leave the array, one after the other: so many entries as are counted. */
  readonly #entries: Int32Array;
  #entryCount = 0;
  /** For each column a counter of those that left. */
  readonly #left: Int32Array;
  /** Null where nothing is emitted. */
  readonly #kernel: Kernel | null;

  constructor(config: AccumulatorConfig, columns: number, room: ValueRoom) {
    this.#config = config;
    this.#columns = columns;
    this.#sums = room.float64(columns * config.entriesPerColumn).fill(Number.NaN);
    this.#entries = room.int32(config.entriesPerColumn);
    this.#left = room.int32(columns);
    this.#kernel = room.workspace === null ? null : accumulationKernel(room.workspace);
    this.#most = Math.min(2 ** (config.bits - 1) - 1, Number.MAX_SAFE_INTEGER);
    this.#least = Math.max(-(2 ** (config.bits - 1)), Number.MIN_SAFE_INTEGER);
  }

  extentOf(places: Int32Array): Extent {
    return this.#inside(extentOf(this, places, 1));
  }

  /** What a place holds: not a number before it was written. */
  read(place: number): number {
    return this.#sums[place]!;
  }

  /** Sums begin to leave the array. Returns all sums of the entries that they go to, in each column one after the other. */
  begin(entries: Int32Array): Extent {
    const { first, end } = extentOf(this, entries, 1);
    const extent = this.#inside({ of: this, first: first * this.#columns, end: end * this.#columns });
    this.#entries.set(entries);
    this.#entryCount = entries.length;
    this.#left.fill(0);
    return extent;
  }

  /** Writes sums of the first columns at the next edge, or adds them to what their places hold. Those that have no entry go nowhere. */
  accumulate(leaving: LeavingSums, columns: number, adds: boolean): void {
    if (!this.areUnseen || this.#kernel === null) this.#accumulateEach(leaving, columns, adds);
    else this.#accumulateTogether(this.#kernel, leaving, columns, adds);
  }

  /** Writes a sum at the next edge. */
  write(place: number, sum: number): void {
    this.#writeAtEdge(place, this.#held(sum));
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

  #accumulateEach(leaving: LeavingSums, columns: number, adds: boolean): void {
    for (let column = 0; column < columns; column += 1) {
      const before = this.#left[column]!;
      const count = leaving.counts[column]!;
      this.#left[column] = before + count;
      const first = column * leaving.perColumn;
      for (let i = 0; i < count && before + i < this.#entryCount; i += 1) {
        const place = placeOf(this.#entries[before + i]!, column, this.#columns);
        const sum = leaving.values[first + i]!;
        const held = this.#held(adds ? this.#sums[place]! + sum : sum);
        if (this.areUnseen) this.#sums[place] = held;
        else this.#writeAtEdge(place, held);
      }
    }
  }

  #accumulateTogether(kernel: Kernel, leaving: LeavingSums, columns: number, adds: boolean): void {
    const { values, counts, perColumn } = leaving;
    const beyond = kernel(
      values.byteOffset,
      8 * perColumn,
      counts.byteOffset,
      this.#left.byteOffset,
      columns,
      this.#entries.byteOffset,
      this.#entryCount,
      this.#sums.byteOffset,
      8 * this.#columns,
      adds ? 1 : 0,
      this.#least,
      this.#most,
    );
    if (beyond === 0) return;
    for (let column = 0; column < columns; column += 1) {
      const end = Math.min(this.#left[column]!, this.#entryCount);
      for (let entry = this.#left[column]! - counts[column]!; entry < end; entry += 1) {
        const place = placeOf(this.#entries[entry]!, column, this.#columns);
        this.#sums[place] = this.#held(this.#sums[place]!);
      }
    }
  }

  #inside(extent: Extent): Extent {
    const { first, end } = extent;
    if (first >= 0 && end <= this.#sums.length) return extent;
    throw new InvariantError('a column has an entry for every sum', { first, end });
  }

  /** What is left of a sum in an accumulator. */
  #held(exact: number): number {
    return exact >= this.#least && exact <= this.#most ? exact : this.#overflowed(exact);
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
