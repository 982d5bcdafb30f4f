import type { SimulationResult } from '../engine/result.js';
import { costBill } from './cost-bill.js';
import { ACTION_LABELS } from './labels.js';
import { energy, groupThousands, share } from './numbers.js';
import type { Table } from './table.js';

/** The bill: count, cost, energy. The last column numbers the sources. */
export function costTable(result: SimulationResult): { table: Table; sources: readonly string[] } {
  const { lines, sources } = costBill(result);
  const total = result.totals.energyPicojoules;
  const table: Table = {
    columns: [
      { header: ['counted'], align: 'left' },
      { header: ['count'], align: 'right' },
      { header: ['cost'], align: 'right' },
      { header: ['energy'], align: 'right' },
      { header: ['share'], align: 'right' },
      { header: ['source'], align: 'right' },
    ],
    rows: lines.map((line) => [
      ACTION_LABELS[line.action],
      groupThousands(line.count),
      `${costText(line.costPicojoules)} pJ/${line.unit}`,
      energy(line.energyPicojoules),
      share(line.energyPicojoules, total),
      `[${line.sourceNumber}]`,
    ]),
    totals: ['total', '', '', energy(total), share(total, total), ''],
  };
  return { table, sources };
}

/** Four significant digits, without padding. */
function costText(picojoules: number): string {
  return String(Number(picojoules.toPrecision(4)));
}
