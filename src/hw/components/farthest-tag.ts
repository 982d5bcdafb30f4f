import { BUBBLE, LAST } from './mesh-tags.js';

/** The registers that a tag passes from where vectors enter an array up to its farthest corner. */
export class FarthestTag {
  /** A ring: what enters takes the place of what leaves. */
  readonly #tags: Uint8Array;
  #at = 0;

  constructor(registers: number) {
    this.#tags = new Uint8Array(registers).fill(BUBBLE);
  }

  /** One cycle, in which a tag enters: whether that of a last vector has come to the farthest corner. */
  isLast(entering: number): boolean {
    const tags = this.#tags;
    if (tags.length === 0) return (entering & LAST) !== 0;
    const leaving = tags[this.#at]!;
    tags[this.#at] = entering;
    this.#at = this.#at + 1 === tags.length ? 0 : this.#at + 1;
    return (leaving & LAST) !== 0;
  }
}
