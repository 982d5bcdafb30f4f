import { assert } from '../core/errors.js';
import { sharedInt32 } from './batch.js';

/** Of a turn: how many parts are left to take. Above them is the number of the piece, so that no turn comes twice. */
const LEFT_BITS = 12;
const LEFT = 2 ** LEFT_BITS - 1;

/** Parts of the largest piece of work. */
export const MOST_PARTS = LEFT;

/** Places in the shared ints; those that different threads write are a line of cache apart. */
const TURN = 0;
const COUNT = 1;
const NUMBERS = 2;
const DONE = 16;
const HAS_FAILED = 17;
const READY = 32;
const FAILURE = 48;
const LENGTH = 112;

/** How long a thread looks at what it waits for before it sleeps: about as long as it takes to be woken. */
const SPIN_MILLISECONDS = 0.05;
const LOOKS_BETWEEN_CLOCKS = 64;

/**
 * One piece of work at a time, whose parts threads take, in ints that they share. The one that owns it begins a piece once the last is
 * done. A part is taken by exchanging the turn for the next, which fails where somebody else was quicker or the piece is another:
 * nobody takes a part of a piece that is over, however late he comes.
 */
export class Board {
  readonly ints: Int32Array<SharedArrayBuffer>;

  constructor(ints = sharedInt32(LENGTH)) {
    this.ints = ints;
  }

  /** @param numbers what the piece is: int32, not many. @param parts 1 … MOST_PARTS. */
  begin(numbers: readonly number[], parts: number): void {
    const { ints } = this;
    assert(numbers.length <= DONE - NUMBERS, 'a piece is said in few numbers', { numbers });
    const piece = Atomics.load(ints, TURN) >> LEFT_BITS;
    ints[COUNT] = numbers.length;
    ints.set(numbers, NUMBERS);
    Atomics.store(ints, DONE, 0);
    Atomics.store(ints, HAS_FAILED, 0);
    Atomics.store(ints, TURN, ((piece + 1) << LEFT_BITS) | parts);
    Atomics.notify(ints, TURN);
  }

  /** The number of a part that is now this thread's; null where none is left. */
  take(): number | null {
    const { ints } = this;
    for (;;) {
      const turn = Atomics.load(ints, TURN);
      if ((turn & LEFT) === 0) return null;
      if (Atomics.compareExchange(ints, TURN, turn, turn - 1) === turn) return (turn & LEFT) - 1;
    }
  }

  /** Of the piece that a part has been taken of, until that is done. */
  numbers(): number[] {
    return [...this.ints.subarray(NUMBERS, NUMBERS + this.ints[COUNT]!)];
  }

  /** Waits until there may be a part to take. */
  untilBegun(): void {
    const turn = Atomics.load(this.ints, TURN);
    if ((turn & LEFT) === 0) otherThan(this.ints, TURN, turn);
  }

  done(): void {
    Atomics.add(this.ints, DONE, 1);
    Atomics.notify(this.ints, DONE);
  }

  /** Before `done`. Of several failures the first is kept, or its beginning. */
  fail(error: unknown): void {
    if (Atomics.compareExchange(this.ints, HAS_FAILED, 0, 1) === 1) return;
    const text = this.#failureText.fill(0);
    const message = error instanceof Error ? error.message : String(error);
    text.set(Buffer.from(message).subarray(0, text.length));
  }

  /** Why a part of the piece has failed elsewhere; null where none has. */
  get failure(): string | null {
    if (Atomics.load(this.ints, HAS_FAILED) === 0) return null;
    return Buffer.from(this.#failureText).toString().replaceAll('\0', '');
  }

  get #failureText(): Uint8Array {
    return new Uint8Array(this.ints.buffer, 4 * FAILURE, 4 * (LENGTH - FAILURE));
  }

  /** Waits until others have done so many parts, for so long at most for each; whether they have. */
  untilDone(parts: number, milliseconds: number): boolean {
    return reaches(this.ints, DONE, parts, milliseconds);
  }

  join(): void {
    Atomics.add(this.ints, READY, 1);
    Atomics.notify(this.ints, READY);
  }

  /** How many other threads can take parts. */
  get ready(): number {
    return Atomics.load(this.ints, READY);
  }

  untilReady(threads: number, milliseconds: number): boolean {
    return reaches(this.ints, READY, threads, milliseconds);
  }
}

function reaches(ints: Int32Array<SharedArrayBuffer>, place: number, wanted: number, ms: number): boolean {
  for (;;) {
    const value = Atomics.load(ints, place);
    if (value === wanted) return true;
    if (!otherThan(ints, place, value, ms)) return false;
  }
}

/** Waits until an int is another, for so long at most; whether it is. */
function otherThan(
  ints: Int32Array<SharedArrayBuffer>,
  place: number,
  value: number,
  milliseconds = Infinity,
): boolean {
  const end = performance.now() + SPIN_MILLISECONDS;
  for (let looks = 1; Atomics.load(ints, place) === value; looks += 1) {
    if (looks % LOOKS_BETWEEN_CLOCKS === 0 && performance.now() > end) {
      return Atomics.wait(ints, place, value, milliseconds) !== 'timed-out';
    }
  }
  return true;
}
