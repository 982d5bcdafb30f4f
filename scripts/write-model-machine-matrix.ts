/**
 * Writes the tables of docs/reference/model-machine-matrix.md between their markers: `npm run tables:matrix`. Needs the shared
 * models (`BITMAC_SHARED`, default `../shared`); takes a quarter of an hour.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withTable } from './markdown.js';
import { matrixTables } from './model-machine-matrix.js';

const PAGE = fileURLToPath(new URL('../docs/reference/model-machine-matrix.md', import.meta.url));

const tables = await matrixTables((text) => console.error(text));
let page = readFileSync(PAGE, 'utf8');
for (const [name, table] of tables) page = withTable(page, name, table);
await writeFile(PAGE, page);
