import type { SimulationResult } from '../engine/result.js';
import { derivedFigures } from '../hw/derived-figures.js';
import { compareByModel, type LayerComparison } from './comparison.js';
import { inOrder, type KeyOrder } from './key-order.js';
import { MACHINE_ORDER } from './machine-order.js';
import { TOTALS_ORDER } from './result-order.js';

/** Changes when a field changes its name or meaning. */
export const COMPARISON_SCHEMA = 'bitmac-comparison/1';

const LAYER_ORDER: KeyOrder<LayerComparison> = {
  index: 'plain',
  name: 'plain',
  op: 'plain',
  cycles: 'array',
  seconds: 'array',
  energyPicojoules: 'array',
  bounds: 'array',
  fastest: 'array',
  lead: { secondsSaved: 'plain', savedMostOn: 'plain', secondsSavedThere: 'plain' },
};

/** Model by model: the machines with their totals, and the figures of each layer in the order of the machines. */
export function comparisonJson(results: readonly SimulationResult[]): string {
  const models = compareByModel(results).map(({ model, results: group, layers }) => ({
    model,
    shapesOnly: group[0]!.shapesOnly,
    optimize: group[0]!.optimize,
    machines: group.map(({ accelerator, totals }) => ({
      accelerator: inOrder(accelerator, MACHINE_ORDER),
      macUnits: derivedFigures(accelerator).macUnits,
      sramBytes: derivedFigures(accelerator).sramBytes,
      totals: inOrder(totals, TOTALS_ORDER),
      cyclesRatio: totals.cycles / group[0]!.totals.cycles,
      latencyRatio: totals.latencyMilliseconds / group[0]!.totals.latencyMilliseconds,
      energyRatio: totals.energyPicojoules / group[0]!.totals.energyPicojoules,
    })),
    layers: layers.map((layer) => inOrder(layer, LAYER_ORDER)),
  }));
  return JSON.stringify({ schema: COMPARISON_SCHEMA, models }, null, 2);
}
