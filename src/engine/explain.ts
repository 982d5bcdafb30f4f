import type { Accelerator } from '../hw/accelerator.js';
import type { CycleBreakdown, EnergyBreakdown } from '../hw/counts.js';
import { energyOf, totalEnergy } from '../hw/energy/energy-of.js';
import type { Candidate } from '../lower/candidate.js';
import { valueOf, type Goal } from '../lower/goal.js';
import type { SearchAccount } from '../lower/mapping-search.js';
import type { Step } from '../lower/program/step.js';
import { operandBytes, type OperandBytes } from '../lower/workload/operand-bytes.js';
import type { Layer, Network } from './layer.js';
import type { LayerPlan, SearchSettings } from './layer-plan.js';
import { timeMapping } from './mapping-timing.js';
import { planNetwork } from './network-plan.js';

/** A mapping, and what its program takes. */
export interface ExplainedMapping {
  readonly text: string;
  readonly cycles: number;
  readonly cycleBreakdown: CycleBreakdown;
  readonly energyPicojoules: number;
  readonly energyBreakdown: EnergyBreakdown;
  /** In both directions, whole bursts. */
  readonly dramBytes: number;
  /** What was optimized: cycles, picojoules, or picojoules times cycles. */
  readonly value: number;
  /** How often each operand is loaded: bytes loaded over bytes of the operand; null where the layer has none. */
  readonly timesLoaded: { readonly [O in keyof OperandBytes]: number | null };
}

/** How a layer got its mapping. */
export interface LayerExplanation {
  readonly index: number;
  readonly name: string;
  readonly op: string;
  readonly choice: ExplainedMapping;
  /** The next best of those that were measured; null where there was no other. */
  readonly runnerUp: ExplainedMapping | null;
  /** Mappings of the space; those that were built and timed; those that a bound rules out. */
  readonly mappings: number;
  readonly measured: number;
  readonly ruledOut: number;
  /** Null where the choice is proven: none is better by more than the tolerance. */
  readonly open: SearchAccount['open'];
  /** The lowest value that was measured, and what no mapping of the space can be below; in the unit of `value`. */
  readonly lowestValue: number;
  readonly lowerBound: number;
}

/** How the layers of a network got their mappings on a machine. */
export interface Explanation {
  readonly model: string;
  readonly machine: string;
  readonly optimize: Goal;
  readonly effort: number;
  readonly tolerance: number;
  readonly layers: readonly LayerExplanation[];
}

/** Explains the layers that are mapped at all, or those of a name. @throws UserError where the machine cannot run a layer */
export function explain(
  network: Network,
  accelerator: Accelerator,
  { layer: only, ...settings }: SearchSettings & { readonly layer?: string | undefined },
): Explanation {
  const { layers: plans } = planNetwork(network, accelerator, settings);
  const { optimize, effort, tolerance } = settings;
  const layers = network.layers.flatMap((layer, index) => {
    if (only !== undefined && layer.name !== only) return [];
    const plan = plans[index]!;
    return plan.account === null
      ? []
      : [explainLayer({ layer, index }, plan, plan.account(), accelerator, optimize)];
  });
  return { model: network.name, machine: accelerator.name, optimize, effort, tolerance, layers };
}

function explainLayer(
  { layer: { name, op }, index }: { readonly layer: Layer; readonly index: number },
  { workload }: LayerPlan,
  { best, runnerUp, lowestValue, mappings, measured, open, lowerBound }: SearchAccount,
  accelerator: Accelerator,
  goal: Goal,
): LayerExplanation {
  const sizes = operandBytes(workload, accelerator);
  const explained = ({ candidate }: { readonly candidate: Candidate }): ExplainedMapping =>
    explainMapping(candidate, sizes, accelerator, goal);
  const choice = explained(best);
  return {
    index,
    name,
    op,
    choice,
    runnerUp: runnerUp === null ? null : explained(runnerUp),
    mappings,
    measured,
    ruledOut: mappings - measured - (open?.count ?? 0),
    open,
    lowestValue,
    lowerBound,
  };
}

function explainMapping(
  candidate: Candidate,
  sizes: OperandBytes,
  accelerator: Accelerator,
  goal: Goal,
): ExplainedMapping {
  const steps = candidate.build();
  const { counts, dramBytes } = candidate.estimate();
  const { cycles, cycleBreakdown } = timeMapping(candidate, accelerator);
  const energyBreakdown = energyOf(counts(), cycles, accelerator);
  const energyPicojoules = totalEnergy(energyBreakdown);
  return {
    text: candidate.text(),
    cycles,
    cycleBreakdown,
    energyPicojoules,
    energyBreakdown,
    dramBytes,
    value: valueOf(goal, { cycles, energyPicojoules }),
    timesLoaded: {
      activations: timesLoaded(steps, 'loadActivations', sizes.activations),
      weights: timesLoaded(steps, 'loadWeights', sizes.weights),
      biases: timesLoaded(steps, 'loadBias', sizes.biases),
    },
  };
}

function timesLoaded(steps: readonly Step[], kind: Step['work']['kind'], bytes: number): number | null {
  if (bytes === 0) return null;
  const loaded = steps.reduce(
    (sum, { work }) => (work.kind === kind && work.unit === 'load' ? sum + work.bytes : sum),
    0,
  );
  return loaded / bytes;
}
