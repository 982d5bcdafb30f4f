import { hasSimd } from '../../wasm/support.js';
import type { Workspace } from '../../wasm/workspace.js';
import type { Accelerator } from '../accelerator.js';
import { bufferBytes } from '../storage.js';
import { arrayWorkspace } from './simd/kernel-cache.js';

/** Bytes of buffers and sums up to which they lie where emitted functions work: half of what that memory can be. */
const MOST_EMITTED_BYTES = 2 ** 30;

/** The memory of the emitted functions that step a machine; null where nothing is emitted, as for memories that are too large. */
export function emittingWorkspace(machine: Accelerator): Workspace | null {
  const { array, accumulators } = machine;
  const sumBytes = Float64Array.BYTES_PER_ELEMENT * array.columns * accumulators.entriesPerColumn;
  return hasSimd() && bufferBytes(machine) + sumBytes <= MOST_EMITTED_BYTES ? arrayWorkspace() : null;
}

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
