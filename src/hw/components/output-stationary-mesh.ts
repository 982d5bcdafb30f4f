import type { MacArray } from '../accelerator.js';
import { mostLanes } from '../operand-mode.js';
import { FarthestTag } from './farthest-tag.js';
import type { LeavingSums } from './leaving-sums.js';
import { BUBBLE, FIRST, LAST } from './mesh-tags.js';
import type {
  EnteringVectors,
  OperandValues,
  OutputStationaryArray,
  RegisterContents,
} from './product-array.js';
import { Skew, skewContents } from './skew.js';

/**
 * A systolic mesh in which sums stay. Activations enter from the west, weights from the north, lane i skewed by i cycles; an
 * element multiplies what meets in it, adds the product to its sum and hands both operands on. With a column bus a sum leaves in
 * the cycle in which the last vector passes its element; otherwise `shift` moves all of them south, a row a cycle. With packed
 * lanes an element has registers for each lane, and adds up their products.
 */
export class OutputStationaryMesh implements OutputStationaryArray {
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #hasColumnBus: boolean;
  readonly #west: readonly Skew<number>[];
  readonly #tags: Skew<number>;
  readonly #north: readonly Skew<number>[];
  #east: Float64Array;
  #eastTag: Uint8Array;
  #south: Float64Array;
  #nextEast: Float64Array;
  #nextEastTag: Uint8Array;
  #nextSouth: Float64Array;
  readonly #sums: Float64Array;
  readonly #nextSums: Float64Array;
  readonly #farthest: FarthestTag;

  constructor(array: MacArray) {
    const { rows, columns, drain } = array;
    const size = rows * columns;
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = mostLanes(array);
    const laneSize = size * this.#lanes;
    this.#farthest = new FarthestTag(rows + columns - 2);
    this.#hasColumnBus = drain === 'columnBus';
    this.#west = Array.from({ length: this.#lanes }, () => new Skew(rows, 0));
    this.#tags = new Skew<number>(rows, BUBBLE);
    this.#north = Array.from({ length: this.#lanes }, () => new Skew(columns, 0));
    [this.#east, this.#nextEast] = [new Float64Array(laneSize), new Float64Array(laneSize)];
    [this.#eastTag, this.#nextEastTag] = [new Uint8Array(size), new Uint8Array(size)];
    [this.#south, this.#nextSouth] = [new Float64Array(laneSize), new Float64Array(laneSize)];
    [this.#sums, this.#nextSums] = [new Float64Array(size), new Float64Array(size)];
  }

  passes(tag: number): boolean {
    return this.#farthest.isLast(tag);
  }

  step({ cycles, tags, west, north }: EnteringVectors, leaving: LeavingSums): void {
    const [westLength, northLength] = [this.#rows * this.#lanes, this.#columns * this.#lanes];
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const fromWest = west.subarray(cycle * westLength, (cycle + 1) * westLength);
      const fromNorth = north.subarray(cycle * northLength, (cycle + 1) * northLength);
      this.#evaluate(fromWest, fromNorth, tags[cycle]!, leaving);
      this.#latch();
    }
  }

  shift(): Float64Array {
    const left = this.#sums.length - this.#columns;
    const last = this.#sums.slice(left);
    this.#sums.copyWithin(this.#columns, 0, left);
    return last;
  }

  tick(): void {}

  #evaluate(west: OperandValues, entering: OperandValues, enteringTag: number, leaving: LeavingSums): void {
    const columns = this.#columns;
    const lanes = this.#lanes;
    const [values, weights] = [new Float64Array(lanes), new Float64Array(lanes)];
    this.#nextSums.set(this.#sums);
    const north = this.#enteringNorth(entering);
    let tag: number = BUBBLE;
    for (let row = 0; row < this.#rows; row += 1) {
      for (let lane = 0; lane < lanes; lane += 1) {
        values[lane] = this.#west[lane]!.evaluate(row, west[row * lanes + lane]!);
      }
      tag = this.#tags.evaluate(row, enteringTag);
      for (let column = 0; column < columns; column += 1) {
        const at = row * columns + column;
        for (let lane = 0; lane < lanes; lane += 1) {
          const weight =
            row === 0 ? north[column * lanes + lane]! : this.#south[(at - columns) * lanes + lane]!;
          weights[lane] = weight;
          this.#nextEast[at * lanes + lane] = values[lane]!;
          this.#nextSouth[at * lanes + lane] = weight;
        }
        this.#multiply(at, values, weights, tag);
        this.#nextEastTag[at] = tag;
        if (this.#hasColumnBus && (tag & LAST) !== 0) leaving.add(column, this.#nextSums[at]!);
        if (column === columns - 1) break;
        for (let lane = 0; lane < lanes; lane += 1) values[lane] = this.#east[at * lanes + lane]!;
        tag = this.#eastTag[at]!;
      }
    }
  }

  #latch(): void {
    this.#sums.set(this.#nextSums);
    [this.#east, this.#nextEast] = [this.#nextEast, this.#east];
    [this.#eastTag, this.#nextEastTag] = [this.#nextEastTag, this.#eastTag];
    [this.#south, this.#nextSouth] = [this.#nextSouth, this.#south];
    for (const skew of this.#west) skew.tick();
    this.#tags.tick();
    for (const skew of this.#north) skew.tick();
  }

  registers(): RegisterContents {
    return {
      west: skewContents(this.#west),
      westTags: skewContents([this.#tags]),
      north: skewContents(this.#north),
      east: [...this.#east],
      eastTags: [...this.#eastTag],
      south: [...this.#south],
      sums: [...this.#sums],
    };
  }

  release(): void {}

  #enteringNorth(entering: OperandValues): OperandValues {
    return entering.map((value, at) => {
      const lane = at % this.#lanes;
      return this.#north[lane]!.evaluate((at - lane) / this.#lanes, value);
    });
  }

  /** The first vector of a stream clears the sum. */
  #multiply(at: number, values: Float64Array, weights: Float64Array, tag: number): void {
    if (tag === BUBBLE) return;
    let sum = (tag & FIRST) !== 0 ? 0 : this.#sums[at]!;
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      sum += values[lane]! * weights[lane]!;
    }
    this.#nextSums[at] = sum;
  }
}
