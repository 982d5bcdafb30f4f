import { workerData } from 'node:worker_threads';
import { takenRows, type Batch, type MateData, type Reply } from './batch.js';

/**
 * The life of a thread of a crew: it prepares what rows need, once, and then takes rows of every batch it is sent.
 *
 * @param prepare what it begins with → what makes an answer of a row; both go from thread to thread, so they are plain values
 */
export function serve(prepare: (setup: never) => (row: never) => unknown): void {
  const { setup, port, ready, index } = workerData as MateData<never>;
  const run = prepare(setup);
  port.on('message', (batch: Batch<never>) => {
    for (const row of takenRows(batch)) {
      port.postMessage(replyTo(batch.rows[row]!, row, run));
      Atomics.store(batch.replied, row, 1);
      Atomics.notify(batch.replied, row);
    }
  });
  Atomics.store(ready, index, 1);
  Atomics.notify(ready, index);
}

function replyTo(row: never, index: number, run: (row: never) => unknown): Reply<unknown> {
  try {
    return { index, answer: run(row) };
  } catch (error) {
    return { index, failure: error instanceof Error ? error.message : String(error) };
  }
}
