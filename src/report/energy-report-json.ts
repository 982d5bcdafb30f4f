import type { EnergyLine } from '../hw/energy/energy-lines.js';
import type { EnergyReport } from './energy-report.js';

/** Changes when a field changes its name or meaning. */
export const ENERGY_SCHEMA = 'bitmac-energy/1';

/** An energy report as JSON, figures raw: counts as integers, energy in picojoules. `verified` is null where nobody says. */
export function energyReportJson(report: EnergyReport): string {
  const { model, machine, technology, energyPicojoules, toggleRate, lines, layers } = report;
  const document = {
    schema: ENERGY_SCHEMA,
    model,
    machine,
    technology,
    energyPicojoules,
    toggleRate,
    lines: lines.map(lineOf),
    ...(layers === null
      ? {}
      : { layers: layers.map((layer) => ({ ...layer, lines: layer.lines.map(lineOf) })) }),
  };
  return JSON.stringify(document, null, 2);
}

function lineOf(line: EnergyLine) {
  const { component, action, unit, count, costPicojoules, energyPicojoules, source, verified } = line;
  return {
    component,
    action,
    unit,
    count,
    costPicojoules,
    energyPicojoules,
    source,
    verified: verified ?? null,
  };
}
