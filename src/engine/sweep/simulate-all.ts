import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Accelerator } from '../../hw/accelerator.js';
import type { IntGraph } from '../../ir/graph.js';
import type { PlanOptions } from '../layer-plan.js';
import type { Outcome } from './result.js';
import { startWorker } from '../../threads/start-worker.js';
import { simulatePoint } from './simulate-point.js';
import type { Answer, Task } from './worker-protocol.js';

const ENTRY = new URL('./worker.js', import.meta.url);

/** Called as simulations end, in whatever order; waited for before the next of the same thread starts. */
export type OnOutcome = (position: number, outcome: Outcome) => Promise<void>;

/**
 * Simulates a network on every machine, in so many threads or, for one, in this one. Threads take the next machine as they
 * are free. What is left is given up where one fails.
 */
export async function simulateAll(
  graph: IntGraph,
  machines: readonly Accelerator[],
  { threads, ...options }: PlanOptions & { readonly threads: number },
  onOutcome: OnOutcome,
): Promise<void> {
  const tasks = machines.map((accelerator, position): Task => ({ position, accelerator })).values();
  const workerCount = Math.min(threads, machines.length);
  if (workerCount <= 1) return simulateHere(graph, tasks, options, onOutcome);
  const workers = Array.from({ length: workerCount }, () => startWorker(ENTRY, { graph, options }));
  try {
    await Promise.all(workers.map((worker) => feed(worker, tasks, onOutcome)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function simulateHere(
  graph: IntGraph,
  tasks: Iterable<Task>,
  options: PlanOptions,
  onOutcome: OnOutcome,
): Promise<void> {
  for (const { position, accelerator } of tasks) {
    await onOutcome(position, simulatePoint(graph, accelerator, options));
    await setImmediate(); // a signal or an input may be waiting
  }
}

/** Hands a worker task after task; an error in the worker rejects. */
async function feed(worker: Worker, tasks: Iterable<Task>, onOutcome: OnOutcome): Promise<void> {
  for (const task of tasks) {
    const answered = once(worker, 'message');
    worker.postMessage(task, []);
    const [{ position, outcome }] = (await answered) as [Answer];
    await onOutcome(position, outcome);
  }
}
