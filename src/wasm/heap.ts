import { assert } from '../core/errors.js';

/** Every block begins at a multiple of this, as wide loads like it. */
const ALIGNMENT = 64;

interface Block {
  readonly start: number;
  readonly end: number;
}

/** Hands out parts of an address range: the lowest gap that is large enough. It never touches memory. */
export class Heap {
  /** In use, ascending. */
  readonly #blocks: Block[] = [];
  readonly #start: number;
  #most = 0;
  #end: number;

  /** @param start the first address of the range, which may have an end */
  constructor(start: number, end = Infinity) {
    this.#start = aligned(start);
    this.#most = this.#start;
    this.#end = end;
  }

  /** Nothing beyond what has been used is handed out any more. */
  close(): void {
    this.#end = this.#most;
  }

  get isClosed(): boolean {
    return this.#end !== Infinity;
  }

  /** The end of the range ever used. */
  get most(): number {
    return this.#most;
  }

  /** The address of a new block. */
  allocate(bytes: number): number {
    const length = blockBytes(bytes);
    let start = this.#start;
    let place = 0;
    while (place < this.#blocks.length && this.#blocks[place]!.start - start < length) {
      start = this.#blocks[place]!.end;
      place += 1;
    }
    assert(start + length <= this.#end, 'no call needs more room than the first', { bytes, end: this.#end });
    this.#blocks.splice(place, 0, { start, end: start + length });
    this.#most = Math.max(this.#most, start + length);
    return start;
  }

  free(address: number): void {
    const place = this.#blocks.findIndex(({ start }) => start === address);
    assert(place >= 0, 'only what was allocated is freed', { address });
    this.#blocks.splice(place, 1);
  }

  /** The block that an address lies in, by its start; null where that is free. */
  blockAt(address: number): number | null {
    return this.#blocks.find(({ start, end }) => start <= address && address < end)?.start ?? null;
  }

  /** Frees all blocks. */
  clear(): void {
    this.#blocks.length = 0;
  }
}

/** What a block of so many bytes takes up. */
export function blockBytes(bytes: number): number {
  return Math.max(aligned(bytes), ALIGNMENT);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
