import type { Worker } from 'node:worker_threads';
import { assert, InvariantError } from '../core/errors.js';
import { Board, MOST_PARTS } from './board.js';
import type { TeammateData } from './serve-parts.js';
import { startWorker } from './start-worker.js';

/** Longest wait for a part in another thread. */
const PATIENCE_MILLISECONDS = 60_000;

/** Longest wait for threads to get ready. */
const ASSEMBLY_MILLISECONDS = 60_000;

/**
 * Threads that take parts of one piece of work after another, at a few microseconds a piece: no messages are sent. This thread takes
 * parts as well and never waits for one that nobody has taken, so that threads which are not ready yet, asleep or busy cost no time.
 */
export class Team<Setup> {
  readonly #board = new Board();
  readonly #patienceMilliseconds: number;
  #workers: readonly Worker[];
  #hasLost = false;
  #partsElsewhere = 0;

  /** @param entry the module of the others, which calls `serveParts`. @param setups what each of them begins with */
  constructor(entry: URL, setups: readonly Setup[], patienceMilliseconds = PATIENCE_MILLISECONDS) {
    this.#patienceMilliseconds = patienceMilliseconds;
    this.#workers = setups.map((setup) => {
      const data: TeammateData<Setup> = { setup, ints: this.#board.ints };
      const worker = startWorker(entry, { ...data });
      worker.once('error', () => {}); // it never gets ready, or is missed where it has taken a part
      worker.unref();
      return worker;
    });
  }

  /** How many there are, this one among them. */
  get threads(): number {
    return 1 + this.#workers.length;
  }

  /** How many parts others than this thread have done. */
  get partsElsewhere(): number {
    return this.#partsElsewhere;
  }

  /**
   * Has every part of a piece done, in any order, here or elsewhere. Where one fails, all are done again here, so that the error is that of
   * one thread.
   *
   * @param numbers what the others are told of the piece
   * @throws InvariantError where only another thread fails, or one has taken a part and is heard of no more. That one may write yet, so
   * every call from then on throws.
   */
  share(numbers: readonly number[], parts: number, here: (part: number) => void): void {
    assert(!this.#hasLost, 'no thread is lost that may still write');
    const isShared = this.#workers.length > 0 && this.#board.ready > 0 && parts > 1 && parts <= MOST_PARTS;
    const failure = isShared ? this.#together(numbers, parts, here) : null;
    if (isShared && failure === null) return;
    for (let part = 0; part < parts; part += 1) here(part);
    if (failure !== null) throw new InvariantError(`only another thread failed: ${failure}`);
  }

  /** Waits until all threads are ready. */
  assemble(): void {
    const isReady = this.#board.untilReady(this.#workers.length, ASSEMBLY_MILLISECONDS);
    assert(isReady, 'threads get ready', { ready: this.#board.ready, of: this.#workers.length });
  }

  /** Ends the other threads; this one goes on alone. */
  close(): void {
    for (const worker of this.#workers) void worker.terminate();
    this.#workers = [];
  }

  /** Why a part has failed; null where none has. */
  #together(numbers: readonly number[], parts: number, here: (part: number) => void): string | null {
    const board = this.#board;
    board.begin(numbers, parts);
    let elsewhere = parts;
    for (let part = board.take(); part !== null; part = board.take()) {
      elsewhere -= 1;
      try {
        here(part);
      } catch (error) {
        board.fail(error);
      }
    }
    this.#partsElsewhere += elsewhere;
    if (board.untilDone(elsewhere, this.#patienceMilliseconds)) return board.failure;
    this.#hasLost = true;
    this.close();
    throw new InvariantError('a thread took part in a layer and never answered');
  }
}
