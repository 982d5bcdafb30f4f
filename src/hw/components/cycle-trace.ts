/** A number for each cycle of an instruction, such as what is done by its end. */
export class CycleTrace {
  readonly #values: number[] = [];

  /** A cycle passes. */
  pass(value: number): void {
    this.#values.push(value);
  }

  get cycles(): number {
    return this.#values.length;
  }

  /** That of the last of so many cycles. */
  after(cycles: number): number {
    return this.#values[cycles - 1]!;
  }

  /** Those of the cycles from `first` up to `end`. */
  between(first: number, end: number): readonly number[] {
    return this.#values.slice(first, end);
  }
}
