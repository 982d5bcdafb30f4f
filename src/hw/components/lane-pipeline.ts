import { DelayLine } from './delay-line.js';

/** A result that waits to be written. */
interface Finished {
  readonly element: number;
  readonly code: number;
}

/** The lanes of a unit that makes one result after the other: what they begin in a cycle leaves them some cycles later. */
export class LanePipeline {
  readonly #stages: DelayLine<readonly Finished[]>;
  readonly #resultsPerCycle: number;
  readonly #write: (element: number, code: number) => void;
  readonly #results: number;
  readonly #queue: Finished[] = [];
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
    this.#stages = new DelayLine<readonly Finished[]>(latencyCycles, []);
    this.#resultsPerCycle = resultsPerCycle;
    this.#write = write;
  }

  /** One cycle, by the end of which the lanes have made the results before `end`. True in the last cycle. */
  evaluate(end: number, codeOf: (element: number) => number): boolean {
    const made: Finished[] = [];
    for (; this.#begun < end; this.#begun += 1)
      made.push({ element: this.#begun, code: codeOf(this.#begun) });
    this.#queue.push(...this.#stages.evaluate(made));
    for (const { element, code } of this.#queue.splice(0, this.#resultsPerCycle)) {
      this.#write(element, code);
      this.#written += 1;
    }
    this.#stages.tick();
    return this.#written === this.#results;
  }
}
