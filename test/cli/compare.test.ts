import { beforeAll, expect, it } from 'vitest';
import { cli, digits, quantizedDigits } from '../support/cli.js';

const machines = ['--hw', 'whitepaper-16x16', 'systolic-16x16-ws'];
let files: Map<string, Uint8Array>;

beforeAll(async () => {
  files = new Map([['d.safetensors', await quantizedDigits()]]);
});

const comparing = (...args: readonly string[]) => cli(['compare', ...args], files);

interface Comparison {
  readonly models: readonly {
    readonly model: string;
    readonly machines: readonly {
      readonly accelerator: { readonly name: string };
      readonly totals: { readonly cycles: number; readonly energyPicojoules: number };
      readonly cyclesRatio: number;
      readonly energyRatio: number;
    }[];
    readonly layers: readonly { readonly cycles: readonly number[] }[];
  }[];
}

it('prints the machines side by side within 100 columns', async () => {
  const { exitCode, stdout, stderr } = await comparing('d.safetensors', ...machines);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  expect(stdout).toMatch(/^A {2}whitepaper-16x16: .*\nB {2}systolic-16x16-ws: /m);
  expect(stdout).toMatch(/^ {2}MACs +329 nJ +329 nJ +1\.00x$/m);
});

it('gives ratios to the first machine, and layers that add up to the totals of each', async () => {
  const { stdout } = await comparing('d.safetensors', ...machines, '--json');
  const [comparison] = (JSON.parse(stdout) as Comparison).models;
  const { machines: compared, layers } = comparison!;
  const [first, second] = compared;
  expect(compared.map(({ accelerator }) => accelerator.name)).toEqual(machines.slice(1));
  expect([first!.cyclesRatio, first!.energyRatio]).toEqual([1, 1]);
  expect(second!.cyclesRatio).toBe(second!.totals.cycles / first!.totals.cycles);
  expect(second!.energyRatio).toBe(second!.totals.energyPicojoules / first!.totals.energyPicojoules);
  const sums = compared.map((_, machine) => layers.reduce((sum, { cycles }) => sum + cycles[machine]!, 0));
  expect(sums).toEqual(compared.map(({ totals }) => totals.cycles));
});

it('puts the baseline first, and knows only the machines it was given', async () => {
  const reordered = await comparing('d.safetensors', ...machines, '--baseline', 'systolic-16x16-ws');
  const swapped = await comparing('d.safetensors', '--hw', 'systolic-16x16-ws', 'whitepaper-16x16');
  expect(reordered).toEqual(swapped);
  expect(reordered.stdout).toMatch(/^A {2}systolic-16x16-ws: /m);
  const { exitCode, stderr } = await comparing('d.safetensors', ...machines, '--baseline', 'systolic-16x16');
  expect(exitCode).toBe(2);
  expect(stderr).toContain("--baseline: found 'systolic-16x16', expected one of whitepaper-16x16, systolic");
});

it('agrees with simulate about each machine', async () => {
  const { stdout } = await comparing('d.safetensors', ...machines, '--json');
  const totals = (JSON.parse(stdout) as Comparison).models[0]!.machines.map((machine) => machine.totals);
  const alone = machines
    .slice(1)
    .map((hw) => cli(['simulate', 'd.safetensors', '--hw', hw, '--json'], files));
  const simulated = await Promise.all(alone);
  expect(totals).toEqual(simulated.map((run) => (JSON.parse(run.stdout) as { totals: unknown }).totals));
});

it('takes several models, integer and float', async () => {
  const { stdout } = await comparing('d.safetensors', digits.model, '--data-free', ...machines, '--csv');
  const rows = stdout.split('\n').slice(1);
  expect(rows.filter((row) => row.includes(',total,'))).toHaveLength(4);
  expect(new Set(rows.map((row) => row.split(',')[0]))).toEqual(new Set(['d.safetensors', digits.model]));
});

it('takes the machines of one --hw or of several', async () => {
  const [, first, second] = machines as [string, string, string];
  const apart = await comparing('d.safetensors', '--hw', first, '--hw', second);
  expect(apart).toEqual(await comparing('d.safetensors', ...machines));
});

it('gives the same bytes twice, in every form', async () => {
  for (const form of [[], ['--json'], ['--csv'], ['--html', 'c.html']]) {
    const args = ['d.safetensors', ...machines, ...form];
    expect(await comparing(...args)).toEqual(await comparing(...args));
  }
});
