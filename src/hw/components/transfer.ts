import type { Dram } from '../accelerator.js';
import type { Activity, Extent } from './activity.js';
import { Dma } from './dma.js';
import type { LoadOperation, StoreOperation } from './operations.js';
import type { Sram } from './sram.js';

/** DRAM to a buffer: every byte is written in the cycle in which it arrives. */
export class Load implements Activity {
  readonly reads: readonly Extent[] = [];
  readonly writes: readonly Extent[];
  readonly #operation: LoadOperation;
  readonly #memory: Sram;
  readonly #dma: Dma;
  readonly #content: Uint8Array;
  #arrived = 0;
  #written = 0;

  constructor(operation: LoadOperation, memory: Sram, dram: Dram) {
    this.writes = [memory.rowOf(operation.address, operation.bytes)];
    this.#operation = operation;
    this.#memory = memory;
    this.#dma = new Dma(operation.bytes, dram);
    this.#content = operation.content();
  }

  evaluate(): boolean {
    this.#arrived = Math.min(this.#dma.evaluate(), this.#operation.bytes);
    return this.#dma.isComplete;
  }

  move(): void {
    const bytes = this.#content.subarray(this.#written, this.#arrived);
    this.#memory.writeRow(this.#operation.address + this.#written, bytes);
    this.#written = this.#arrived;
  }
}

/** The output buffer to DRAM: an element is read in the cycle in which its last byte leaves. */
export class Store implements Activity {
  readonly reads: readonly Extent[];
  readonly writes: readonly Extent[] = [];
  readonly #operation: StoreOperation;
  readonly #memory: Sram;
  readonly #dma: Dma;
  #left = 0;
  #read = 0;

  constructor(operation: StoreOperation, memory: Sram, dram: Dram) {
    const { address, elements, format } = operation;
    this.reads = [memory.rowOf(address, elements * format.bytes)];
    this.#operation = operation;
    this.#memory = memory;
    this.#dma = new Dma(elements * format.bytes, dram);
  }

  evaluate(): boolean {
    const { elements, format } = this.#operation;
    this.#left = Math.min(Math.floor(this.#dma.evaluate() / format.bytes), elements);
    return this.#dma.isComplete;
  }

  move(): void {
    const { format, put, address } = this.#operation;
    for (; this.#read < this.#left; this.#read += 1) {
      put(this.#read, this.#memory.read(address + this.#read * format.bytes, format));
    }
  }
}
