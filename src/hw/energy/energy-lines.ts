import type { Accelerator } from '../accelerator.js';
import type { ActionCounts, EnergyComponent } from '../counts.js';
import { type EnergyCost, energyCosts } from './energy-costs.js';
import { onEnergyGrid, zeroEnergy } from './energy-of.js';

/** One line of an energy report. */
export interface EnergyLine extends EnergyCost {
  readonly count: number;
  /** count · cost, on the grid of `energyOf`. */
  readonly energyPicojoules: number;
}

/**
 * The energy of a layer line by line, in the order of `energyCosts`. The lines of a component add up to what `energyOf`
 * gives for it, exactly: sums of its products are rounded to the nearest step of the grid, and a line is the difference to the
 * sum before. So the first is its product to the nearest step, and the others are at most a step away from theirs.
 */
export function energyLines(
  counts: ActionCounts,
  cycles: number,
  accelerator: Accelerator,
): readonly EnergyLine[] {
  const done = { ...counts, cycles };
  const costs = energyCosts(accelerator);
  const sums: Record<EnergyComponent, number> = { ...zeroEnergy() };
  return costs.map((cost) => {
    const count = done[cost.action];
    const before = sums[cost.component];
    const sum = before + count * cost.costPicojoules;
    sums[cost.component] = sum;
    return { ...cost, count, energyPicojoules: onEnergyGrid(sum) - onEnergyGrid(before) };
  });
}

/** Line by line, exactly: the report of a network from those of its layers, which are all of one machine. */
export function addEnergyLines(a: readonly EnergyLine[], b: readonly EnergyLine[]): readonly EnergyLine[] {
  return a.map((line, index) => {
    const { count, energyPicojoules } = b[index]!;
    return { ...line, count: line.count + count, energyPicojoules: line.energyPicojoules + energyPicojoules };
  });
}
