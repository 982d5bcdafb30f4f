import { DelayLine } from './delay-line.js';

/** The lanes of a unit that makes one result after the other: what they begin in a cycle leaves them some cycles later. */
export class LanePipeline {
  /** Codes of the results that were begun in the same cycle. */
  readonly #stages: DelayLine<readonly number[]>;
  readonly #resultsPerCycle: number;
  readonly #write: (element: number, code: number) => void;
  readonly #results: number;
  /** Codes of all results that left the lanes. */
  readonly #finished: number[] = [];
  #begun = 0;
  #written = 0;

  /**
   * @param results how many there will be
   * @param resultsPerCycle what the output buffer takes: whole results
   */
  constructor(
    results: number,
    latencyCycles: number,
    resultsPerCycle: number,
    write: (element: number, code: number) => void,
  ) {
    this.#results = results;
    this.#stages = new DelayLine<readonly number[]>(latencyCycles, []);
    this.#resultsPerCycle = resultsPerCycle;
    this.#write = write;
  }

  /** One cycle, by the end of which the lanes have made the results before `end`. True in the last cycle. */
  evaluate(end: number, codeOf: (element: number) => number): boolean {
    const made: number[] = [];
    for (; this.#begun < end; this.#begun += 1) made.push(codeOf(this.#begun));
    for (const code of this.#stages.evaluate(made)) this.#finished.push(code);
    const writable = Math.min(this.#finished.length, this.#written + this.#resultsPerCycle);
    for (; this.#written < writable; this.#written += 1) {
      this.#write(this.#written, this.#finished[this.#written]!);
    }
    this.#stages.tick();
    return this.#written === this.#results;
  }
}
