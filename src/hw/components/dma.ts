import type { Dram } from '../accelerator.js';

/**
 * A transfer over the DRAM channel: nothing for the latency, then as many bytes a cycle as the bandwidth gives. What is left of
 * a byte is carried into the next cycle, so that nothing is lost to rounding.
 */
export class Dma {
  readonly #dram: Dram;
  readonly #bytes: number;
  #waitedCycles = 0;
  /** In units of a byte divided by the denominator of the bandwidth. */
  #credit = 0;
  #movedBytes = 0;

  /** @param bytes those that are wanted; whole bursts move */
  constructor(bytes: number, dram: Dram) {
    this.#dram = dram;
    this.#bytes = Math.ceil(bytes / dram.burstBytes) * dram.burstBytes;
  }

  /** One cycle: the bytes that have moved by its end. */
  evaluate(): number {
    const { latencyCycles, bandwidthBytesPerCycle } = this.#dram;
    if (this.#waitedCycles < latencyCycles) {
      this.#waitedCycles += 1;
      return this.#movedBytes;
    }
    this.#credit += bandwidthBytesPerCycle.numerator;
    const whole = Math.floor(this.#credit / bandwidthBytesPerCycle.denominator);
    this.#credit -= whole * bandwidthBytesPerCycle.denominator;
    this.#movedBytes = Math.min(this.#movedBytes + whole, this.#bytes);
    return this.#movedBytes;
  }

  get isComplete(): boolean {
    return this.#movedBytes === this.#bytes;
  }
}
