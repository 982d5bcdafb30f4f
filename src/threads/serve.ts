import { receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { takenRows, type Batch, type MateData, type Reply } from './batch.js';

/** How long a thread looks for another batch before it sleeps: waking it takes as long. */
const LOOKING_MILLISECONDS = 0.1;

/**
 * The life of a thread of a crew: it prepares what rows need, once, and then takes rows of every batch it is sent.
 *
 * @param prepare what it begins with → what makes an answer of a row; both go from thread to thread, so they are plain values
 */
export function serve(prepare: (setup: never) => (row: never) => unknown): void {
  const { setup, port, ready, index } = workerData as MateData<never>;
  const run = prepare(setup);
  port.on('message', (first: Batch<never>) => {
    for (let batch: Batch<never> | null = first; batch !== null; batch = nextOf(port)) {
      for (const row of takenRows(batch)) {
        port.postMessage(replyTo(batch.rows[row]!, row, run));
        Atomics.store(batch.replied, row, 1);
        Atomics.notify(batch.replied, row);
      }
    }
  });
  Atomics.store(ready, index, 1);
  Atomics.notify(ready, index);
}

/** The next batch, if it comes at once. */
function nextOf(port: MessagePort): Batch<never> | null {
  const end = performance.now() + LOOKING_MILLISECONDS;
  do {
    const received = receiveMessageOnPort(port);
    if (received !== undefined) return (received as { readonly message: Batch<never> }).message;
  } while (performance.now() < end);
  return null;
}

function replyTo(row: never, index: number, run: (row: never) => unknown): Reply<unknown> {
  try {
    return { index, answer: run(row) };
  } catch (error) {
    return { index, failure: error instanceof Error ? error.message : String(error) };
  }
}
