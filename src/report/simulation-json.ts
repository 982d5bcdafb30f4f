import type { SimulationResult } from '../engine/result.js';
import { costBill } from './cost-bill.js';
import { inOrder } from './key-order.js';
import { MACHINE_ORDER } from './machine-order.js';
import { LAYER_ORDER, RESIDENCY_ORDER, TOTALS_ORDER } from './result-order.js';

/** Changes when a field changes its name or meaning. */
export const SIMULATION_SCHEMA = 'bitmac-simulation/1';

/** What a process needed to come to its results: the one figure that differs from run to run. */
export interface MemoryUse {
  readonly peakResidentBytes: number;
}

/**
 * Everything of a result as JSON, figures raw: cycles and bytes as integers, energy in picojoules, utilization as a fraction.
 * Layers, cycle names and energy components add up to the totals exactly.
 */
export function simulationJson(result: SimulationResult, memory?: MemoryUse): string {
  const energyCosts = costBill(result).lines.map(
    ({ component, action, unit, count, costPicojoules, energyPicojoules, source }) => ({
      component,
      action,
      unit,
      count,
      costPicojoules,
      energyPicojoules,
      source,
    }),
  );
  const document = {
    schema: SIMULATION_SCHEMA,
    model: result.model,
    shapesOnly: result.shapesOnly,
    accelerator: inOrder(result.accelerator, MACHINE_ORDER),
    optimize: result.optimize,
    totals: inOrder(result.totals, TOTALS_ORDER),
    ...(result.residency === undefined ? {} : { residency: inOrder(result.residency, RESIDENCY_ORDER) }),
    layers: result.layers.map((layer) => inOrder(layer, LAYER_ORDER)),
    energyCosts,
    ...(memory === undefined ? {} : { memory }),
  };
  return JSON.stringify(document, null, 2);
}
