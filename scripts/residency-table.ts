/**
 * Writes the table on what stays on chip into docs/reference/lowering.md: `npm run tables:residency`. Needs the shared models
 * (`BITMAC_SHARED`, default `../shared`); takes a minute.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SimulationResult } from '../src/engine/result.js';
import { simulate } from '../src/engine/simulate.js';
import type { Accelerator, Residency } from '../src/hw/accelerator.js';
import { loadAccelerator } from '../src/hw/load-accelerator.js';
import { bytes, capacity, energy, groupThousands } from '../src/report/numbers.js';
import { dramBytes } from '../src/report/simulation-tables.js';
import { importQuantized, TFLITE_MODELS } from '../test/support/recorded-runs.js';
import { markdownTable, withTable } from './markdown.js';

const PAGE = fileURLToPath(new URL('../docs/reference/lowering.md', import.meta.url));
const MODELS = ['resnet8_int8', 'mobilenetv1_int8', 'mobilenet_v2_1.0_224_ptq_int8'];
const RESIDENCIES: readonly (readonly [string, Residency | null])[] = [
  ['nothing', null],
  ['results', { activations: true, weights: false }],
  ['results and weights', { activations: true, weights: true }],
];

function row(model: string, stays: string, { totals, residency }: SimulationResult): string[] {
  const { tensors, weightLayers, mostBytes, setupCycles } = residency ?? NOTHING;
  return [
    model,
    stays,
    groupThousands(totals.cycles),
    bytes(dramBytes(totals.counts)),
    energy(totals.energyPicojoules),
    String(tensors),
    String(weightLayers),
    mostBytes === 0 ? '' : capacity(mostBytes),
    setupCycles === 0 ? '' : groupThousands(setupCycles),
  ];
}
const NOTHING = { tensors: 0, weightLayers: 0, mostBytes: 0, setupCycles: 0 };

const machine: Accelerator = await loadAccelerator('systolic-16x16-scratchpad');
const models = TFLITE_MODELS.filter(({ name }) => MODELS.includes(name));
const rows = models.flatMap((model) => {
  const graph = importQuantized(model, 'tflite-reference');
  return RESIDENCIES.map(([stays, residency]) =>
    row(model.name, stays, simulate(graph, residency === null ? machine : { ...machine, residency })),
  );
});
const header = [
  'model',
  'on chip',
  'cycles',
  'DRAM',
  'energy',
  'results',
  'layers’ weights',
  'at most',
  'once, cycles',
];
await writeFile(
  PAGE,
  withTable(readFileSync(PAGE, 'utf8'), 'residency', markdownTable(header, rows, 'right')),
);
