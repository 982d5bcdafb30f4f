import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../core/errors.js';
import type { IntGraph } from '../../ir/graph.js';
import type { PlanOptions } from '../layer-plan.js';
import { simulatePoint } from './simulate-point.js';
import type { Answer, Task } from './worker-protocol.js';

/** A thread that has one network, and simulates it on every machine it is sent. */
assert(parentPort !== null, 'a worker runs in a thread of its own');
const port = parentPort;
const { graph, options } = workerData as { readonly graph: IntGraph; readonly options: PlanOptions };

port.on('message', ({ position, accelerator }: Task) => {
  const answer: Answer = { position, outcome: simulatePoint(graph, accelerator, options) };
  port.postMessage(answer, []);
});
