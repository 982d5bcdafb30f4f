import type { MessagePort } from 'node:worker_threads';

/** Rows that the threads of a crew take one by one. All of it is shared or copied with a message. */
export interface Batch<Row> {
  readonly rows: readonly Row[];
  /** How many rows have been taken, in element 0. */
  readonly taken: Int32Array<SharedArrayBuffer>;
  /** For every row 1 once its reply has been sent. */
  readonly replied: Int32Array<SharedArrayBuffer>;
}

/** What a thread makes of a row: an answer, or why there is none. */
export type Reply<Answer> =
  | { readonly index: number; readonly answer: Answer }
  | { readonly index: number; readonly failure: string };

/** What a thread of a crew begins with. */
export interface MateData<Setup> {
  readonly setup: Setup;
  readonly port: MessagePort;
  /** For every thread of the crew 1 once it is ready; its own element is `index`. */
  readonly ready: Int32Array<SharedArrayBuffer>;
  readonly index: number;
}

export function batchOf<Row>(rows: readonly Row[]): Batch<Row> {
  return { rows, taken: sharedInt32(1), replied: sharedInt32(rows.length) };
}

export function sharedInt32(length: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}

/** The next rows that nobody has taken, by their numbers, each as it is taken. */
export function* takenRows({ rows, taken }: Batch<unknown>): Generator<number> {
  for (;;) {
    const index = Atomics.add(taken, 0, 1);
    if (index >= rows.length) return;
    yield index;
  }
}
