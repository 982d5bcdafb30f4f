import type { MacArray } from '../accelerator.js';
import { mostLanes } from '../operand-mode.js';
import type { OperandValues } from './product-array.js';

/** The multipliers and adders of a dot-product array, with the registers that hold weights. There is no register between them. */
export interface DotProducts {
  /** Values of a row of a plane, for each column one a lane. */
  load(plane: number, row: number, values: Float64Array): void;
  /** Writes for each of the first vectors, at most `MOST_CYCLES`, and each column its products with the weights of a plane, added up. */
  sums(plane: number, west: OperandValues, vectors: number, into: Float64Array): void;
  /** A plane: rows, columns, lanes. */
  contents(plane: number): readonly number[];
  release(): void;
}

/** In doubles: exact for operands and sums of any width that a machine can have. */
export class PlainDotProducts implements DotProducts {
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #planes: readonly Float64Array[];

  constructor(array: MacArray) {
    const { rows, columns, pingPongWeights } = array;
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = mostLanes(array);
    const size = rows * columns * this.#lanes;
    this.#planes = Array.from({ length: pingPongWeights ? 2 : 1 }, () => new Float64Array(size));
  }

  load(plane: number, row: number, values: Float64Array): void {
    this.#planes[plane]!.set(values, row * this.#columns * this.#lanes);
  }

  sums(plane: number, west: OperandValues, vectors: number, into: Float64Array): void {
    const length = this.#rows * this.#lanes;
    for (let vector = 0; vector < vectors; vector += 1) {
      const columns = into.subarray(vector * this.#columns, (vector + 1) * this.#columns).fill(0);
      this.#addProducts(plane, west.subarray(vector * length, (vector + 1) * length), columns);
    }
  }

  #addProducts(plane: number, west: OperandValues, columns: Float64Array): void {
    const weights = this.#planes[plane]!;
    const lanes = this.#lanes;
    for (let row = 0; row < this.#rows; row += 1) {
      for (let column = 0; column < this.#columns; column += 1) {
        for (let lane = 0; lane < lanes; lane += 1) {
          columns[column]! +=
            weights[(row * this.#columns + column) * lanes + lane]! * west[row * lanes + lane]!;
        }
      }
    }
  }

  contents(plane: number): readonly number[] {
    return [...this.#planes[plane]!];
  }

  release(): void {}
}
