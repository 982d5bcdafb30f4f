/** Writes the tables of docs/reference/presets.md between their markers: `npm run tables:presets`. Takes seconds. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withTable } from './markdown.js';
import { presetResults, presetTables } from './preset-tables.js';

const PAGE = fileURLToPath(new URL('../docs/reference/presets.md', import.meta.url));

let page = readFileSync(PAGE, 'utf8');
const tables = [...(await presetTables()), ...(await presetResults())];
for (const [name, table] of tables) page = withTable(page, name, table);
await writeFile(PAGE, page);
