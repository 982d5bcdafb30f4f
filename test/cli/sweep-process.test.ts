import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digits, repositoryPath } from '../support/cli.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitmac-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Starts a sweep of 24 points in two threads as a process of its own, in a folder of its own. */
function sweeping() {
  const args = ['sweep', digits.model, '--data-free', '--hw', 'systolic-16x16-ws', '--jobs', '2', '--csv'];
  const grid = ['--vary', 'array.rows=4..32*2', '--vary', 'dram.burst=8B..256B*2', '--results', 'r.jsonl'];
  const loader = import.meta.resolve('tsx');
  const main = repositoryPath('src/cli/main.ts');
  return spawn(process.execPath, ['--import', loader, main, ...args, ...grid], { cwd: folder });
}

async function finishedLines(): Promise<string[]> {
  const path = join(folder, 'r.jsonl');
  if (!existsSync(path)) return [];
  const text = await readFile(path, 'utf8');
  return text.split('\n').filter((line) => line.startsWith('{"key"') && line.endsWith('}'));
}

it('goes on where an interrupted run was, and keeps what that had finished', async () => {
  const first = sweeping();
  const ended = once(first, 'close');
  while ((await finishedLines()).length < 2 && first.exitCode === null) await setTimeout(10);
  first.kill('SIGINT');
  await ended;
  const kept = await finishedLines();
  expect(kept.length).toBeGreaterThanOrEqual(2);
  expect(kept.length).toBeLessThan(24);

  const second = sweeping();
  let stdout = '';
  second.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const [code] = (await once(second, 'close')) as [number | null];
  const lines = await finishedLines();
  expect([code, stdout.trimEnd().split('\n').length]).toEqual([0, 1 + 24]);
  expect(lines.slice(0, kept.length)).toEqual(kept);
  expect([lines.length, new Set(lines.map((line) => line.slice(0, 45))).size]).toEqual([24, 24]);
}, 120_000);
