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

/** Machines that a thread takes at a time at most. */
const MOST_AT_A_TIME = 32;

/**
 * Simulates a network on every machine, in so many threads or, for one, in this one. Threads take the next machines as they
 * are free, some at a time: neighbours have much in common that a thread works out once. What is left is given up where one
 * fails.
 */
export async function simulateAll(
  graph: IntGraph,
  machines: readonly Accelerator[],
  { threads, ...options }: PlanOptions & { readonly threads: number },
  onOutcome: OnOutcome,
): Promise<void> {
  const tasks = machines.map((accelerator, position): Task => ({ position, accelerator }));
  const workerCount = Math.min(threads, machines.length);
  if (workerCount <= 1) return simulateHere(graph, tasks, options, onOutcome);
  const workers = Array.from({ length: workerCount }, () => startWorker(ENTRY, { graph, options }));
  try {
    const runs = runsOf(tasks, workerCount);
    await Promise.all(workers.map((worker) => feed(worker, runs, onOutcome)));
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

/** The tasks in runs of neighbours, shorter ones to the end so that all threads end at about the same time. */
function* runsOf(tasks: readonly Task[], threads: number): Generator<readonly Task[]> {
  for (let start = 0; start < tasks.length;) {
    const share = Math.ceil((tasks.length - start) / (4 * threads));
    const end = start + Math.min(share, MOST_AT_A_TIME);
    yield tasks.slice(start, end);
    start = end;
  }
}

/** Hands a worker task after task; an error in the worker rejects. */
async function feed(worker: Worker, runs: Iterable<readonly Task[]>, onOutcome: OnOutcome): Promise<void> {
  for (const run of runs) {
    for (const task of run) {
      const answered = once(worker, 'message');
      worker.postMessage(task, []);
      const [{ position, outcome }] = (await answered) as [Answer];
      await onOutcome(position, outcome);
    }
  }
}
