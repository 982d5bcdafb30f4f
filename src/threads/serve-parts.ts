import { workerData } from 'node:worker_threads';
import { Board } from './board.js';

/** What a thread of a team begins with. */
export interface TeammateData<Setup> {
  readonly setup: Setup;
  readonly ints: Int32Array<SharedArrayBuffer>;
}

/**
 * The life of a thread of a team: it prepares once and then takes parts until it is ended.
 *
 * @param prepare what it begins with → what does a part of the piece that the numbers say
 */
export function serveParts(
  prepare: (setup: never) => (numbers: readonly number[], part: number) => void,
): never {
  const { setup, ints } = workerData as TeammateData<never>;
  const board = new Board(ints);
  const doPart = prepare(setup);
  board.join();
  for (;;) {
    const part = board.take();
    if (part === null) {
      board.untilBegun();
      continue;
    }
    try {
      doPart(board.numbers(), part);
    } catch (error) {
      board.fail(error);
    }
    board.done();
  }
}
