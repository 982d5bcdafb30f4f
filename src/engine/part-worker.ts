import { Executor } from '../kernels/executor.js';
import { fastestKernels } from '../kernels/integer-kernels.js';
import { serveParts } from '../threads/serve-parts.js';
import type { IntegerTwin } from './run.js';

/** A thread that does parts of layers. */
serveParts(({ graph, part }: IntegerTwin) => {
  const { kernels, store } = fastestKernels(part);
  void new Executor(graph, kernels, store); // binds them
  return (numbers, index) => store!.doPart!(numbers, index);
});
