import type { Accelerator } from '../hw/accelerator.js';
import { lowerLayer, type LoweredLayer } from '../lower/lower-layer.js';
import type { Workload } from '../lower/workload/workload.js';
import { USUAL_EFFORT } from '../lower/mapping-search.js';
import type { Layer } from './layer.js';
import { runProgram, type Timeline } from './timeline.js';

/** A layer on a machine: what it asks for, the program that does it, and when each instruction runs. */
export interface LayerPlan extends LoweredLayer {
  readonly workload: Workload;
  readonly timeline: Timeline;
}

/** Plans the layers of a network on one machine. Layers with equal workloads share a plan. */
export class LayerPlanner {
  readonly #accelerator: Accelerator;
  readonly #plans = new Map<string, LayerPlan>();

  constructor(accelerator: Accelerator) {
    this.#accelerator = accelerator;
  }

  /** @throws UserError where the machine cannot run the layer. */
  plan({ name, op, workload }: Layer): LayerPlan {
    const key = JSON.stringify(workload);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = this.#lower(workload, `layer '${name}' (${op})`);
    this.#plans.set(key, plan);
    return plan;
  }

  #lower(workload: Workload, layer: string): LayerPlan {
    const accelerator = this.#accelerator;
    const lowered = lowerLayer(
      workload,
      accelerator,
      {
        goal: 'latency',
        effort: USUAL_EFFORT,
        measure: (program) => runProgram(program, accelerator).makespan,
      },
      layer,
    );
    return { ...lowered, workload, timeline: runProgram(lowered.program, accelerator) };
  }
}
