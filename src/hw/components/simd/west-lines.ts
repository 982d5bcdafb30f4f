import { assert } from '../../../core/errors.js';
import type { Workspace } from '../../../wasm/workspace.js';
import type { EnteringVectors } from '../product-array.js';
import { enterLines } from './enter-lines.js';
import type { Kernel } from './kernel-cache.js';
import { ShiftLines } from './shift-lines.js';
import { VECTOR } from './vectors.js';

/**
 * What enters a mesh from the west: of each row the skew and the registers to the east of its elements are one line of shift
 * registers. So are the tags; those of all elements that are as far from the north-western corner are the same, and there once.
 */
export class WestLines {
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #lines: ShiftLines;
  readonly #enter: Kernel;
  readonly values: Int16Array;
  readonly #lineLength: number;
  /** From the values of all rows in a lane to those in the next one. */
  readonly #laneLength: number;
  /** From the head of the first line to that of the tags. */
  readonly #tags: number;

  constructor(workspace: Workspace, rows: number, columns: number, lanes: number) {
    const lengths = Array.from({ length: lanes * rows }, (_, line) => (line % rows) + columns);
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = lanes;
    this.#lines = new ShiftLines(workspace, [...lengths, rows - 1 + columns], VECTOR);
    this.#enter = enterLines(workspace);
    this.values = this.#lines.values;
    this.#lineLength = this.#lines.lineLength;
    this.#laneLength = rows * this.#lineLength;
    this.#tags = lengths.length * this.#lineLength;
  }

  /** Address of what meets the elements of the northernmost row in this cycle. */
  get address(): number {
    return this.#lines.address;
  }

  /** Bytes from there to the same of the next row. */
  get rowBytes(): number {
    return 2 * (this.#lineLength + 1);
  }

  /** Bytes from the values of all rows in a lane to those in the next one. */
  get laneBytes(): number {
    return 2 * this.#laneLength;
  }

  /** Bytes from `address` to the tag of the north-western element; that of a neighbour to the east or south is the next one. */
  get tagOffset(): number {
    return 2 * this.#tags;
  }

  /** For how many cycles values may enter before `advance`. */
  get room(): number {
    return this.#lines.room;
  }

  /** What enters in the cycles from `first` up to `end`, of which this is the first. */
  enter({ west, tags }: EnteringVectors, first: number, end: number): void {
    assert(west instanceof Int16Array, 'lines of int16 take operands from where functions find them');
    const { values, tags: entering } = this;
    const cycleBytes = 2 * this.#rows * this.#lanes;
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      this.#enter(
        west.byteOffset + first * cycleBytes + 2 * lane,
        2 * this.#lanes,
        cycleBytes,
        this.#lines.address + lane * this.laneBytes,
        2 * this.#lineLength,
        this.#rows,
        end - first,
      );
    }
    for (let cycle = first; cycle < end; cycle += 1) values[entering + first - cycle] = tags[cycle]!;
  }

  /** Index among `values` of the tag of the north-western element in this cycle, and before it of later ones; then come those of elements so many steps from it. */
  get tags(): number {
    return this.#lines.head + this.#tags;
  }

  advance(cycles: number): void {
    this.#lines.advance(cycles);
  }

  release(): void {
    this.#lines.release();
  }

  /** Between two cycles, as a plain mesh names them. */
  registers(): Readonly<Record<'west' | 'westTags' | 'east' | 'eastTags', readonly number[]>> {
    const [west, westTags, east, eastTags]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let row = 0; row < this.#rows; row += 1) {
      for (let at = 0; at < row + this.#columns; at += 1) {
        const index = this.#lines.head + row * this.#lineLength + at + 1;
        const values = Array.from(
          { length: this.#lanes },
          (_, lane) => this.values[index + lane * this.#laneLength]!,
        );
        (at < row ? west : east).push(...values);
        (at < row ? westTags : eastTags).push(this.values[this.tags + at + 1]!);
      }
    }
    return { west, westTags, east, eastTags };
  }
}
