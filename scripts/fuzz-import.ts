/**
 * Reads damaged models and counts what becomes of them: `npm run fuzz:import -- [--count 10000] [--seed 1] [--only <number>]
 * [--keep <folder>] [--json] [files…]`. Each mutant must give a graph or a clear error within 2 s and 1 GiB, and nothing
 * outside of the model's folder may be asked for; exit code 1 where one does not. Without files, five real ones are taken: four
 * of the shared folder (`BITMAC_SHARED`, default `../shared`) and an integer graph of the bundled model.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCampaign } from './fuzz-import/campaign.js';
import { isFailure } from './fuzz-import/judge.js';
import { Mutator } from './fuzz-import/mutator.js';
import { defaultSeeds, seedOf, type Seed } from './fuzz-import/seeds.js';
import { summaries, summaryTable } from './fuzz-import/table.js';
import { LIMITS } from './fuzz-import/worker-process.js';
import type { Measured } from './fuzz-import/worker.js';

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const campaign = countOf('seed', values.seed);
const numbers =
  values.only === undefined
    ? Array.from({ length: countOf('count', values.count) }, (_, number) => number)
    : [countOf('only', values.only)];
const seeds = seedsOf(files);
const results = await runCampaign({ seeds, campaign, numbers, limits: LIMITS, progress });
const failures = results.filter(({ verdict }) => isFailure(verdict));
const lines = summaries(seeds, results);
if (values.json) {
  console.log(JSON.stringify({ seed: campaign, files: lines, failures }, null, 2));
} else {
  console.log(summaryTable(lines));
  for (const failure of failures) console.log(`\n${describe(failure)}`);
  if (values.only !== undefined) for (const result of results) console.log(`\n${describe(result)}`);
}
if (values.keep !== undefined) keep(values.keep);
if (failures.length > 0) process.exitCode = 1;

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) {
    console.error(`fuzz-import: --${option}: found '${text}', expected a count`);
    process.exit(2);
  }
  return count;
}

function seedsOf(paths: readonly string[]): readonly Seed[] {
  if (paths.length > 0) {
    const given: Seed[] = [];
    for (const path of paths)
      given.push(
        seedOf(
          path,
          given.map(({ name }) => name),
        ),
      );
    return given;
  }
  const { seeds, isShared } = defaultSeeds();
  if (!isShared)
    console.error('fuzz-import: no shared folder (BITMAC_SHARED): only the bundled model is damaged');
  return seeds;
}

function progress(done: number): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r${done}/${numbers.length}${done === numbers.length ? '\n' : ''}`);
}

function describe({ number, what, verdict, detail }: Measured): string {
  const { name } = new Mutator(seeds, campaign).seedOf(number);
  const replay = ['npm run fuzz:import --', `--seed ${campaign} --only ${number}`, ...files].join(' ');
  return `${number} (${name}, ${what}): ${verdict}: ${detail}\n  ${replay}`;
}

/** Writes every mutant that failed, or the only one, named after its number. */
function keep(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const mutator = new Mutator(seeds, campaign);
  for (const { number } of values.only === undefined ? failures : results) {
    writeFileSync(join(folder, `${number}-${mutator.seedOf(number).name}`), mutator.mutant(number).bytes);
  }
}
