/**
 * Measures what bitmac should be fast at, and writes docs/performance.md: `npm run bench`. Models come from the shared folder
 * (`BITMAC_SHARED`, default `../shared`), ONNX Runtime from the registry on first use; rows that lack them say so.
 *
 * `npm run bench -- --only kernels,models` measures some families and prints their tables instead; `--rounds 9` takes so many.
 */
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { processIo } from '../src/cli/io.js';
import { joinsVectors } from '../src/kernels/simd/joins-vectors.js';
import { FAMILY_NAMES, type FamilyName } from './performance/families.js';
import { inOwnProcess } from './performance/own-process.js';
import { detailSection, performancePage, rowTable, type Conditions } from './performance/page.js';
import type { Results } from './performance/results.js';

const PAGE = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

/** Above it, for each core, others work on the machine as well. */
const QUIET_LOAD = 0.25;

const { values } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '15' } },
});
const io = processIo();
const only = values.only?.split(',');
const unknown = only?.filter((name) => !FAMILY_NAMES.includes(name as FamilyName)) ?? [];
if (unknown.length > 0) {
  throw new Error(`no family ${unknown.join(', ')}: there are ${FAMILY_NAMES.join(', ')}`);
}

if (!(Number(values.rounds) >= 1)) throw new Error(`--rounds ${values.rounds}: 1 at least`);

const conditions = conditionsNow();
if (conditions.loadAverage > QUIET_LOAD * conditions.coreCount) {
  io.note(
    `the load average is ${conditions.loadAverage.toFixed(1)}: others work on this machine, and figures suffer`,
  );
}
const results: Results[] = [];
for (const name of FAMILY_NAMES.filter((name) => only?.includes(name) ?? true)) {
  io.note(`${name} …`);
  const family = await inOwnProcess<Results>('family-process.ts', [name, values.rounds]);
  results.push(family);
  if (only !== undefined)
    io.out(`${[rowTable(family.rows), ...family.tables.map(detailSection)].join('\n\n')}\n`);
}
if (only === undefined) await io.writeFile(PAGE, performancePage(results, conditions));

function conditionsNow(): Conditions {
  const processors = cpus();
  return {
    processor: processors[0]!.model,
    coreCount: processors.length,
    versions: `Node ${process.versions.node} (V8 ${process.versions.v8})`,
    loadAverage: loadavg()[0]!,
    joinsVectors: joinsVectors(),
    rounds: Number(values.rounds),
  };
}
