import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../../src');

/** Which rooms each room may import; `type:` marks rooms of which only types may be named. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  arith: ['core'],
  tensor: ['core', 'arith'],
  ir: ['core', 'arith', 'tensor'],
  formats: ['core'],
  importers: ['core', 'arith', 'tensor', 'ir', 'formats'],
  exporters: ['core', 'arith', 'tensor', 'ir', 'formats', 'importers'],
  wasm: ['core'],
  threads: ['core'],
  kernels: ['core', 'arith', 'tensor', 'wasm', 'type:ir'],
  ptq: ['core', 'arith', 'tensor', 'ir', 'kernels', 'threads'],
  hw: ['core', 'arith', 'wasm'],
  lower: ['core', 'arith', 'tensor', 'ir', 'hw'],
  engine: ['core', 'arith', 'tensor', 'ir', 'kernels', 'hw', 'lower', 'threads'],
  testing: ['core', 'arith'],
  dut: ['core', 'arith', 'testing'],
  report: ['core', 'arith', 'hw', 'type:engine', 'type:testing', 'type:dut'],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(
    /(?:import|export)\s+(type\s+)?([^;]*?)\s*from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g,
  );
  return [...statements].map(([, type, names, target, dynamic]) => ({
    from: relative(source, file),
    to: relative(source, resolve(dirname(file), (target ?? dynamic)!)),
    typeOnly: type !== undefined || onlyNamesTypes(names ?? ''),
  }));
}

/** `{ type A, type B }`: every name is marked. */
function onlyNamesTypes(names: string): boolean {
  const list = names
    .replace(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim());
  return (
    names.startsWith('{') && list.filter((name) => name !== '').every((name) => name.startsWith('type '))
  );
}

const room = (path: string): string => path.split(/[/\\]/)[0]!;

function allImports(): Import[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((name) => importsOf(join(source, name)));
}

function breaksLayering({ from, to, typeOnly }: Import): boolean {
  const rules = allowed[room(from)];
  if (rules === undefined) return false; // cli and the public entry may import everything
  if (room(to) === room(from)) return false;
  return !(rules.includes(room(to)) || (typeOnly && rules.includes(`type:${room(to)}`)));
}

it('imports point in the directions of docs/architecture.md', () => {
  const imports = allImports();
  expect(imports.length).toBeGreaterThan(100);
  const broken = imports.filter(breaksLayering).map(({ from, to }) => `${from} -> ${to}`);
  expect(broken).toEqual([]);
});

it('notices an import in the wrong direction, and a value where only a type is allowed', () => {
  expect(breaksLayering({ from: 'hw/a.ts', to: 'kernels/b.js', typeOnly: true })).toBe(true);
  expect(breaksLayering({ from: 'kernels/a.ts', to: 'ir/b.js', typeOnly: false })).toBe(true);
  expect(breaksLayering({ from: 'kernels/a.ts', to: 'ir/b.js', typeOnly: true })).toBe(false);
});

it('every room under src has a rule', () => {
  const rooms = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const unruled = rooms.map(({ name }) => name).filter((name) => name !== 'cli' && !(name in allowed));
  expect(unruled).toEqual([]);
});

it('hw knows nothing of kernels: two routes to one number stay apart', () => {
  expect(allowed['hw']).not.toContain('kernels');
});
