import { BUBBLE, FIRST, LAST } from '../mesh-tags.js';

/**
 * The first and last vectors on their way through a mesh in which sums stay. Sums that leave may be read after several cycles, unless
 * a vector follows that adds to them: such cycles are stepped alone.
 */
export class PassingTags {
  readonly #farthestSteps: number;
  #cyclesSinceFirst = Infinity;
  #cyclesSinceLast = Infinity;
  #cyclesAlone = 0;
  #hasFirst = false;
  #hasLast = false;

  /** @param farthestSteps from the element where vectors enter to the one where they leave */
  constructor(farthestSteps: number) {
    this.#farthestSteps = farthestSteps;
  }

  /** The tags from `first` on enter, up to `most` at most; returns the end of those that did, which are stepped together. */
  enter(tags: readonly number[], first: number, most: number): number {
    this.#hasFirst = false;
    this.#hasLast = false;
    for (let cycle = first; cycle < most; cycle += 1) {
      const tag = tags[cycle]!;
      if (tag !== BUBBLE && this.#hasLast && cycle > first) return cycle;
      const follows = tag !== BUBBLE && this.#cyclesSinceLast < this.#farthestSteps;
      if (follows) this.#cyclesAlone = this.#farthestSteps + 1;
      const isAlone = this.#cyclesAlone > 0;
      this.#pass(tag);
      if (isAlone) return cycle + 1;
    }
    return most;
  }

  /** Whether the first vector of a stream was inside in one of these cycles. */
  get hasFirst(): boolean {
    return this.#hasFirst;
  }

  /** Whether the last one was. */
  get hasLast(): boolean {
    return this.#hasLast;
  }

  #pass(tag: number): void {
    this.#cyclesSinceFirst = (tag & FIRST) !== 0 ? 0 : this.#cyclesSinceFirst + 1;
    this.#cyclesSinceLast = (tag & LAST) !== 0 ? 0 : this.#cyclesSinceLast + 1;
    if (this.#cyclesSinceFirst <= this.#farthestSteps) this.#hasFirst = true;
    if (this.#cyclesSinceLast <= this.#farthestSteps) this.#hasLast = true;
    if (this.#cyclesAlone > 0) this.#cyclesAlone -= 1;
  }
}
