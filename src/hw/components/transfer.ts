import type { Dram } from '../accelerator.js';
import type { Activity, Extent } from './activity.js';
import { Dma } from './dma.js';
import type { LoadOperation, StoreOperation } from './operations.js';
import { CycleTrace } from './cycle-trace.js';
import type { Sram } from './sram.js';

/** DRAM to a buffer: every byte is written in the cycle in which it arrives. */
export class Load implements Activity {
  readonly reads: readonly Extent[] = [];
  readonly writes: readonly Extent[];
  readonly #operation: LoadOperation;
  readonly #memory: Sram;
  readonly #content: Uint8Array;
  readonly #arrived = new CycleTrace();
  #written = 0;

  constructor(operation: LoadOperation, memory: Sram, dram: Dram) {
    this.writes = [memory.rowOf(operation.address, operation.bytes)];
    this.#operation = operation;
    this.#memory = memory;
    this.#content = operation.content();
    const dma = new Dma(operation.bytes, dram);
    do this.#arrived.pass(Math.min(dma.evaluate(), operation.bytes));
    while (!dma.isComplete);
  }

  get cycles(): number {
    return this.#arrived.cycles;
  }

  move(cycles: number): void {
    const arrived = this.#arrived.after(cycles);
    const bytes = this.#content.subarray(this.#written, arrived);
    this.#memory.writeRow(this.#operation.address + this.#written, bytes);
    this.#written = arrived;
  }
}

/** The output buffer to DRAM: an element is read in the cycle in which its last byte leaves. */
export class Store implements Activity {
  readonly reads: readonly Extent[];
  readonly writes: readonly Extent[] = [];
  readonly #operation: StoreOperation;
  readonly #memory: Sram;
  readonly #left = new CycleTrace();
  #read = 0;

  constructor(operation: StoreOperation, memory: Sram, dram: Dram) {
    const { address, elements, format } = operation;
    this.reads = [memory.rowOf(address, elements * format.bytes)];
    this.#operation = operation;
    this.#memory = memory;
    const dma = new Dma(elements * format.bytes, dram);
    do this.#left.pass(Math.min(Math.floor(dma.evaluate() / format.bytes), elements));
    while (!dma.isComplete);
  }

  get cycles(): number {
    return this.#left.cycles;
  }

  move(cycles: number): void {
    const { format, put, address } = this.#operation;
    const left = this.#left.after(cycles);
    for (; this.#read < left; this.#read += 1) {
      put(this.#read, this.#memory.read(address + this.#read * format.bytes, format));
    }
  }
}
