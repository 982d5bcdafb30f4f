import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cli, repositoryPath } from '../support/cli.js';

const readme = readFileSync(repositoryPath('README.md'), 'utf8');

/** The fenced blocks of a language; lines that end in a backslash are joined with the next. */
function blocksOf(language: string): string[] {
  const blocks = readme.matchAll(/^```(\w+)\n(.*?)^```/gms);
  return Array.from(blocks)
    .filter(([, name]) => name === language)
    .map(([, , block]) => block!.replaceAll('\\\n', ' '));
}

/** The arguments of an `npx bitmac` line, as the words a shell makes of them. */
function argumentsOf(line: string): string[] {
  const words = line.split(/\s+/).slice(2);
  return words
    .map((word) => word.replace(/^'(.*)'$/, '$1'))
    .map((word) => word.replace(/^examples\//, repositoryPath('examples/')));
}

/** The `npx bitmac` lines of the shell blocks, in order. */
function commandLines(): string[][] {
  return blocksOf('sh')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('npx bitmac '))
    .map(argumentsOf);
}

/** The commands of the console blocks, and what each prints. */
function transcripts(): { readonly args: readonly string[]; readonly printed: string }[] {
  const parts = blocksOf('console').flatMap((block) => block.split(/^\$ /m).slice(1));
  return parts.map((part) => {
    const end = part.indexOf('\n');
    return { args: argumentsOf(part.slice(0, end)), printed: part.slice(end + 1).trimEnd() };
  });
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
  for (const { args, printed } of transcripts()) {
    const { exitCode, stdout, written } = await cli(args, files);
    expect({ exitCode, stdout }).toEqual({ exitCode: args[0] === 'diff' ? 1 : 0, stdout: printed });
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
    'hw',
    'sweep',
    'export',
    'rounding',
    'diff',
  ]);
});
