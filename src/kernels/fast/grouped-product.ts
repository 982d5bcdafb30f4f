import type { Codes } from './operands.js';
import { packWeights, paddedColumns } from './packed-weights.js';
import { RowProduct, type Reach } from './product.js';

/** Weights [outputs, terms] of a convolution; outputs of a group are neighbours and read inputs of their group alone. */
export interface GroupedWeights {
  readonly values: Codes;
  readonly zeroPoint: number;
  readonly groups: number;
}

/** Doubles between rows of sums: the last group is rounded up to whole panels. */
export function sumStride(outputs: number, groups: number): number {
  const groupOutputs = outputs / groups;
  return outputs - groupOutputs + paddedColumns(groupOutputs);
}

/**
 * `bias + Σ (weight − zeroPoint) · value` of every output. The zero point is subtracted when the weights are packed, so
 * that asymmetric weights cost nothing.
 *
 * A group's last panel may reach into the columns of the next one, where it adds 0.
 */
export class GroupedProduct {
  readonly #bias: Float64Array;
  readonly #products: readonly RowProduct[];
  readonly #groupOutputs: number;
  readonly #groupInputs: number;

  /** @param reach Where the terms of group 0 lie; the other groups follow, `reach.run` apart. */
  constructor(
    { values, zeroPoint, groups }: GroupedWeights,
    bias: ArrayLike<number>,
    largestInput: number,
    reach: Reach,
  ) {
    const outputs = bias.length;
    const depth = values.length / outputs;
    this.#groupOutputs = outputs / groups;
    this.#groupInputs = reach.run;
    this.#bias = new Float64Array(sumStride(outputs, groups));
    this.#bias.set(bias);
    this.#products = Array.from({ length: groups }, (_, group) => {
      const start = group * this.#groupOutputs * depth;
      const columns = { columns: this.#groupOutputs, columnStride: depth };
      const matrix = { values, start, ...columns, depth, depthStride: 1, zeroPoint };
      return new RowProduct(packWeights(matrix, largestInput), reach);
    });
  }

  /** Writes the sums of `rows` rows of `values`, which begin at `starts`. */
  writeTo(sums: Float64Array, values: Float64Array, starts: Int32Array, rows: number): void {
    const stride = this.#bias.length;
    for (let row = 0; row < rows; row += 1) sums.set(this.#bias, row * stride);
    this.#products.forEach((product, group) => {
      const column = group * this.#groupOutputs;
      product.addTo(sums, stride, column, values, starts, rows, group * this.#groupInputs);
    });
  }
}
