/**
 * Breaks the fast requantizers, one line at a time, and counts the tests that turn red: `npm run mutate:requantizers`. The
 * edits are made in a temporary copy of the sources; exit code 1 where one of them goes unnoticed.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MUTANTS, type Mutant } from './requantizer-mutants.js';

const root = resolve(import.meta.dirname, '..');
const TESTS = 'test/property/fast-rules.test.ts';

/** Cases for each rule: fewer than in `npm test`, enough for every mutant. */
const CASES = '200';

interface Outcome {
  readonly total: number;
  readonly red: number;
}

function copyOfSources(): string {
  const copy = mkdtempSync(join(tmpdir(), 'bitmac-mutants-'));
  for (const name of ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'));
  return copy;
}

function runTests(copy: string): Outcome {
  const report = join(copy, 'report.json');
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const options = ['run', '--project', 'fast', TESTS, '--reporter=json', `--outputFile=${report}`];
  const { stderr } = spawnSync(process.execPath, [vitest, ...options], {
    cwd: copy,
    env: { ...process.env, BITMAC_RULE_CASES: CASES },
    encoding: 'utf8',
  });
  try {
    const { numTotalTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as {
      numTotalTests: number;
      numFailedTests: number;
    };
    return { total: numTotalTests, red: numFailedTests };
  } catch {
    throw new Error(`the tests did not run: ${stderr}`);
  } finally {
    rmSync(report, { force: true });
  }
}

/** The outcome with one edit made; the file is as before afterwards. */
function outcomeOf({ file, what, find, replace }: Mutant, copy: string): Outcome {
  const path = join(copy, 'src/kernels/fast', file);
  const source = readFileSync(path, 'utf8');
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${file}: '${find}' (${what}) is there ${places} times, expected once`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    return runTests(copy);
  } finally {
    writeFileSync(path, source);
  }
}

const copy = copyOfSources();
try {
  const intact = runTests(copy);
  if (intact.red > 0) throw new Error(`${intact.red} tests are red without a mutant`);
  console.log('| mutant | file | tests red |\n|---|---|---:|');
  let survivors = 0;
  for (const mutant of MUTANTS) {
    const { total, red } = outcomeOf(mutant, copy);
    if (total !== intact.total) throw new Error(`${mutant.file}: ${mutant.what}: ${total} tests ran`);
    if (red === 0) survivors += 1;
    console.log(`| ${mutant.family}: ${mutant.what} | ${mutant.file} | ${red === 0 ? '0, SURVIVES' : red} |`);
  }
  console.log(`\n${MUTANTS.length} mutants, ${survivors} survive; ${intact.total} tests`);
  if (survivors > 0) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true });
}
