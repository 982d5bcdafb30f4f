import { Worker } from 'node:worker_threads';
import type { IntGraph } from '../../ir/graph.js';
import type { PlanOptions } from '../layer-plan.js';

const ENTRY = new URL('./worker.js', import.meta.url);

/** Of a worker from source: registers the loader that reads TypeScript, as its parent has one. */
const FROM_SOURCE = `
const { workerData } = require('node:worker_threads');
import(workerData.loader).then(({ register }) => { register(); return import(workerData.entry); });
`;

/** Starts a thread that has the network: from `dist` the compiled module, from `src` (tests, scripts) the source. */
export function startWorker(graph: IntGraph, options: PlanOptions): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(ENTRY, { workerData: { graph, options }, execArgv: [] });
  const entry = ENTRY.href.replace(/\.js$/, '.ts');
  const loader = import.meta.resolve('tsx/esm/api');
  return new Worker(FROM_SOURCE, { eval: true, workerData: { graph, options, loader, entry }, execArgv: [] });
}
