import type { Accelerator } from '../hw/accelerator.js';
import type { IntGraph } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import { lowerLayer, type LoweredLayer } from '../lower/lower-layer.js';
import { checkMachineLimits } from '../lower/machine-limits.js';
import { workloadOf } from '../lower/workload/workload-of.js';
import type { Workload } from '../lower/workload/workload.js';
import { runProgram, type Timeline } from './timeline.js';

/** A layer on a machine: what it asks for, the program that does it, and when each instruction runs. */
export interface LayerPlan extends LoweredLayer {
  readonly workload: Workload;
  readonly timeline: Timeline;
}

/** Plans the layers of a network on one machine. Layers with equal workloads share a plan. */
export class LayerPlanner {
  readonly #graph: IntGraph;
  readonly #accelerator: Accelerator;
  readonly #plans = new Map<string, LayerPlan>();

  constructor(graph: IntGraph, accelerator: Accelerator) {
    this.#graph = graph;
    this.#accelerator = accelerator;
  }

  /** @throws UserError where the machine cannot run the layer. */
  plan(node: IntNode): LayerPlan {
    checkMachineLimits(node, this.#graph, this.#accelerator);
    const workload = workloadOf(node, this.#graph);
    const key = JSON.stringify(workload);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = this.#lower(workload, `layer '${node.name}' (${node.op})`);
    this.#plans.set(key, plan);
    return plan;
  }

  #lower(workload: Workload, layer: string): LayerPlan {
    const accelerator = this.#accelerator;
    const lowered = lowerLayer(
      workload,
      accelerator,
      (program) => runProgram(program, accelerator).makespan,
      layer,
    );
    return { ...lowered, workload, timeline: runProgram(lowered.program, accelerator) };
  }
}
