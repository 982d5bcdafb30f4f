import { didYouMean } from '../../core/did-you-mean.js';
import { UserError } from '../../core/errors.js';
import type { MachineFigures, PointFigures } from './result.js';

type Figure = keyof PointFigures | keyof MachineFigures;

/** What a Pareto front is drawn by. */
export const OBJECTIVES = {
  latency: 'latencyMilliseconds',
  energy: 'energyPicojoules',
  edp: 'energyDelayJouleSeconds',
  cycles: 'cycles',
  utilization: 'utilization',
  dram: 'dramBytes',
  macs: 'macUnits',
  sram: 'sramBytes',
} as const satisfies Record<string, Figure>;

export type Objective = keyof typeof OBJECTIVES;

export const DEFAULT_OBJECTIVES: readonly Objective[] = ['latency', 'energy'];

/** Figures that are better when larger. */
const MAXIMIZED: ReadonlySet<Objective> = new Set(['utilization']);

/** `latency,energy` as objectives. */
export function parseObjectives(text: string): readonly Objective[] {
  const names = text.split(',').map((name) => name.trim());
  const known = Object.keys(OBJECTIVES);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    const meant = didYouMean(stranger, known);
    throw new UserError({
      place: '--pareto',
      found: `'${stranger}'`,
      expected: `two or more of ${known.join(', ')}`,
      ...(meant === null ? {} : { suggestion: `did you mean '${meant}'?` }),
    });
  }
  if (new Set(names).size === names.length && names.length >= 2) return names as Objective[];
  throw new UserError({ place: '--pareto', found: `'${text}'`, expected: 'two or more different figures' });
}

/** A figure, for reports. */
export function objectiveValue(objective: Objective, figures: PointFigures & MachineFigures): number {
  return figures[OBJECTIVES[objective]];
}

/** Costs in the order of the objectives: smaller is better. */
export function costsOf(objectives: readonly Objective[], figures: PointFigures & MachineFigures): number[] {
  return objectives.map((objective) => {
    const value = objectiveValue(objective, figures);
    return MAXIMIZED.has(objective) ? -value : value;
  });
}
