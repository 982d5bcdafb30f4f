import { BoundedMemory } from '../core/bounded-memory.js';
import { lazily } from '../core/lazily.js';
import { remembered } from '../core/remembered.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { ActionCounts } from '../hw/counts.js';
import { zeroCounts } from '../hw/energy/action-counts.js';
import type { LayerProgram } from '../hw/isa.js';
import type { Candidate, MappedProgram } from '../lower/candidate.js';
import { USUAL_GOAL, type Goal } from '../lower/goal.js';
import { lowerLayer, type LoweredLayer } from '../lower/lower-layer.js';
import { fits, reservedNeed } from '../lower/program/need.js';
import type { Step } from '../lower/program/step.js';
import { withTokens } from '../lower/program/tokens.js';
import { residencyOf, type Workload } from '../lower/workload/workload.js';
import { USUAL_EFFORT, USUAL_TOLERANCE } from '../lower/mapping-search.js';
import type { Layer } from './layer.js';
import { machinePart } from './machine-part.js';
import { timeMapping, type MappingTiming } from './mapping-timing.js';
import { runProgram, type Timeline } from './timeline.js';

/**
 * A layer on a machine: what it asks for, and what the program takes that does it. The program itself is built when it is first
 * asked for, as most uses of a plan have no need of it.
 */
export interface LayerPlan extends Omit<LoweredLayer, 'candidate'>, ProgramFigures {
  readonly workload: Workload;
  readonly program: LayerProgram;
  /** What each instruction of the program works on. */
  readonly steps: readonly Step[];
  /** When each runs. */
  readonly timeline: Timeline;
  /** The same plan for a workload that differs in what it says of tensors beside it. */
  readonly withWorkload: (workload: Workload) => LayerPlan;
}

/** What a program takes. */
export interface ProgramFigures extends MappingTiming {
  readonly counts: ActionCounts;
}

/** The plan of a layer that was lowered. It holds nothing of the space of mappings that it was chosen from. */
export function planOf(workload: Workload, lowered: LoweredLayer, accelerator: Accelerator): LayerPlan {
  const { candidate, needs, mapping, runnerUp, account } = lowered;
  const mapped = candidate?.program() ?? NO_PROGRAM;
  const steps = lazily(() => mapped.build());
  const program = lazily(() => withTokens(steps()));
  const timeline = lazily(() => runProgram(program(), accelerator));
  const { cycles, cycleBreakdown } = timingOf(candidate ?? NO_PROGRAM, accelerator);
  const counts = candidate?.estimate().counts() ?? zeroCounts();
  const planFor = (workload: Workload): LayerPlan => ({
    workload,
    needs,
    mapping,
    runnerUp,
    account,
    get steps() {
      return steps();
    },
    get program() {
      return program();
    },
    get timeline() {
      return timeline();
    },
    cycles,
    cycleBreakdown,
    counts,
    withWorkload: planFor,
  });
  return planFor(workload);
}

const NO_PROGRAM = { build: () => [], lists: () => null };

/** What mappings take, as long as they are remembered themselves: a mapping belongs to machines on which it takes the same. */
const TIMINGS = new WeakMap<MappedProgram, MappingTiming>();

function timingOf(mapping: MappedProgram, accelerator: Accelerator): MappingTiming {
  const known = TIMINGS.get(mapping);
  if (known !== undefined) return known;
  const timing = timeMapping(mapping, accelerator);
  TIMINGS.set(mapping, timing);
  return timing;
}

/** How mappings are chosen. */
export interface SearchSettings {
  /** What for. */
  readonly optimize: Goal;
  /** Mappings of a layer that are timed until the search stops, proven or not. */
  readonly effort: number;
  /** The share by which what was not timed may be better when it stops. */
  readonly tolerance: number;
}

/** The usual settings, but for what is said. */
export type PlanOptions = { readonly [S in keyof SearchSettings]?: SearchSettings[S] | undefined };

/** Plans of all machines and networks in this process, as many as the layers of some networks. */
const PLANS = new BoundedMemory<LayerPlan>(512);

/**
 * Plans the layers of a network on one machine. Layers with equal workloads share a plan, from one network, call and machine to
 * the next where it makes no difference. One beside whole tensors has the plan
 * that it would have with all the memory for itself, as far as that leaves room for them.
 */
export class LayerPlanner {
  readonly #accelerator: Accelerator;
  readonly #goal: Goal;
  readonly #effort: number;
  readonly #tolerance: number;
  readonly #machineParts = new Map<Workload['kind'], string>();

  constructor(
    accelerator: Accelerator,
    { optimize = USUAL_GOAL, effort = USUAL_EFFORT, tolerance = USUAL_TOLERANCE }: PlanOptions = {},
  ) {
    this.#accelerator = accelerator;
    this.#goal = optimize;
    this.#effort = effort;
    this.#tolerance = tolerance;
  }

  /** @throws UserError where the machine cannot run the layer. */
  plan({ name, op, workload }: Pick<Layer, 'name' | 'op' | 'workload'>): LayerPlan {
    return PLANS.remembered(
      this.#keyOf(workload),
      () => this.#besideTensors({ name, op, workload }) ?? this.#lower(workload, `layer '${name}' (${op})`),
    );
  }

  /** All that a plan follows from. */
  #keyOf(workload: Workload): string {
    const part = remembered(this.#machineParts, workload.kind, () =>
      machinePart(workload.kind, this.#accelerator, this.#goal),
    );
    return [JSON.stringify(workload), part, this.#goal, this.#effort, this.#tolerance].join('\n');
  }

  #besideTensors({ name, op, workload }: Pick<Layer, 'name' | 'op' | 'workload'>): LayerPlan | null {
    if (workload.kind === 'free' || workload.kind === 'host') return null;
    const residency = residencyOf(workload);
    if (residency.reservedBytes === 0) return null;
    const alone = { ...workload, residency: { ...residency, reservedBytes: 0 } };
    const plan = this.plan({ name, op, workload: alone });
    const needs = [...plan.needs, reservedNeed(residency.reservedBytes, this.#accelerator)];
    return fits(needs) ? plan.withWorkload(workload) : null;
  }

  #lower(workload: Workload, layer: string): LayerPlan {
    const accelerator = this.#accelerator;
    const measure = (mapping: Candidate): number => timingOf(mapping, accelerator).cycles;
    const options = { goal: this.#goal, effort: this.#effort, tolerance: this.#tolerance, measure };
    const lowered = lowerLayer(workload, accelerator, options, layer);
    return planOf(workload, lowered, accelerator);
  }
}
