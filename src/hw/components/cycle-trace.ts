/** A number for each cycle of an instruction, such as what is done by its end. */
export class CycleTrace {
  #values = new Int32Array(64);
  #cycles = 0;

  /** A cycle passes. */
  pass(value: number): void {
    if (this.#cycles === this.#values.length) {
      const longer = new Int32Array(2 * this.#cycles);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#cycles] = value;
    this.#cycles += 1;
  }

  get cycles(): number {
    return this.#cycles;
  }

  /** That of the last of so many cycles. */
  after(cycles: number): number {
    return this.#values[cycles - 1]!;
  }

  /** Those of the cycles from `first` up to `end`. */
  between(first: number, end: number): Int32Array {
    return this.#values.subarray(first, end);
  }
}
