import type { SimulationResult } from '../engine/result.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { ActionCounts } from '../hw/counts.js';
import { zeroCounts } from '../hw/energy/action-counts.js';
import { streamedBitsPerMac } from '../hw/energy/energy-costs.js';
import { addEnergyLines, energyLines, type EnergyLine } from '../hw/energy/energy-lines.js';

/** One layer of an energy report; its lines add up to its energy exactly. */
export interface LayerEnergy {
  readonly index: number;
  readonly name: string;
  readonly op: string;
  readonly energyPicojoules: number;
  readonly toggleRate: number | null;
  readonly lines: readonly EnergyLine[];
}

/** Counts × cost = energy for all that a network did. Lines add up to totals, and layers to the network, exactly. */
export interface EnergyReport {
  readonly model: string;
  readonly machine: string;
  readonly technology: string;
  /** The energy of the simulation. */
  readonly energyPicojoules: number;
  /** Of the bits that stream to the multipliers, the share that flips; null where nobody followed them. */
  readonly toggleRate: number | null;
  readonly lines: readonly EnergyLine[];
  /** Null where only the network was asked for. Layers without work are left out. */
  readonly layers: readonly LayerEnergy[] | null;
}

export function energyReport(
  { model, accelerator, layers, totals }: SimulationResult,
  { perLayer }: { readonly perLayer: boolean },
): EnergyReport {
  const all = layers.map(({ index, name, op, energyPicojoules, counts, cycles }) => {
    const lines = energyLines(counts, cycles, accelerator);
    return { index, name, op, energyPicojoules, toggleRate: toggleRate(counts, accelerator), lines };
  });
  return {
    model,
    machine: accelerator.name,
    technology: accelerator.technology.name,
    energyPicojoules: totals.energyPicojoules,
    toggleRate: toggleRate(totals.counts, accelerator),
    lines: all.reduce(
      (sum, layer) => addEnergyLines(sum, layer.lines),
      energyLines(zeroCounts(), 0, accelerator),
    ),
    layers: perLayer ? all.filter(({ energyPicojoules }) => energyPicojoules > 0) : null,
  };
}

function toggleRate({ measuredMacs, operandToggles }: ActionCounts, { array }: Accelerator): number | null {
  return measuredMacs === 0 ? null : operandToggles / (measuredMacs * streamedBitsPerMac(array));
}
