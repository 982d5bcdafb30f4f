/**
 * Writes the tables of README.md between their markers: `npm run tables`. Needs the shared models and data (`BITMAC_SHARED`,
 * default `../shared`); takes a few minutes.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { simulate } from '../src/engine/simulate.js';
import type { SimulationTotals } from '../src/engine/result.js';
import { loadAccelerator } from '../src/hw/load-accelerator.js';
import { energy, groupThousands } from '../src/report/numbers.js';
import { markdownTable, withTable } from './markdown.js';
import { floatModels } from '../test/support/models.js';
import { evaluateQuantized, quantizedModel } from '../test/support/quantized-accuracy.js';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const MACHINES = ['whitepaper-16x16', 'systolic-16x16-ws'] as const;

/** Models with labelled rows, in the order of the table. */
const labelled = floatModels.filter(({ rows }) => rows.some(({ labels }) => labels !== null));

function accuracyTable(): string {
  const rows = labelled.flatMap(({ name, rows: sets }) => {
    const evaluateSet = evaluateQuantized(name);
    return sets.map((set) => {
      const { rows: count, float, integer, sameTop1 } = evaluateSet(set);
      const percent = (part: number): string => `${((100 * part) / count).toFixed(2)} %`;
      const figures = [float!.top1Correct, integer!.top1Correct, sameTop1!].map(percent);
      console.error(name, set.name, ...figures);
      return [name, set.name, groupThousands(count), ...figures];
    });
  });
  return markdownTable(['model', 'rows', 'count', 'float', 'integer', 'same answer'], rows, 'right');
}

function figuresOf(totals: SimulationTotals): string[] {
  return [
    groupThousands(totals.cycles),
    `${(100 * totals.utilization).toFixed(1)} %`,
    energy(totals.energyPicojoules),
    totals.teraOperationsPerSecondPerWatt.toFixed(3),
  ];
}

async function simulationTable(): Promise<string> {
  const machines = await Promise.all(MACHINES.map(loadAccelerator));
  const rows = labelled.map(({ name }) => {
    const graph = quantizedModel(name).integer;
    const results = machines.map((machine) => simulate(graph, machine).totals);
    return [name, groupThousands(results[0]!.macs), ...results.flatMap(figuresOf)];
  });
  const columns = MACHINES.flatMap((name) => [`${name}: cycles`, 'array used', 'energy', 'TOPS/W']);
  return markdownTable(['model', 'MACs', ...columns], rows, 'right');
}

const simulation = await simulationTable();
const accuracy = accuracyTable();
const readme = readFileSync(README, 'utf8');
await writeFile(README, withTable(withTable(readme, 'accuracy', accuracy), 'simulation', simulation));
