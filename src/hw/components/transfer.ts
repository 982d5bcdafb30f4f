import type { Dram } from '../accelerator.js';
import type { Activity } from './activity.js';
import { Dma } from './dma.js';
import type { LoadOperation, StoreOperation } from './operations.js';
import type { Sram } from './sram.js';

/** DRAM to a buffer: every byte is written in the cycle in which it arrives. */
export class Load implements Activity {
  readonly #operation: LoadOperation;
  readonly #memory: Sram;
  readonly #dma: Dma;
  #written = 0;

  constructor(operation: LoadOperation, memory: Sram, dram: Dram) {
    this.#operation = operation;
    this.#memory = memory;
    this.#dma = new Dma(operation.bytes, dram);
  }

  evaluate(): boolean {
    const { bytes, byteAt, address } = this.#operation;
    const arrived = Math.min(this.#dma.evaluate(), bytes);
    for (; this.#written < arrived; this.#written += 1) {
      this.#memory.writeByte(address + this.#written, byteAt(this.#written));
    }
    return this.#dma.isComplete;
  }
}

/** The output buffer to DRAM: an element is read in the cycle in which its last byte leaves. */
export class Store implements Activity {
  readonly #operation: StoreOperation;
  readonly #memory: Sram;
  readonly #dma: Dma;
  #read = 0;

  constructor(operation: StoreOperation, memory: Sram, dram: Dram) {
    this.#operation = operation;
    this.#memory = memory;
    this.#dma = new Dma(operation.elements * operation.format.bytes, dram);
  }

  evaluate(): boolean {
    const { elements, format, put, address } = this.#operation;
    const left = Math.min(Math.floor(this.#dma.evaluate() / format.bytes), elements);
    for (; this.#read < left; this.#read += 1) {
      put(this.#read, this.#memory.read(address + this.#read * format.bytes, format));
    }
    return this.#dma.isComplete;
  }
}
