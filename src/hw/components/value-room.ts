import type { Workspace } from '../../wasm/workspace.js';

/**
 * Where a machine keeps values: in the memory that emitted functions work on, in which an array's `byteOffset` is its address, or in
 * arrays of their own where nothing is emitted.
 */
export class ValueRoom {
  /** Null where nothing is emitted. */
  readonly workspace: Workspace | null;
  readonly #addresses: number[] = [];

  constructor(workspace: Workspace | null) {
    this.workspace = workspace;
  }

  uint8(length: number): Uint8Array {
    return new Uint8Array(...this.#place(length));
  }

  int16(length: number): Int16Array {
    return new Int16Array(...this.#place(length, 2));
  }

  int32(length: number): Int32Array {
    return new Int32Array(...this.#place(length, 4));
  }

  float64(length: number): Float64Array {
    return new Float64Array(...this.#place(length, 8));
  }

  /** The values are not used any more. */
  release(): void {
    for (const address of this.#addresses) this.workspace!.heap.free(address);
    this.#addresses.length = 0;
  }

  #place(length: number, bytes = 1): [buffer: ArrayBufferLike, address: number, length: number] {
    if (this.workspace === null) return [new ArrayBuffer(length * bytes), 0, length];
    const address = this.workspace.allocate(length * bytes);
    this.#addresses.push(address);
    return [this.workspace.memory.buffer, address, length];
  }
}
