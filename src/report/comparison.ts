import type { Bound, LayerResult, SimulationResult } from '../engine/result.js';
import { CYCLE_NAMES, type CycleName } from '../hw/counts.js';

/** A model on a machine: what came of it, or why the machine cannot run it. */
export type Outcome = Pick<SimulationResult, 'model' | 'accelerator'> &
  (
    | { readonly result: SimulationResult; readonly refusal: null }
    | { readonly result: null; readonly refusal: string }
  );

/** How often a model answers right. Not a matter of the machine: all compute the same codes. */
export interface ModelAccuracy {
  readonly rows: number;
  readonly top1Correct: number;
}

/** Models on machines: every model on the same machines in the same order, the first the base of ratios. */
export interface Comparison {
  readonly outcomes: readonly Outcome[];
  /** By model; empty where there was no data. */
  readonly accuracies: ReadonlyMap<string, ModelAccuracy>;
}

/** One model on several machines. Figures of a layer are in the order of `outcomes`; the first is the base of ratios. */
export interface ModelComparison {
  readonly model: string;
  readonly outcomes: readonly Outcome[];
  /** Those of `outcomes` that ran. */
  readonly results: readonly SimulationResult[];
  /** null where there was no data. */
  readonly accuracy: ModelAccuracy | null;
  readonly layers: readonly LayerComparison[];
}

export interface LayerComparison {
  readonly index: number;
  readonly name: string;
  readonly op: string;
  /** null where a machine leaves the layer to the host, does not have it or cannot run the model. */
  readonly cycles: readonly (number | null)[];
  readonly energyPicojoules: readonly (number | null)[];
  readonly bounds: readonly (Bound | null)[];
  /** cycles / clock: what machines of different clocks are compared by. */
  readonly seconds: readonly (number | null)[];
  /** Positions of the machines that need the least time; empty for a layer without work. */
  readonly fastest: readonly number[];
  readonly lead: Lead | null;
}

/** By how much the fastest machine is ahead of the next, and where it saves most. */
export interface Lead {
  readonly secondsSaved: number;
  /** The name of cycles on which the fastest spends less time than the next, by the largest difference. */
  readonly savedMostOn: CycleName;
  readonly secondsSavedThere: number;
}

/** Groups outcomes by model, in the order in which models and machines were given. */
export function compareByModel({ outcomes, accuracies }: Comparison): readonly ModelComparison[] {
  const models = [...new Set(outcomes.map(({ model }) => model))];
  return models.map((model) => {
    const group = outcomes.filter((outcome) => outcome.model === model);
    const results = group.map(({ result }) => result).filter((result) => result !== null);
    const accuracy = accuracies.get(model) ?? null;
    return { model, outcomes: group, results, accuracy, layers: compareLayers(group) };
  });
}

/** How many layers a machine is fastest on, alone. */
export function layersWon({ layers }: ModelComparison, machine: number): number {
  return layers.filter(({ fastest }) => fastest.length === 1 && fastest[0] === machine).length;
}

/** A layer as one machine runs it. */
interface Run {
  readonly machine: number;
  readonly layer: LayerResult;
  readonly clockHertz: number;
  readonly seconds: number;
}

/** The layers of the first machine that runs the model; those of the others are found by name. */
function compareLayers(outcomes: readonly Outcome[]): LayerComparison[] {
  const layersOf = outcomes.map(({ result }) => result?.layers ?? []);
  const byName = layersOf.map((layers) => new Map(layers.map((layer) => [layer.name, layer])));
  const first = layersOf.find((layers) => layers.length > 0) ?? [];
  return first.map(({ index, name, op }) => {
    const runs = outcomes.map(({ accelerator: { clockHertz } }, machine): Run | null => {
      const layer = byName[machine]!.get(name);
      if (layer === undefined || layer.placement === 'host') return null;
      return { machine, layer, clockHertz, seconds: layer.cycles / clockHertz };
    });
    return {
      index,
      name,
      op,
      cycles: runs.map((run) => run?.layer.cycles ?? null),
      seconds: runs.map((run) => run?.seconds ?? null),
      energyPicojoules: runs.map((run) => run?.layer.energyPicojoules ?? null),
      bounds: runs.map((run) => run?.layer.bound ?? null),
      ...winners(runs.filter((run) => run !== null)),
    };
  });
}

function winners(runs: readonly Run[]): Pick<LayerComparison, 'fastest' | 'lead'> {
  const [first, second] = [...runs].sort((a, b) => a.seconds - b.seconds);
  if (first === undefined || runs.every(({ seconds }) => seconds === 0)) return { fastest: [], lead: null };
  const fastest = runs.filter(({ seconds }) => seconds === first.seconds).map(({ machine }) => machine);
  const alone = second !== undefined && fastest.length === 1;
  return { fastest, lead: alone ? leadOf(first, second) : null };
}

function leadOf(first: Run, second: Run): Lead {
  const spent = ({ layer, clockHertz }: Run, name: CycleName): number =>
    layer.cycleBreakdown[name] / clockHertz;
  const saved = (name: CycleName): number => spent(second, name) - spent(first, name);
  const savedMostOn = CYCLE_NAMES.reduce((best, name) => (saved(name) > saved(best) ? name : best));
  return {
    secondsSaved: second.seconds - first.seconds,
    savedMostOn,
    secondsSavedThere: saved(savedMostOn),
  };
}
