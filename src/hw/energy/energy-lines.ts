import type { Accelerator } from '../accelerator.js';
import type { ActionCounts, EnergyComponent } from '../counts.js';
import { type EnergyCost, energyCosts } from './energy-costs.js';
import { energyOf, onEnergyGrid } from './energy-of.js';

/** One line of an energy report. */
export interface EnergyLine extends EnergyCost {
  readonly count: number;
  /** count · cost, on the grid of `energyOf`. */
  readonly energyPicojoules: number;
}

/**
 * The energy of a layer line by line, in the order of `energyCosts`. The lines of a component add up to what `energyOf`
 * gives for it, exactly: each is its product to the nearest step of the grid, and the last of a component takes what the
 * rounding left over, which is at most a step more or less.
 */
export function energyLines(
  counts: ActionCounts,
  cycles: number,
  accelerator: Accelerator,
): readonly EnergyLine[] {
  const done = { ...counts, cycles };
  const costs = energyCosts(accelerator);
  const left: Record<EnergyComponent, number> = { ...energyOf(counts, cycles, accelerator) };
  return costs.map((cost, index) => {
    const count = done[cost.action];
    const isLast = costs.slice(index + 1).every(({ component }) => component !== cost.component);
    const energyPicojoules = isLast ? left[cost.component] : onEnergyGrid(count * cost.costPicojoules);
    left[cost.component] -= energyPicojoules;
    return { ...cost, count, energyPicojoules };
  });
}

/** Line by line, exactly: the report of a network from those of its layers, which are all of one machine. */
export function addEnergyLines(a: readonly EnergyLine[], b: readonly EnergyLine[]): readonly EnergyLine[] {
  return a.map((line, index) => {
    const { count, energyPicojoules } = b[index]!;
    return { ...line, count: line.count + count, energyPicojoules: line.energyPicojoules + energyPicojoules };
  });
}
