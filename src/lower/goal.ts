import { assertNever } from '../core/errors.js';

/** What mappings are chosen for. */
export const GOALS = ['latency', 'energy', 'edp'] as const;
export type Goal = (typeof GOALS)[number];
export const USUAL_GOAL: Goal = 'latency';

/** Figures of the program of a mapping, or figures that it cannot fall below. */
export interface Figures {
  readonly cycles: number;
  readonly energyPicojoules: number;
  /** In both directions, whole bursts. */
  readonly dramBytes: number;
}

/** Latencies this close to the lowest count as equal to it: then less DRAM traffic is better. */
export const LATENCY_TOLERANCE = 0.01;

/** What a goal makes small: cycles, picojoules, or picojoules times cycles. Never falls where cycles or energy rise. */
export function valueOf(goal: Goal, figures: Pick<Figures, 'cycles' | 'energyPicojoules'>): number {
  switch (goal) {
    case 'latency':
      return figures.cycles;
    case 'energy':
      return figures.energyPicojoules;
    case 'edp':
      return figures.energyPicojoules * figures.cycles;
    default:
      return assertNever(goal);
  }
}

/** Whether so many cycles count as equal to the lowest latency. */
export function countsAsFastest(cycles: number, lowest: number): boolean {
  return cycles <= lowest * (1 + LATENCY_TOLERANCE);
}

/**
 * The order of mappings, best first. Least energy, or energy times delay. For latency: those that count as fastest by their DRAM
 * traffic, then all others. Equals by their cycles.
 */
export function inOrderOf<T extends Figures>(goal: Goal, mappings: readonly T[]): T[] {
  const lowest = mappings.reduce((least, { cycles }) => Math.min(least, cycles), Infinity);
  const rank = (mapping: T): number => {
    if (goal !== 'latency') return valueOf(goal, mapping);
    return countsAsFastest(mapping.cycles, lowest) ? mapping.dramBytes : Infinity;
  };
  return mappings.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)) || a.cycles - b.cycles);
}
