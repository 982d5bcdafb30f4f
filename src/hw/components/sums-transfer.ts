import type { Activity } from './activity.js';
import type { Datapath } from './datapath.js';
import type { SumsOperation } from './operations.js';

/**
 * Partial sums between accumulators and output buffer: each lane of the requantizer takes one a cycle past its arithmetic, as far
 * as the port of the buffer has room for whole sums. One that is wider than the port takes several cycles for itself.
 */
export class SumsTransfer implements Activity {
  readonly #operation: SumsOperation;
  readonly #datapath: Datapath;
  #moved = 0;
  /** Cycles of a sum that is on its way through a narrower port. */
  #waitedCycles = 0;

  constructor(operation: SumsOperation, datapath: Datapath) {
    this.#operation = operation;
    this.#datapath = datapath;
  }

  evaluate(): boolean {
    const { requantizer, outputBuffer } = this.#datapath.accelerator;
    const { elements, format } = this.#operation;
    this.#waitedCycles += 1;
    let room = outputBuffer.bandwidthBytesPerCycle * this.#waitedCycles;
    if (room < format.bytes) return false;
    this.#waitedCycles = 0;
    for (let lane = 0; lane < requantizer.lanes && this.#moved < elements; lane += 1) {
      if (room < format.bytes) break;
      room -= format.bytes;
      this.#move(this.#moved);
      this.#moved += 1;
    }
    return this.#moved === elements;
  }

  #move(element: number): void {
    const { kind, format, placeOf, addressOf } = this.#operation;
    const { accumulators, memories } = this.#datapath;
    const { column, entry } = placeOf(element);
    const address = addressOf(element);
    if (kind === 'spill') memories.output.write(address, accumulators.read(column, entry), format);
    else accumulators.accumulate(column, entry, memories.output.read(address, format), false);
  }
}
