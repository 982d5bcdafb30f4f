import type { Accelerator } from '../hw/accelerator.js';
import type { LayerProgram } from '../hw/isa.js';
import { USUAL_GOAL, type Goal } from '../lower/goal.js';
import { lowerLayer, type LoweredLayer } from '../lower/lower-layer.js';
import { fits, reservedNeed } from '../lower/program/need.js';
import { residencyOf, type Workload } from '../lower/workload/workload.js';
import { USUAL_EFFORT } from '../lower/mapping-search.js';
import type { Layer } from './layer.js';
import { runProgram, type Timeline } from './timeline.js';

/** A layer on a machine: what it asks for, the program that does it, and when each instruction runs. */
export interface LayerPlan extends LoweredLayer {
  readonly workload: Workload;
  readonly timeline: Timeline;
}

/** How mappings are chosen. */
export interface SearchSettings {
  /** What for. */
  readonly optimize: Goal;
  /** Instructions of the programs that are built and timed for a layer until the search stops, proven or not. */
  readonly effort: number;
}

/** The usual settings, but for what is said. */
export type PlanOptions = { readonly [S in keyof SearchSettings]?: SearchSettings[S] | undefined };

/**
 * Plans the layers of a network on one machine. Layers with equal workloads share a plan. One beside whole tensors has the plan
 * that it would have with all the memory for itself, as far as that leaves room for them.
 */
export class LayerPlanner {
  readonly #accelerator: Accelerator;
  readonly #goal: Goal;
  readonly #effort: number;
  readonly #plans = new Map<string, LayerPlan>();

  constructor(accelerator: Accelerator, { optimize = USUAL_GOAL, effort = USUAL_EFFORT }: PlanOptions = {}) {
    this.#accelerator = accelerator;
    this.#goal = optimize;
    this.#effort = effort;
  }

  /** @throws UserError where the machine cannot run the layer. */
  plan({ name, op, workload }: Pick<Layer, 'name' | 'op' | 'workload'>): LayerPlan {
    const key = JSON.stringify(workload);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan =
      this.#besideTensors({ name, op, workload }) ?? this.#lower(workload, `layer '${name}' (${op})`);
    this.#plans.set(key, plan);
    return plan;
  }

  #besideTensors({ name, op, workload }: Pick<Layer, 'name' | 'op' | 'workload'>): LayerPlan | null {
    if (workload.kind === 'free' || workload.kind === 'host') return null;
    const residency = residencyOf(workload);
    if (residency.reservedBytes === 0) return null;
    const alone = { ...workload, residency: { ...residency, reservedBytes: 0 } };
    const plan = this.plan({ name, op, workload: alone });
    const needs = [...plan.needs, reservedNeed(residency.reservedBytes, this.#accelerator)];
    return fits(needs) ? { ...plan, workload } : null;
  }

  #lower(workload: Workload, layer: string): LayerPlan {
    const accelerator = this.#accelerator;
    const measure = (program: LayerProgram): number => runProgram(program, accelerator).makespan;
    const options = { goal: this.#goal, effort: this.#effort, measure };
    const lowered = lowerLayer(workload, accelerator, options, layer);
    return { ...lowered, workload, timeline: runProgram(lowered.program, accelerator) };
  }
}
