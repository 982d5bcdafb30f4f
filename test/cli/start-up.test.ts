import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { cli, repositoryPath } from '../support/cli.js';

/** Everything that is loaded before a command is chosen: static imports, followed from one file. Types are erased. */
function loadedBy(file: URL, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file.href)) return loaded;
  loaded.add(file.href);
  const source = readFileSync(file, 'utf8');
  for (const [, names, from] of source.matchAll(/^(?:import|export) (?!type )([^;]*?)from '([^']+)';/gms)) {
    const typesOnly = /^\{[^}]*\}/.test(names!) && !/(\{|,)\s*(?!type )\w/.test(names!);
    if (typesOnly) continue;
    if (from!.startsWith('.')) loadedBy(new URL(from!.replace(/\.js$/, '.ts'), file), loaded);
    else if (!from!.startsWith('node:')) loaded.add(from!);
  }
  return loaded;
}

it('starts with yargs and small files of its own, so that help appears at once', () => {
  const loaded = [...loadedBy(new URL('../../src/cli/main.ts', import.meta.url))];
  expect(loaded.filter((name) => !name.startsWith('file:'))).toEqual(['yargs']);
  const files = loaded.filter((name) => name.startsWith('file:'));
  const elsewhere = files.map((name) => relative(repositoryPath('src'), fileURLToPath(name)));
  const core = elsewhere.filter((name) => !name.startsWith('cli/'));
  expect(core.sort()).toEqual(['core/errors.ts', 'core/legible.ts', 'core/package-folder.ts']);
  expect(elsewhere.filter((name) => /^cli\/\w+\//.test(name))).toEqual([]);
});

it('speaks one language, whatever that of the terminal', async () => {
  vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
  const { stdout } = await cli(['--help']);
  vi.unstubAllEnvs();
  expect(stdout).toContain('Show version number');
});
