import { namingFile } from '../core/errors.js';
import type { SimulationResult } from '../engine/result.js';
import { simulate } from '../engine/simulate.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { IntGraph } from '../ir/graph.js';

/** `simulate` under the names that the user gave: in the result, and in the message where the machine cannot run the model. */
export function simulateOn(
  graph: IntGraph,
  accelerator: Accelerator,
  names: { readonly model: string; readonly hw: string },
): SimulationResult {
  const result = namingFile(`${names.model} on ${names.hw}`, () => simulate(graph, accelerator));
  return { ...result, model: names.model };
}
