import type { MacArray } from '../accelerator.js';
import type { EnteringVector, ProductArray, TakeSum } from './product-array.js';
import { Skew } from './skew.js';

/** What travels with a value from the west: the ends of its stream. */
const [PRESENT, FIRST, LAST] = [1, 2, 4] as const;

/**
 * A systolic mesh in which sums stay. Activations enter from the west, weights from the north, lane i skewed by i cycles; an
 * element multiplies what meets in it, adds the product to its sum and hands both operands on. With a column bus a sum leaves in
 * the cycle in which the last vector passes its element; otherwise `shift` moves all of them south, a row a cycle.
 */
export class OutputStationaryMesh implements ProductArray {
  readonly #rows: number;
  readonly #columns: number;
  readonly #hasColumnBus: boolean;
  readonly #west: Skew<number>;
  readonly #tags: Skew<number>;
  readonly #north: Skew<number>;
  #east: Float64Array;
  #eastTag: Uint8Array;
  #south: Float64Array;
  #nextEast: Float64Array;
  #nextEastTag: Uint8Array;
  #nextSouth: Float64Array;
  readonly #sums: Float64Array;
  readonly #nextSums: Float64Array;
  #hasEvaluated = false;
  #hasShifted = false;

  constructor({ rows, columns, drain }: MacArray) {
    const size = rows * columns;
    this.#rows = rows;
    this.#columns = columns;
    this.#hasColumnBus = drain === 'columnBus';
    this.#west = new Skew(rows, 0);
    this.#tags = new Skew(rows, 0);
    this.#north = new Skew(columns, Number.NaN);
    [this.#east, this.#nextEast] = [new Float64Array(size), new Float64Array(size)];
    [this.#eastTag, this.#nextEastTag] = [new Uint8Array(size), new Uint8Array(size)];
    [this.#south, this.#nextSouth] = [new Float64Array(size), new Float64Array(size)];
    [this.#sums, this.#nextSums] = [new Float64Array(size), new Float64Array(size)];
  }

  evaluate(entering: EnteringVector | null, take: TakeSum): boolean {
    const columns = this.#columns;
    const enteringTag =
      entering === null ? 0 : PRESENT + (entering.isFirst ? FIRST : 0) + (entering.isLast ? LAST : 0);
    this.#nextSums.set(this.#sums);
    const north = this.#enteringNorth(entering);
    let tag = 0;
    for (let row = 0; row < this.#rows; row += 1) {
      let value = this.#west.evaluate(row, entering === null ? 0 : entering.west[row]!);
      tag = this.#tags.evaluate(row, enteringTag);
      for (let column = 0; column < columns; column += 1) {
        const at = row * columns + column;
        const weight = row === 0 ? north[column]! : this.#south[at - columns]!;
        this.#multiply(at, value, weight, tag);
        this.#nextEast[at] = value;
        this.#nextEastTag[at] = tag;
        this.#nextSouth[at] = weight;
        if (this.#hasColumnBus && (tag & LAST) !== 0) take(column, row, this.#nextSums[at]!);
        if (column === columns - 1) break;
        value = this.#east[at]!;
        tag = this.#eastTag[at]!;
      }
    }
    this.#hasEvaluated = true;
    return (tag & LAST) !== 0;
  }

  /** One cycle of a drain: the sums of the southernmost row leave, all others move a row south. Returns what leaves. */
  shift(): Float64Array {
    const last = this.#sums.slice(this.#sums.length - this.#columns);
    this.#nextSums.set(this.#sums);
    this.#nextSums.copyWithin(this.#columns, 0, this.#sums.length - this.#columns);
    this.#hasShifted = true;
    return last;
  }

  tick(): void {
    if (this.#hasEvaluated || this.#hasShifted) this.#sums.set(this.#nextSums);
    this.#hasShifted = false;
    if (!this.#hasEvaluated) return;
    [this.#east, this.#nextEast] = [this.#nextEast, this.#east];
    [this.#eastTag, this.#nextEastTag] = [this.#nextEastTag, this.#eastTag];
    [this.#south, this.#nextSouth] = [this.#nextSouth, this.#south];
    this.#west.tick();
    this.#tags.tick();
    this.#north.tick();
    this.#hasEvaluated = false;
  }

  #enteringNorth(entering: EnteringVector | null): Float64Array {
    const reached = new Float64Array(this.#columns);
    for (let column = 0; column < this.#columns; column += 1) {
      reached[column] = this.#north.evaluate(
        column,
        entering === null ? Number.NaN : entering.north![column]!,
      );
    }
    return reached;
  }

  /** The first vector of a stream clears the sum; a weight that is not there leaves it alone. */
  #multiply(at: number, value: number, weight: number, tag: number): void {
    if (tag === 0) return;
    const held = (tag & FIRST) !== 0 ? 0 : this.#sums[at]!;
    this.#nextSums[at] = Number.isNaN(weight) ? held : held + value * weight;
  }
}
