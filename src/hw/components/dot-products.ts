import type { MacArray } from '../accelerator.js';
import { mostLanes } from '../operand-mode.js';
import type { LeavingSums } from './leaving-sums.js';
import { BUBBLE } from './mesh-tags.js';
import type { OperandValues } from './product-array.js';

/** The multipliers and adders of a dot-product array, with the registers that hold weights. There is no register between them. */
export interface DotProducts {
  /** Values of a row of a plane, for each column one a lane. */
  load(plane: number, row: number, values: Float64Array): void;
  /** Registers for the sums of so many vectors, which are 0, and their tags. */
  pipeline(vectors: number): SumPipeline;
  /** Writes for each of some vectors and each column its products with the weights of a plane, added up, from a row of the pipeline on. */
  sums(plane: number, west: OperandValues, vectors: number, into: SumPipeline, row: number): void;
  /** Takes the sums of the first rows, those that are some. */
  leave(from: SumPipeline, rows: number, leaving: LeavingSums): void;
  /** A plane: rows, columns, lanes. */
  contents(plane: number): readonly number[];
  release(): void;
}

/** Sums that left the multipliers: a row for each vector, with its tag. */
export interface SumPipeline {
  readonly sums: Float64Array | Int32Array;
  readonly rowLength: number;
  readonly tags: Int16Array;
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

  pipeline(vectors: number): SumPipeline {
    const rowLength = this.#columns;
    return { sums: new Float64Array(vectors * rowLength), rowLength, tags: new Int16Array(vectors) };
  }

  sums(plane: number, west: OperandValues, vectors: number, { sums }: SumPipeline, row: number): void {
    const length = this.#rows * this.#lanes;
    for (let vector = 0; vector < vectors; vector += 1) {
      const first = (row + vector) * this.#columns;
      const columns = sums.subarray(first, first + this.#columns).fill(0);
      this.#addProducts(plane, west.subarray(vector * length, (vector + 1) * length), columns);
    }
  }

  leave({ sums, tags }: SumPipeline, rows: number, leaving: LeavingSums): void {
    for (let row = 0; row < rows; row += 1) {
      if (tags[row] === BUBBLE) continue;
      const first = row * this.#columns;
      for (let column = 0; column < this.#columns; column += 1) leaving.add(column, sums[first + column]!);
    }
  }

  #addProducts(plane: number, west: OperandValues, columns: SumPipeline['sums']): void {
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
