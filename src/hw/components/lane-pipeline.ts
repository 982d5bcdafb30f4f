import { DelayLine } from './delay-line.js';

/** The lanes of a unit that makes one result after the other: what they begin in a cycle leaves them some cycles later. */
export class LanePipeline {
  /** How many results were begun in the same cycle. */
  readonly #stages: DelayLine<number>;
  readonly #resultsPerCycle: number;
  readonly #results: number;
  #begun = 0;
  /** Results that left the lanes. */
  #finished = 0;
  #written = 0;

  /**
   * @param results how many there will be
   * @param resultsPerCycle what the output buffer takes: whole results
   */
  constructor(results: number, latencyCycles: number, resultsPerCycle: number) {
    this.#results = results;
    this.#stages = new DelayLine(latencyCycles, 0);
    this.#resultsPerCycle = resultsPerCycle;
  }

  /** One cycle, in which the lanes begin the results before `end`. True in the last cycle. */
  evaluate(end: number): boolean {
    this.#finished += this.#stages.evaluate(end - this.#begun);
    this.#begun = end;
    this.#written = Math.min(this.#finished, this.#written + this.#resultsPerCycle);
    this.#stages.tick();
    return this.#written === this.#results;
  }

  /** Results that were written. */
  get written(): number {
    return this.#written;
  }
}
