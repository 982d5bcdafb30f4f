/** Registers in a row: what enters comes out `length` cycles later. With none it is a wire. */
export class DelayLine<T> {
  readonly #length: number;
  readonly #empty: T;
  /** The registers as a ring: the one at `#oldest` is the last of the row. */
  readonly #registers: T[];
  #oldest = 0;
  #entering: T;

  /** @param empty what the registers hold at first, and what enters where nothing is said */
  constructor(length: number, empty: T) {
    this.#length = length;
    this.#empty = empty;
    this.#registers = Array.from({ length }, () => empty);
    this.#entering = empty;
  }

  /** What comes out in this cycle, in which `value` enters. To be asked once a cycle. */
  evaluate(value: T): T {
    if (this.#length === 0) return value;
    this.#entering = value;
    return this.#registers[this.#oldest]!;
  }

  /** What the registers hold, the newest first. */
  contents(): T[] {
    return [...this.#registers.slice(this.#oldest), ...this.#registers.slice(0, this.#oldest)].toReversed();
  }

  tick(): void {
    if (this.#length === 0) return;
    this.#registers[this.#oldest] = this.#entering;
    this.#oldest = (this.#oldest + 1) % this.#length;
    this.#entering = this.#empty;
  }
}
