import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { repositoryPath } from '../support/cli.js';
import { floatDigest } from '../support/float-digest.js';

const REPEATS = 5;

async function printedBy(flag: string): Promise<string> {
  const script = repositoryPath('test/support/print-float-digest.ts');
  const args = [flag, '--import', import.meta.resolve('tsx'), script, String(REPEATS)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout.trim();
}

it.each([
  { compiler: 'the baseline compiler', flag: '--liftoff-only', webAssembly: 'object' },
  { compiler: 'the optimizing compiler', flag: '--no-liftoff', webAssembly: 'object' },
  { compiler: 'no WebAssembly at all', flag: '--jitless', webAssembly: 'undefined' },
])('float layers and their gradients have the same bits with $compiler', async ({ flag, webAssembly }) => {
  expect(await printedBy(flag)).toBe(`${webAssembly} ${floatDigest(REPEATS)}`);
});
