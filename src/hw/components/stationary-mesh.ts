import type { MacArray } from '../accelerator.js';
import { mostLanes } from '../operand-mode.js';
import { FarthestTag } from './farthest-tag.js';
import type { LeavingSums } from './leaving-sums.js';
import { BUBBLE } from './mesh-tags.js';
import type { EnteringVectors, OperandValues, RegisterContents, StationaryArray } from './product-array.js';
import { Skew, skewContents } from './skew.js';

/**
 * A systolic mesh in which one operand stays. A processing element multiplies what comes from its western neighbour with what it
 * holds, adds that to the sum from its northern neighbour and hands both on, one register each. Vectors enter from the west, row r
 * skewed by r cycles; sums leave at the southern edge, into the accumulators, without a further register. With packed lanes an
 * element has a register for each lane, and adds up their products.
 */
export class StationaryMesh implements StationaryArray {
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #planes: readonly Float64Array[];
  readonly #values: readonly Skew<number>[];
  readonly #tags: Skew<number>;
  /** The registers at the east and south of each element, and what they take at the next edge. */
  #east: Float64Array;
  #eastTag: Uint8Array;
  #south: Float64Array;
  #nextEast: Float64Array;
  #nextEastTag: Uint8Array;
  #nextSouth: Float64Array;
  readonly #farthest: FarthestTag;
  readonly #loads: { readonly plane: number; readonly values: Float64Array }[] = [];
  #selected = 0;

  constructor(array: MacArray) {
    const { rows, columns, pingPongWeights } = array;
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = mostLanes(array);
    this.#farthest = new FarthestTag(rows + columns - 2);
    const size = rows * columns;
    const laneSize = size * this.#lanes;
    this.#planes = Array.from({ length: pingPongWeights ? 2 : 1 }, () => new Float64Array(laneSize));
    this.#values = Array.from({ length: this.#lanes }, () => new Skew(rows, 0));
    this.#tags = new Skew<number>(rows, BUBBLE);
    [this.#east, this.#south] = [new Float64Array(laneSize), new Float64Array(size)];
    [this.#nextEast, this.#nextSouth] = [new Float64Array(laneSize), new Float64Array(size)];
    [this.#eastTag, this.#nextEastTag] = [new Uint8Array(size), new Uint8Array(size)];
  }

  loadOrder(usedRows: number): readonly (number | null)[] {
    return southernmostFirst(this.#rows, usedRows);
  }

  load(plane: number, _row: number | null, values: Float64Array): void {
    this.#loads.push({ plane, values });
  }

  select(plane: number): void {
    this.#selected = plane;
  }

  passes(tag: number): boolean {
    return this.#farthest.isLast(tag);
  }

  step({ cycles, tags, west }: EnteringVectors, leaving: LeavingSums): void {
    const length = this.#rows * this.#lanes;
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      this.#evaluate(west.subarray(cycle * length, (cycle + 1) * length), tags[cycle]!, leaving);
      this.#latch();
    }
  }

  tick(): void {
    const rowSize = this.#columns * this.#lanes;
    for (const { plane: index, values } of this.#loads) {
      const plane = this.#planes[index]!;
      plane.copyWithin(rowSize, 0, plane.length - rowSize);
      plane.set(values, 0);
    }
    this.#loads.length = 0;
  }

  #evaluate(west: OperandValues, enteringTag: number, leaving: LeavingSums): void {
    const stay = this.#planes[this.#selected]!;
    const columns = this.#columns;
    const lanes = this.#lanes;
    const values = new Float64Array(lanes);
    let tag: number = BUBBLE;
    for (let row = 0; row < this.#rows; row += 1) {
      for (let lane = 0; lane < lanes; lane += 1) {
        values[lane] = this.#values[lane]!.evaluate(row, west[row * lanes + lane]!);
      }
      tag = this.#tags.evaluate(row, enteringTag);
      const first = row * columns;
      for (let column = 0; column < columns; column += 1) {
        const at = first + column;
        let sum = row === 0 ? 0 : this.#south[at - columns]!;
        for (let lane = 0; lane < lanes; lane += 1) {
          sum += stay[at * lanes + lane]! * values[lane]!;
          this.#nextEast[at * lanes + lane] = values[lane]!;
        }
        this.#nextSouth[at] = sum;
        this.#nextEastTag[at] = tag;
        if (row === this.#rows - 1 && tag !== BUBBLE) leaving.add(column, sum);
        if (column === columns - 1) break;
        for (let lane = 0; lane < lanes; lane += 1) values[lane] = this.#east[at * lanes + lane]!;
        tag = this.#eastTag[at]!;
      }
    }
  }

  #latch(): void {
    [this.#east, this.#nextEast] = [this.#nextEast, this.#east];
    [this.#eastTag, this.#nextEastTag] = [this.#nextEastTag, this.#eastTag];
    [this.#south, this.#nextSouth] = [this.#nextSouth, this.#south];
    for (const skew of this.#values) skew.tick();
    this.#tags.tick();
  }

  registers(): RegisterContents {
    const stays = this.#planes.map((plane, index) => [`stays${index}`, [...plane]]);
    return {
      ...Object.fromEntries(stays),
      west: skewContents(this.#values),
      westTags: skewContents([this.#tags]),
      east: [...this.#east],
      eastTags: [...this.#eastTag],
      south: [...this.#south],
    };
  }

  release(): void {}
}

/** Rows are shifted in from the north, the southernmost first; where fewer are used, as many empty ones go before them. */
export function southernmostFirst(rows: number, usedRows: number): readonly (number | null)[] {
  return Array.from({ length: rows }, (_, step) => {
    const row = rows - 1 - step;
    return row < usedRows ? row : null;
  });
}
