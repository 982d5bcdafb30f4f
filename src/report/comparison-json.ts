import type { SimulationTotals } from '../engine/result.js';
import { derivedFigures } from '../hw/derived-figures.js';
import { compareByModel, type Comparison, type LayerComparison, type ModelAccuracy } from './comparison.js';
import { inOrder, type KeyOrder } from './key-order.js';
import { MACHINE_ORDER } from './machine-order.js';
import { TOTALS_ORDER } from './result-order.js';

/** Changes when a field changes its name or meaning. */
export const COMPARISON_SCHEMA = 'bitmac-comparison/1';

const ACCURACY_ORDER: KeyOrder<ModelAccuracy | null> = { rows: 'plain', top1Correct: 'plain' };

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
export function comparisonJson(comparison: Comparison): string {
  const models = compareByModel(comparison).map(({ model, outcomes, results, accuracy, layers }) => ({
    model,
    shapesOnly: results[0]?.shapesOnly ?? null,
    optimize: results[0]?.optimize ?? null,
    accuracy: inOrder(accuracy, ACCURACY_ORDER),
    machines: outcomes.map(({ accelerator, result, refusal }) => ({
      accelerator: inOrder(accelerator, MACHINE_ORDER),
      macUnits: derivedFigures(accelerator).macUnits,
      sramBytes: derivedFigures(accelerator).sramBytes,
      refusal,
      totals: inOrder(result?.totals ?? null, TOTALS_ORDER),
      ...ratiosOf(result?.totals, outcomes[0]!.result?.totals),
    })),
    layers: layers.map((layer) => inOrder(layer, LAYER_ORDER)),
  }));
  return JSON.stringify({ schema: COMPARISON_SCHEMA, models }, null, 2);
}

/** null where one of the two machines cannot run the model. */
function ratiosOf(totals: SimulationTotals | undefined, base: SimulationTotals | undefined) {
  const ratioOf = (figure: (of: SimulationTotals) => number): number | null =>
    totals === undefined || base === undefined ? null : figure(totals) / figure(base);
  return {
    cyclesRatio: ratioOf(({ cycles }) => cycles),
    latencyRatio: ratioOf(({ latencyMilliseconds }) => latencyMilliseconds),
    energyRatio: ratioOf(({ energyPicojoules }) => energyPicojoules),
    energyDelayRatio: ratioOf(({ energyDelayJouleSeconds }) => energyDelayJouleSeconds),
  };
}
