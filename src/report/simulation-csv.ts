import type { LayerResult, SimulationResult } from '../engine/result.js';
import { CYCLE_NAMES, ENERGY_COMPONENTS } from '../hw/counts.js';
import { csv, type CsvRecord } from './csv.js';
import { ACTIONS } from './result-order.js';

/** One row a layer and one for the total, every figure raw; columns are named as the fields of the JSON report. */
export function simulationCsv(result: SimulationResult): string {
  return csv(simulationRecords(result));
}

export function simulationRecords({ model, accelerator, layers, totals }: SimulationResult): CsvRecord[] {
  const run = { model, machine: accelerator.name };
  return [
    ...layers.map((layer) => ({
      ...run,
      row: 'layer',
      index: layer.index,
      name: layer.name,
      op: layer.op,
      placement: layer.placement,
      outputShape: layer.outputShape.join('x'),
      bound: layer.bound,
      mapping: layer.mapping,
      runnerUp: layer.runnerUp,
      parameterBytes: layer.parameterBytes,
      idealCycles: layer.idealCycles,
      ...figures(layer),
    })),
    {
      ...run,
      row: 'total',
      index: null,
      name: null,
      op: null,
      placement: null,
      outputShape: null,
      bound: null,
      mapping: null,
      runnerUp: null,
      parameterBytes: layers.reduce((sum, layer) => sum + layer.parameterBytes, 0),
      idealCycles: layers.reduce((sum, layer) => sum + layer.idealCycles, 0),
      ...figures(totals),
    },
  ];
}

type Figures = Pick<
  LayerResult,
  'macs' | 'cycles' | 'cycleBreakdown' | 'utilization' | 'counts' | 'energyPicojoules' | 'energyBreakdown'
>;

function figures(item: Figures): CsvRecord {
  return {
    macs: item.macs,
    utilization: item.utilization,
    cycles: item.cycles,
    ...spread('cycleBreakdown', item.cycleBreakdown, CYCLE_NAMES),
    ...spread('counts', item.counts, ACTIONS),
    energyPicojoules: item.energyPicojoules,
    ...spread('energyBreakdown', item.energyBreakdown, ENERGY_COMPONENTS),
  };
}

/** A record inside a record: `counts.macs`. */
function spread<K extends string>(
  name: string,
  values: Readonly<Record<K, number>>,
  keys: readonly K[],
): CsvRecord {
  return Object.fromEntries(keys.map((key) => [`${name}.${key}`, values[key]]));
}
