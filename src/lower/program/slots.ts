/**
 * How many tiles a memory holds at a time: the two halves of a ping-pong memory hold one each, while one is filled the
 * other is read. A memory that is filled only once needs no second half and is used as a whole.
 */
export function slotCount(pingPong: boolean, distinctTiles: number): number {
  return pingPong && distinctTiles > 1 ? 2 : 1;
}

/** The slots of one memory: which content each holds. A new content takes the place of the least recently used. */
export class Slots {
  /** Slots in order of use, the least recent first. */
  readonly #order: { readonly slot: number; key: number }[];

  constructor(count: number) {
    this.#order = Array.from({ length: count }, (_, slot) => ({ slot, key: Number.NaN }));
  }

  /** The slot that holds the content of this key from now on, and whether it held it already. */
  claim(key: number): { readonly slot: number; readonly isResident: boolean } {
    const position = this.#order.findIndex((entry) => entry.key === key);
    const [entry] = this.#order.splice(Math.max(position, 0), 1);
    entry!.key = key;
    this.#order.push(entry!);
    return { slot: entry!.slot, isResident: position >= 0 };
  }

  /** The slot for a content that is made once and never asked for again. */
  next(): number {
    return this.claim(Number.NaN).slot;
  }
}

/**
 * How often each of `tiles` tiles is loaded to go `rounds` times through all of them in the same order: in every round, unless
 * the slots hold all.
 */
export function timesLoaded(tiles: number, rounds: number, slots: number): number {
  return tiles <= slots ? 1 : rounds;
}
