import type { Quantization, ValueId } from '../../ir/graph.js';
import { sameQuantization } from './codes.js';

/**
 * The grids of integer values while a graph is imported. ONNX says a grid where it quantizes or dequantizes, not where codes
 * arrive from outside or are moved; values that hold the same codes in other places have one grid, whoever says it first.
 */
export class CodeGrids {
  readonly #parents = new Map<ValueId, ValueId>();
  readonly #grids = new Map<ValueId, Quantization>();

  /** The grid of a value; null where nobody has said it. */
  of(id: ValueId): Quantization | null {
    return this.#grids.get(this.#root(id)) ?? null;
  }

  /** Says the grid of a value and of all that share it; false where they have another one. */
  assign(id: ValueId, quantization: Quantization): boolean {
    const root = this.#root(id);
    const known = this.#grids.get(root);
    if (known === undefined) this.#grids.set(root, quantization);
    return known === undefined || sameQuantization(known, quantization);
  }

  /** Makes two values share their grid; false where theirs differ. */
  join(id: ValueId, other: ValueId): boolean {
    const [root, otherRoot] = [this.#root(id), this.#root(other)];
    const [grid, otherGrid] = [this.#grids.get(root), this.#grids.get(otherRoot)];
    if (grid !== undefined && otherGrid !== undefined && !sameQuantization(grid, otherGrid)) return false;
    if (root !== otherRoot) this.#parents.set(otherRoot, root);
    if (grid === undefined && otherGrid !== undefined) this.#grids.set(root, otherGrid);
    return true;
  }

  #root(id: ValueId): ValueId {
    let root = id;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root)) {
      root = parent;
    }
    if (root !== id) this.#parents.set(id, root);
    return root;
  }
}
