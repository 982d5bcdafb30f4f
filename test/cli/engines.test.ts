import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cli, digits, quantizedDigits } from '../support/cli.js';

let folder: string;
let files: Map<string, Uint8Array>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitmac '));
  files = new Map([['d.safetensors', await quantizedDigits()]]);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const MACHINES = [
  'extends: whitepaper-16x16',
  'extends: systolic-16x16-ws\narray: { dataflow: os, drain: shift, pingPongWeights: false }',
  'extends: systolic-16x16-ws\narray: { dataflow: is }',
  'extends: systolic-16x16-scratchpad\nresidency: { activations: true, weights: true }',
];

async function simulated(machine: string, ...options: readonly string[]) {
  const file = join(folder, 'machine.yaml');
  await writeFile(file, machine);
  return cli(['simulate', 'd.safetensors', '--hw', file, ...options], files);
}

describe.each(MACHINES)('on a machine that says %j', (machine) => {
  it('the engines agree on every layer of a network', async () => {
    const { exitCode, stdout } = await simulated(machine, '--engine', 'lockstep', '--input', digits.images);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('No difference.');
    const layers = stdout.split('\n').filter((line) => line.endsWith('equal'));
    expect(layers.length).toBeGreaterThan(10);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('registers print and write what formulas do', async () => {
    const outputs = ['--input', digits.images, '--trace', 't.json', '--listing', 'l.txt', '-o', 'o.npy'];
    const byFormula = await simulated(machine, ...outputs);
    const onRegisters = await simulated(machine, '--engine', 'registers', ...outputs);
    expect(onRegisters).toEqual(byFormula);
    expect([...onRegisters.written.keys()]).toEqual(expect.arrayContaining(['t.json', 'l.txt', 'o.npy']));
  });
});

it.each([
  { options: ['--engine', 'registers'], says: 'found no --input, expected data: registers compute values' },
  {
    options: ['--engine', 'lockstep', '--csv', '--input', digits.images],
    says: 'found --csv, expected text',
  },
  { options: ['--engine', 'lockstep', '--trace', 't', '--input', digits.images], says: 'found --trace' },
  { options: ['--engine', 'registers', '--explain', '--input', digits.images], says: 'found --explain' },
])('refuses $options', async ({ options, says }) => {
  const { exitCode, stderr } = await simulated(MACHINES[0]!, ...options);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(says);
});

// Last: it loads everything a second time.
it('a difference is printed, and the answer is no', async () => {
  vi.resetModules();
  vi.doMock('../../src/hw/timing/drain.js', () => ({ drainCycles: () => 17 }));
  const { cli: shifted } = await import('../support/cli.js');
  const file = join(folder, 'machine.yaml');
  await writeFile(file, MACHINES[1]!);
  const lockstep = [
    'simulate',
    'd.safetensors',
    '--hw',
    file,
    '--engine',
    'lockstep',
    '--input',
    digits.images,
  ];
  const { exitCode, stdout } = await shifted(lockstep, files);
  const json = await shifted([...lockstep, '--json'], files);
  vi.doUnmock('../../src/hw/timing/drain.js');
  vi.resetModules();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/First difference, in layer 0 .*\n[^]*by formula {3}cycle \d+: end of \d+ drain/);
  expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'bitmac-lockstep/1', equal: false });
});
