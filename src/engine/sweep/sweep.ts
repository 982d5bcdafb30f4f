import type { Accelerator } from '../../hw/accelerator.js';
import { threadsOf, type ThreadCount } from '../../threads/thread-count.js';
import { AcceleratorBase } from '../../hw/varied-accelerator.js';
import type { IntGraph } from '../../ir/graph.js';
import { USUAL_GOAL } from '../../lower/goal.js';
import type { PlanOptions } from '../layer-plan.js';
import { kinship } from '../machine-part.js';
import { gridSize, parseAxes } from './axes.js';
import { Constraint } from './constraint.js';
import { costsOf, DEFAULT_OBJECTIVES, type Objective } from './objectives.js';
import { paretoFront } from './pareto.js';
import { planSweep, type PlannedPoint } from './plan.js';
import type { Outcome, SweepPoint, SweepResult } from './result.js';
import { simulateAll } from './simulate-all.js';

export interface SweepOptions extends PlanOptions {
  /** The machine that is varied: a preset or the path of a file. */
  readonly hw: string;
  /** Fields and their values: `array.rows=8,16,32`, `weightBuffer.capacity=32KiB..1MiB*2`, `array.columns=8..32+8`. */
  readonly vary: readonly string[];
  /** Which points are wanted, such as `array.rows * array.columns <= 1024 and cycles < 1e6`. */
  readonly where?: string | undefined;
  /** Of the Pareto front. */
  readonly objectives?: readonly Objective[];
  /** As many as there are processors unless said. The result does not depend on it. */
  readonly threads?: ThreadCount | undefined;
  /** What is known of a machine from earlier. */
  readonly known?: (accelerator: Accelerator) => Outcome | undefined;
  /** Called for each point that was simulated, in the order in which they end. */
  readonly onOutcome?: (accelerator: Accelerator, outcome: Outcome) => Promise<void>;
  /** Called as points end: how many of those to be simulated. */
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Simulates a network on a grid of machines: cycles and energy of every combination of the values, and which of them no other
 * beats. A machine that cannot be, or cannot run the network, is a point with its reason.
 *
 * @throws UserError where an option is wrong or the schema of machines refuses a value
 */
export async function sweep(graph: IntGraph, options: SweepOptions): Promise<SweepResult> {
  const { hw, where = null, objectives = DEFAULT_OBJECTIVES } = options;
  const base = await AcceleratorBase.load(hw);
  const axes = parseAxes(options.vary);
  const constraint = await Constraint.parse(where);
  const planned = await planSweep(base, axes, constraint);
  const outcomes = await outcomesOf(graph, planned, options);
  const kept = planned
    .map((point, position) => ({ point, outcome: outcomes[position]! }))
    .filter(
      ({ point: { config, machine }, outcome }) =>
        'reason' in outcome || constraint.accepts(config, machine, outcome.figures),
    );
  return {
    model: graph.name,
    hw,
    axes: axes.map(({ path, values }) => ({ path, values: values.map(({ text }) => text) })),
    where,
    optimize: options.optimize ?? USUAL_GOAL,
    objectives,
    gridPoints: gridSize(axes),
    skippedPoints: gridSize(axes) - planned.length,
    droppedPoints: planned.length - kept.length,
    points: withFront(kept, objectives),
  };
}

interface EndedPoint {
  readonly point: PlannedPoint;
  readonly outcome: Outcome;
}

/** In the order of the points. */
async function outcomesOf(
  graph: IntGraph,
  planned: readonly PlannedPoint[],
  { known, onOutcome, onProgress, optimize, effort, tolerance, threads = 'auto' }: SweepOptions,
): Promise<readonly Outcome[]> {
  const outcomes = planned.map(({ accelerator, problem }) =>
    accelerator === null ? { reason: problem! } : known?.(accelerator),
  );
  const open = [...outcomes.keys()]
    .filter((position) => outcomes[position] === undefined)
    .map((position) => ({ position, kin: kinship(planned[position]!.accelerator!) }))
    .sort((a, b) => (a.kin < b.kin ? -1 : Number(a.kin > b.kin)))
    .map(({ position }) => position);
  const machines = open.map((position) => planned[position]!.accelerator!);
  let done = 0;
  onProgress?.(done, open.length);
  await simulateAll(
    graph,
    machines,
    { threads: threadsOf(threads), optimize, effort, tolerance },
    async (task, outcome) => {
      outcomes[open[task]!] = outcome;
      await onOutcome?.(machines[task]!, outcome);
      done += 1;
      onProgress?.(done, open.length);
    },
  );
  return outcomes as readonly Outcome[];
}

function withFront(ended: readonly EndedPoint[], objectives: readonly Objective[]): SweepPoint[] {
  const rows = ended.flatMap(({ point, outcome }, position) =>
    'reason' in outcome
      ? []
      : [{ position, costs: costsOf(objectives, { ...outcome.figures, ...point.machine }) }],
  );
  const front = paretoFront(rows.map(({ costs }) => costs));
  const onFront = new Set([...front].map((row) => rows[row]!.position));
  return ended.map(({ point: { index, values, machine }, outcome }, position) => ({
    index,
    values,
    ...machine,
    figures: 'reason' in outcome ? null : outcome.figures,
    reason: 'reason' in outcome ? outcome.reason : null,
    paretoFront: onFront.has(position),
  }));
}
