import { DelayLine } from './delay-line.js';
import { BUBBLE, LAST } from './mesh-tags.js';

/** The registers that a tag passes from where vectors enter an array up to its farthest corner. */
export class FarthestTag {
  readonly #tags: DelayLine<number>;

  constructor(registers: number) {
    this.#tags = new DelayLine<number>(registers, BUBBLE);
  }

  /** One cycle, in which a tag enters: whether that of a last vector has come to the farthest corner. */
  isLast(entering: number): boolean {
    const tag = this.#tags.evaluate(entering);
    this.#tags.tick();
    return (tag & LAST) !== 0;
  }
}
