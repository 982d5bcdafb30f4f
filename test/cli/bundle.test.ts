import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown, type OutputChunk } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import config from '../../rolldown.config.js';
import { cli, digits, repositoryPath } from '../support/cli.js';

/** A package of its own, in a temporary folder: the bundle beside the files that it looks for. */
let folder: string;
let chunks: readonly OutputChunk[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitmac-'));
  for (const name of ['package.json', 'configs', 'examples']) {
    await symlink(repositoryPath(name), join(folder, name));
  }
  const { output: outputOptions, ...options } = config;
  const bundle = await rolldown(options);
  const { output } = await bundle.write({ ...outputOptions, dir: join(folder, 'dist/cli') });
  await bundle.close();
  chunks = output.filter((part) => part.type === 'chunk');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** The source files in the chunks that one source file needs before it can start. */
function loadedWith(source: string): string[] {
  const first = chunks.find(({ facadeModuleId }) => facadeModuleId === repositoryPath(source))!;
  const needed = new Set([first.fileName]);
  for (const name of needed) {
    for (const other of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) needed.add(other);
  }
  return chunks.flatMap(({ fileName, moduleIds }) => (needed.has(fileName) ? moduleIds : []));
}

function packagesIn(files: readonly string[]): string[] {
  const names = files.flatMap((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** Folders of `src` that a list of files reaches into, of those asked for. */
function reached(files: readonly string[], folders: readonly string[]): string[] {
  return folders.filter((name) => files.some((file) => file.startsWith(repositoryPath(`src/${name}/`))));
}

function bitmac(...args: readonly string[]): { stdout: string; stderr: string; status: number | null } {
  const main = join(folder, 'dist/cli/main.js');
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

const lines = (text: string): string => (text === '' ? '' : `${text}\n`);

it('starts with yargs, without the tables of emoji', () => {
  const packages = packagesIn(loadedWith('src/cli/main.ts'));
  expect(packages).toContain('yargs');
  expect(packages.filter((name) => /^(?:emoji|string-width|get-east-asian|zod|yaml)/.test(name))).toEqual([]);
});

it.each([
  { command: 'demo', packages: ['fflate', 'pngjs', 'yaml', 'zod'] },
  { command: 'inspect', packages: ['yaml', 'zod'] },
  { command: 'simulate', packages: ['yaml', 'zod'] },
  { command: 'sweep', packages: ['yaml', 'zod'] },
  { command: 'hw-list', packages: ['yaml', 'zod'] },
  { command: 'rounding-list', packages: [] },
])('$command loads of other packages what it always needs: $packages', ({ command, packages }) => {
  expect(packagesIn(loadedWith(`src/cli/actions/${command}.ts`))).toEqual(packages);
});

it('simulates without what only some models and options ask for', () => {
  const files = loadedWith('src/cli/actions/simulate.ts');
  const onDemand = [
    'kernels',
    'importers/onnx',
    'importers/tflite',
    'importers/integer-graph',
    'ptq/convert',
  ];
  const others = ['engine/registers', 'hw/components', 'report/html'];
  expect(reached(files, [...onDemand, ...others])).toEqual([]);
  expect(reached(files, ['lower', 'hw'])).toEqual(['lower', 'hw']);
});

it('loads the importer of one format only', () => {
  const files = loadedWith('src/importers/tflite/import-model.ts');
  expect(reached(files, ['importers/tflite', 'importers/onnx', 'importers/integer-graph'])).toEqual([
    'importers/tflite',
  ]);
});

it('simulates in threads without the command line', () => {
  expect(packagesIn(loadedWith('src/engine/sweep/worker.ts'))).toEqual([]);
});

it.each([[['--help']], [['simulate', '--help']], [['hw', 'list']], [['simulate', '--nosuch']]])(
  'prints for %s what the source prints',
  async (args) => {
    const { exitCode, stdout, stderr } = await cli(args);
    expect(bitmac(...args)).toEqual({ status: exitCode, stdout: lines(stdout), stderr: lines(stderr) });
  },
);

it('has the module of every thread where the one that starts it looks', () => {
  const source = repositoryPath('src');
  const texts = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(source, name), 'utf8'));
  const entries = texts.flatMap((text) =>
    [...text.matchAll(/new URL\('\.\/([^']+\.js)', import\.meta\.url\)/g)].map(([, name]) => name),
  );
  expect(entries.length).toBeGreaterThan(2);
  expect(chunks.map(({ fileName }) => fileName)).toEqual(expect.arrayContaining(entries));
});

it('finds its worker, its machines and the parser of expressions', () => {
  const grid = ['--vary', 'array.rows=4,8', '--where', 'array.rows < 100', '--jobs', '2', '--csv'];
  const { stdout, status } = bitmac(
    'sweep',
    digits.model,
    '--data-free',
    '--hw',
    'systolic-16x16-ws',
    ...grid,
  );
  expect([status, stdout.trimEnd().split('\n').length]).toEqual([0, 1 + 2]);
});
