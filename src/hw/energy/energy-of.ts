import type { Accelerator } from '../accelerator.js';
import {
  type ActionCounts,
  ENERGY_COMPONENTS,
  type EnergyBreakdown,
  type EnergyComponent,
} from '../counts.js';
import { zeroCounts } from './action-counts.js';
import { type EnergyCost, energyCosts } from './energy-costs.js';

/**
 * Energies are multiples of 2^-10 pJ, about a femtojoule. Doubles add such numbers exactly up to 2^43 pJ (8.8 J), so the
 * components of a layer and the layers of a network add up to their totals to the last bit, in any order.
 */
const STEPS_PER_PICOJOULE = 2 ** 10;

/**
 * Counts times costs, component by component; static power is a cost of every cycle. Picojoules.
 *
 * Each component is rounded to the grid once, here. The breakdown of a network is therefore the sum (`addEnergy`) of its
 * layers' breakdowns, not the energy of its summed counts.
 */
export function energyOf(counts: ActionCounts, cycles: number, accelerator: Accelerator): EnergyBreakdown {
  const parts = componentCosts(accelerator);
  return breakdown((component) => componentEnergy(parts.get(component) ?? [], counts, cycles));
}

/**
 * The total of `energyOf` for many programs of one machine. It never falls where a count or the cycles rise, to the last bit:
 * costs are not negative, and products, sums and roundings of doubles keep the order. So least counts and least cycles
 * bound the energy of a program from below.
 */
export function totalEnergyRule(accelerator: Accelerator): (counts: ActionCounts, cycles: number) => number {
  const parts = componentCosts(accelerator);
  return (counts, cycles) =>
    ENERGY_COMPONENTS.reduce(
      (sum, component) => sum + componentEnergy(parts.get(component) ?? [], counts, cycles),
      0,
    );
}

/** What one of each action costs in all components together. Picojoules. */
export type ActionCosts = { readonly [A in keyof ActionCounts | 'cycles']: number };

export function actionCosts(accelerator: Accelerator): ActionCosts {
  const costs: { -readonly [A in keyof ActionCosts]: number } = { ...zeroCounts(), cycles: 0 };
  for (const { action, costPicojoules } of energyCosts(accelerator)) costs[action] += costPicojoules;
  return costs;
}

/** What counted actions cost, leakage left out; not on the grid. */
export function dynamicEnergy(counts: Partial<ActionCounts>, costs: ActionCosts): number {
  let picojoules = 0;
  for (const [action, count] of Object.entries(counts)) {
    picojoules += count * costs[action as keyof ActionCounts];
  }
  return picojoules;
}

/**
 * What `totalEnergyRule` gives at least for actions of so many picojoules and so many cycles. Its components are rounded to the
 * grid, and its sums run in another order: that is what is taken off.
 */
export function leastEnergy(dynamicPicojoules: number, cycles: number, costs: ActionCosts): number {
  const exact = dynamicPicojoules + cycles * costs.cycles;
  return exact * (1 - ROUNDING_SHARE) - ENERGY_COMPONENTS.length / STEPS_PER_PICOJOULE;
}

/** More than the roundings of some hundred sums and products of doubles come to. */
const ROUNDING_SHARE = 1e-12;

function componentCosts(accelerator: Accelerator): ReadonlyMap<EnergyComponent, readonly EnergyCost[]> {
  const parts = new Map<EnergyComponent, EnergyCost[]>();
  for (const cost of energyCosts(accelerator)) {
    parts.set(cost.component, [...(parts.get(cost.component) ?? []), cost]);
  }
  return parts;
}

function componentEnergy(costs: readonly EnergyCost[], counts: ActionCounts, cycles: number): number {
  const picojoules = costs.reduce(
    (sum, { action, costPicojoules }) =>
      sum + (action === 'cycles' ? cycles : counts[action]) * costPicojoules,
    0,
  );
  return onEnergyGrid(picojoules);
}

/** No energy: what a sum of breakdowns starts from. */
export function zeroEnergy(): EnergyBreakdown {
  return breakdown(() => 0);
}

/** Component by component, exactly. */
export function addEnergy(a: EnergyBreakdown, b: EnergyBreakdown): EnergyBreakdown {
  return breakdown((component) => a[component] + b[component]);
}

/** The sum of a breakdown, exactly. Picojoules. */
export function totalEnergy(energy: EnergyBreakdown): number {
  return ENERGY_COMPONENTS.reduce((sum, component) => sum + energy[component], 0);
}

function breakdown(valueOf: (component: EnergyComponent) => number): EnergyBreakdown {
  const entries = ENERGY_COMPONENTS.map((component) => [component, valueOf(component)]);
  return Object.fromEntries(entries) as EnergyBreakdown;
}

/** The nearest multiple of the grid's step. */
export function onEnergyGrid(picojoules: number): number {
  return Math.round(picojoules * STEPS_PER_PICOJOULE) / STEPS_PER_PICOJOULE;
}
