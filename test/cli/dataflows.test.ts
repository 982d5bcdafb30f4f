import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

interface Result {
  readonly totals: { readonly cycleBreakdown: Record<string, number>; readonly counts: { macs: number } };
}

describe.each([
  {
    array: 'dataflow: is',
    name: 'input-stationary',
    registers: 'one activation register per PE',
    drains: false,
  },
  {
    array: 'dataflow: os',
    name: 'output-stationary',
    registers: 'drained by column buses',
    drains: false,
  },
  {
    array: 'dataflow: os, drain: shift',
    name: 'output-stationary',
    registers: 'drained by shifting',
    drains: true,
  },
])('a machine with $array', ({ array, name, registers, drains }) => {
  const simulating = async (...options: readonly string[]) => {
    const file = join(folder, 'machine.yaml');
    await writeFile(file, `extends: systolic-16x16-ws\narray: { ${array}, pingPongWeights: false }\n`);
    return cli(['simulate', 'd.safetensors', '--hw', file, ...options], files);
  };

  it('says what stays and how it leaves, in 100 columns', async () => {
    const { exitCode, stdout } = await simulating();
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`16 x 16 systolic, ${name}, `);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(registers);
  });

  it('makes the MACs of the model and drains only where sums are shifted out', async () => {
    const { totals } = JSON.parse((await simulating('--json')).stdout) as Result;
    expect(totals.counts.macs).toBe(1_097_984);
    expect(totals.cycleBreakdown['drain']! > 0).toBe(drains);
    expect(totals.cycleBreakdown['weightLoad']! > 0).toBe(name === 'input-stationary');
  });

  it('computes the outputs that run computes', async () => {
    const input = ['--input', digits.images];
    const simulated = await simulating(...input, '--row', '7', '-o', 'y.npy');
    const run = await cli(['run', 'd.safetensors', ...input, '--rows', '7', '-o', 'y.npy'], files);
    expect(simulated.written.get('y.npy')).toEqual(run.written.get('y.npy'));
  });
});
