/**
 * Writes the tables of docs/reference/export.md between their markers: `npm run tables:export`. Needs the shared models and data
 * (`BITMAC_SHARED`, default `../shared`); takes ten minutes.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  digitsCase,
  EXPORTED_MODELS,
  exportFigures,
  FIGURE_COLUMNS,
  figureCells,
  growthOfDifferences,
  importedCase,
  IMPORTED_MODELS,
  IMPORTED_SEMANTICS,
  sharedCase,
} from '../test/support/export-golden.js';
import { groupThousands } from '../src/report/numbers.js';
import { markdownTable, withTable } from './markdown.js';

const PAGE = fileURLToPath(new URL('../docs/reference/export.md', import.meta.url));
const ROWS = 250;
const GROWTH_MODEL = 'dscnn_small';
const GROWTH_ROWS = 20;

const cases = [
  () => digitsCase(ROWS),
  ...EXPORTED_MODELS.map((name) => () => Promise.resolve(sharedCase(name, ROWS))),
];
const table: string[][] = [];
for (const make of cases) {
  const exported = await make();
  for (const optimization of ['disabled', 'all'] as const) {
    const cells = figureCells(exported.name, optimization, await exportFigures(exported, optimization));
    console.error(cells.join('  '));
    table.push(cells);
  }
}
const imported: string[][] = [];
for (const { name, rows } of IMPORTED_MODELS) {
  for (const semantics of IMPORTED_SEMANTICS) {
    const exported = importedCase(name, semantics, rows);
    for (const optimization of ['disabled', 'all'] as const) {
      const [, ...cells] = figureCells(name, optimization, await exportFigures(exported, optimization));
      console.error(name, semantics, cells.join('  '));
      imported.push([name, semantics, ...cells]);
    }
  }
}
const growth = await growthOfDifferences(sharedCase(GROWTH_MODEL, GROWTH_ROWS));
const growthTable = markdownTable(
  ['node', 'operator', 'values', 'differing', 'largest difference (LSB)'],
  growth.map(({ node, op, values, differing, largest }) => [
    node,
    op,
    ...[values, differing, largest].map(groupThousands),
  ]),
  'right',
);
const page = readFileSync(PAGE, 'utf8');
const withFigures = withTable(page, 'export', markdownTable(FIGURE_COLUMNS, table, 'right'));
const [model, ...columns] = FIGURE_COLUMNS;
const importedTable = markdownTable([model!, 'semantics', ...columns], imported, 'right');
await writeFile(PAGE, withTable(withTable(withFigures, 'growth', growthTable), 'imported', importedTable));
