import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digits, repositoryPath } from '../support/cli.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitmac-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Starts the command line as a process of its own, in a folder of its own. */
function bitmac(...args: readonly string[]) {
  const loader = import.meta.resolve('tsx');
  return spawn(process.execPath, ['--import', loader, repositoryPath('src/cli/main.ts'), ...args], {
    cwd: folder,
  });
}

async function endOf(child: ReturnType<typeof bitmac>): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

const simulation = [digits.model, '--data-free', '--hw', 'whitepaper-16x16'];

it('ends quietly when its reader hangs up, as head does', async () => {
  const child = bitmac('inspect', digits.model, '--json');
  child.stdout.destroy();
  expect(await endOf(child)).toEqual({ code: 0, stderr: '' });
});

it('leaves no file behind when it is interrupted', async () => {
  const child = bitmac('simulate', ...simulation, '--html', 'r.html', '--listing', 'l.txt');
  child.stderr.once('data', () => child.kill('SIGINT')); // the note on --data-free comes before the work
  expect((await endOf(child)).code).toBeNull();
  expect(await readdir(folder)).toEqual([]);
});

it('replaces no file where the folder is missing, and leaves nothing beside it', async () => {
  const child = bitmac('simulate', ...simulation, '--html', 'nowhere/r.html');
  const { code, stderr } = await endOf(child);
  expect(code).toBe(2);
  expect(stderr).toContain('bitmac: nowhere/r.html: found no such file or folder, expected a place');
  expect(await readdir(folder)).toEqual([]);
});
