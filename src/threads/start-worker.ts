import { Worker, type TransferListItem } from 'node:worker_threads';

/** Of a worker from source: registers the loader that reads TypeScript, as its parent has one. */
const FROM_SOURCE = `
const { workerData } = require('node:worker_threads');
import(workerData.loader).then(({ register }) => { register(); return import(workerData.entry); });
`;

/**
 * Starts a thread: from `dist` the compiled module, from `src` (tests, scripts) the source.
 *
 * @param entry its module, as a URL relative to that of the one that asks; an input of the bundle as well (`rolldown.config.ts`)
 * @param data what it finds in `workerData`
 */
export function startWorker(
  entry: URL,
  data: Readonly<Record<string, unknown>>,
  transferList: TransferListItem[] = [],
): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(entry, { workerData: data, transferList, execArgv: [] });
  }
  const source = { entry: entry.href.replace(/\.js$/, '.ts'), loader: import.meta.resolve('tsx/esm/api') };
  return new Worker(FROM_SOURCE, {
    eval: true,
    workerData: { ...data, ...source },
    transferList,
    execArgv: [],
  });
}
