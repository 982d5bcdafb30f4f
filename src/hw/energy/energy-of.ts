import type { Accelerator } from '../accelerator.js';
import {
  type ActionCounts,
  ENERGY_COMPONENTS,
  type EnergyBreakdown,
  type EnergyComponent,
} from '../counts.js';
import { energyCosts } from './energy-costs.js';

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
  const terms = energyCosts(accelerator);
  const done = { ...counts, cycles };
  return breakdown((component) =>
    onEnergyGrid(
      terms
        .filter((term) => term.component === component)
        .reduce((sum, term) => sum + done[term.action] * term.costPicojoules, 0),
    ),
  );
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
