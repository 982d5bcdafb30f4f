import type { SimulationResult } from '../engine/result.js';
import { energyCosts, type EnergyCost } from '../hw/energy/energy-costs.js';

/** One line of the energy bill. */
export interface CostLine extends EnergyCost {
  readonly count: number;
  /** count · cost, before the rounding to the energy grid. */
  readonly energyPicojoules: number;
  /** Position of `source` among the distinct sources, from 1. */
  readonly sourceNumber: number;
}

/** The bill of a network: every count, its cost, their product, and where the cost comes from. */
export interface CostBill {
  readonly lines: readonly CostLine[];
  readonly sources: readonly string[];
}

export function costBill({ accelerator, totals }: SimulationResult): CostBill {
  const costs = energyCosts(accelerator);
  const counts = { ...totals.counts, cycles: totals.cycles };
  const sources = [...new Set(costs.map(({ source }) => source))];
  const lines = costs.map((cost) => ({
    ...cost,
    count: counts[cost.action],
    energyPicojoules: counts[cost.action] * cost.costPicojoules,
    sourceNumber: sources.indexOf(cost.source) + 1,
  }));
  return { lines, sources };
}
