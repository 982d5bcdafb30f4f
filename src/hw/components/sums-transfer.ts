import type { Activity, Extent } from './activity.js';
import type { Datapath } from './datapath.js';
import type { SumsOperation } from './operations.js';
import { CycleTrace } from './cycle-trace.js';

/**
 * Partial sums between accumulators and output buffer: each lane of the requantizer takes one a cycle past its arithmetic, as far
 * as the port of the buffer has room for whole sums. One that is wider than the port takes several cycles for itself.
 */
export class SumsTransfer implements Activity {
  readonly reads: readonly Extent[];
  readonly writes: readonly Extent[];
  readonly #operation: SumsOperation;
  readonly #places: Int32Array;
  readonly #datapath: Datapath;
  readonly #passed = new CycleTrace();
  #moved = 0;

  constructor(operation: SumsOperation, datapath: Datapath) {
    const { kind, elements, format, places, address } = operation;
    this.#operation = operation;
    this.#datapath = datapath;
    this.#places = places();
    const sums = [datapath.accumulators.extentOf(this.#places)];
    const waiting = [datapath.memories.output.rowOf(address, elements * format.bytes)];
    [this.reads, this.writes] = kind === 'spill' ? [sums, waiting] : [waiting, sums];
    this.#pass();
  }

  get cycles(): number {
    return this.#passed.cycles;
  }

  move(cycles: number): void {
    const { kind, format, address } = this.#operation;
    const { accumulators, memories } = this.#datapath;
    const passed = this.#passed.after(cycles);
    for (; this.#moved < passed; this.#moved += 1) {
      const place = this.#places[this.#moved]!;
      const at = address + this.#moved * format.bytes;
      if (kind === 'spill') memories.output.write(at, accumulators.read(place), format);
      else accumulators.write(place, memories.output.read(at, format));
    }
  }
  /** All cycles, in each of which as many sums pass as there is room for. */
  #pass(): void {
    const { requantizer, outputBuffer } = this.#datapath.accelerator;
    const { elements, format } = this.#operation;
    // Cycles of a sum that is on its way through a narrower port.
    let waitedCycles = 0;
    let passed = 0;
    do {
      waitedCycles += 1;
      const room = outputBuffer.bandwidthBytesPerCycle * waitedCycles;
      if (room >= format.bytes) {
        waitedCycles = 0;
        const count = Math.min(requantizer.lanes, Math.floor(room / format.bytes));
        passed = Math.min(passed + count, elements);
      }
      this.#passed.pass(passed);
    } while (passed < elements);
  }
}
