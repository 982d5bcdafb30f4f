import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cli, repositoryPath } from '../support/cli.js';

const readme = readFileSync(repositoryPath('README.md'), 'utf8');

/** The `npx bitmac` lines of the shell blocks, in order, as the words a shell makes of them. */
function commandLines(): string[][] {
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block!);
  return blocks
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .filter((line) => line.startsWith('npx bitmac '))
    .map((line) => line.split(/\s+/).slice(2))
    .map((words) => words.map((word) => word.replace(/^'(.*)'$/, '$1')))
    .map((words) => words.map((word) => word.replace(/^examples\//, repositoryPath('examples/'))));
}

it('runs from its first command to its last, each on what the ones before wrote', async () => {
  const commands = new Set<string>();
  const files = new Map<string, Uint8Array | string>();
  for (const args of commandLines()) {
    const { exitCode, stdout, stderr, written } = await cli(args, files);
    expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 0, stderr: '' });
    expect(stdout).not.toBe('');
    for (const [path, content] of written) files.set(path, content);
    commands.add(args[0]!);
  }
  expect([...commands]).toEqual([
    'inspect',
    'quantize',
    'run',
    'evaluate',
    'simulate',
    'compare',
    'export',
    'rounding',
  ]);
});
