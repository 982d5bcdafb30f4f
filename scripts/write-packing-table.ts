/** Writes the table on packing of docs/reference/lowering.md: `npm run tables:packing`. Takes a minute. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withTable } from './markdown.js';
import { packingTables } from './packing-table.js';

const PAGE = fileURLToPath(new URL('../docs/reference/lowering.md', import.meta.url));

let page = readFileSync(PAGE, 'utf8');
for (const [name, table] of await packingTables()) page = withTable(page, name, table);
await writeFile(PAGE, page);
