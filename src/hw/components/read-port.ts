/**
 * The read port of a buffer with the queue behind it: so many bytes come a cycle, in the order in which they are asked for, and
 * whatever is complete can be taken in the cycle in which its last byte comes.
 */
export class ReadPort {
  readonly #bytesPerCycle: number;
  /** Bytes that came since the instruction began. */
  #arrivedBytes = 0;

  constructor(bytesPerCycle: number) {
    this.#bytesPerCycle = bytesPerCycle;
  }

  /** An instruction begins: the queue is empty. */
  reset(): void {
    this.#arrivedBytes = 0;
  }

  /** A cycle passes. */
  fetch(): void {
    this.#arrivedBytes += this.#bytesPerCycle;
  }

  /** Whether so many bits of the instruction were read up to this cycle. */
  hasBrought(bits: number): boolean {
    return 8 * this.#arrivedBytes >= bits;
  }

  /** Bytes of the instruction that were read up to this cycle. */
  get arrivedBytes(): number {
    return this.#arrivedBytes;
  }
}
