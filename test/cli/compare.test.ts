import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, digits, quantizedDigits } from '../support/cli.js';
import { onnxBytes, onnxNode } from '../support/onnx-model.js';

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

describe('with data and labels', () => {
  const data = ['--data', digits.images, '--labels', digits.labels, '--rows', '0:40'];

  it('says once for each model how often it answers right, as evaluate does', async () => {
    const { exitCode, stdout } = await comparing('d.safetensors', ...machines, ...data, '--json');
    const evaluated = await cli(['evaluate', 'd.safetensors', ...data, '--json'], files);
    const { integer } = JSON.parse(evaluated.stdout) as { integer: { top1Correct: number } };
    const [model] = (JSON.parse(stdout) as { models: { accuracy: unknown }[] }).models;
    expect({ exitCode, accuracy: model!.accuracy }).toEqual({
      exitCode: 0,
      accuracy: { rows: 40, top1Correct: integer.top1Correct },
    });
    expect(integer.top1Correct).toBeGreaterThan(30);
    const text = (await comparing('d.safetensors', ...machines, ...data)).stdout;
    const accuracy = `${((integer.top1Correct / 40) * 100).toFixed(2)}%, ${integer.top1Correct} of 40`;
    expect(text.split(`first answers that are right: ${accuracy}`)).toHaveLength(2);
    const csv = (await comparing('d.safetensors', ...machines, ...data, '--csv')).stdout.split('\n');
    expect(csv.filter((line) => line.endsWith(`,40,${integer.top1Correct},`))).toHaveLength(2);
    const page = await comparing('d.safetensors', ...machines, ...data, '--html', 'c.html');
    expect(page.written.get('c.html')).toContain(`First answers that are right: ${accuracy}`);
  });

  it('shares them between models, or takes those of each in order', async () => {
    const models = ['d.safetensors', 'e.safetensors'];
    const both = new Map([...files, ['e.safetensors', files.get('d.safetensors')!]]);
    const answers = async (...args: readonly string[]) => {
      const { stdout } = await cli(['compare', ...models, ...machines, '--json', ...args], both);
      const compared = (JSON.parse(stdout) as { models: { accuracy: { top1Correct: number } }[] }).models;
      return compared.map(({ accuracy }) => accuracy.top1Correct);
    };
    const [shared, again] = await answers(...data);
    expect(again).toBe(shared);
    const each = ['--data', digits.images, digits.images, '--labels', digits.labels, digits.labels];
    const apart = await answers(...each, '--rows', '0:40', '--label-offset', '0', '1');
    expect(apart[0]).toBe(shared);
    expect(apart[1]).toBeLessThan(shared!);
  });

  it.each([
    {
      what: 'no labels',
      args: ['--data', digits.images],
      says: '--data: found no --labels, expected the class number of each row',
    },
    {
      what: 'no data',
      args: ['--labels', digits.labels],
      says: '--labels: found no --data, expected inputs to evaluate the models on',
    },
    {
      what: 'rows of nothing',
      args: ['--rows', '0:3'],
      says: '--rows: found no --data',
    },
    {
      what: 'another number of labels than models',
      args: ['--data', digits.images, '--labels', digits.labels, digits.labels, digits.labels],
      says: '--labels: found 3 of them, expected one for all models, or 1: one for each, in order',
    },
    {
      what: 'only shapes',
      args: ['--shape-only', ...data],
      model: digits.model,
      says: '--data: found networks of which only the shapes are known',
    },
  ])('refuses $what', async ({ args, says, model = 'd.safetensors' }) => {
    const { exitCode, stderr } = await comparing(model, ...machines, ...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(says) as string });
  });

  it('names the model that shared data does not fit, and what to do', async () => {
    const other = onnxBytes({
      inputs: { x: [1, 6] },
      nodes: [onnxNode('Relu', ['x'], ['y'])],
      outputs: ['y'],
    });
    const both = new Map([...files, ['other.onnx', other]]);
    const args = ['d.safetensors', 'other.onnx', '--data-free', ...machines, ...data];
    const { exitCode, stderr } = await cli(['compare', ...args], both);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('for other.onnx: ');
    expect(stderr).toContain('give --data and --labels once for each model, in order');
  });
});

describe('a machine that cannot run a model', () => {
  let folder: string;
  let narrow: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bitmac-compare-'));
    narrow = join(folder, 'narrow.yaml');
    await writeFile(narrow, 'extends: whitepaper-16x16\narray: { weightBits: 4 }\n');
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('is told of with its reason beside those that can, and the exit code is 1', async () => {
    const { exitCode, stdout, stderr } = await comparing('d.safetensors', ...machines, narrow);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toMatch(/^C {2}narrow: .*\n {3}cannot run it: layer '.*' \(conv2d\): found int8 weights/m);
  });

  it('is an error where none can', async () => {
    const { exitCode, stdout, stderr } = await comparing('d.safetensors', '--hw', narrow, narrow);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^bitmac: d\.safetensors on \S+narrow\.yaml: layer .* found int8 weights/);
  });
});

it('prints only the tables of models and machines with --summary', async () => {
  const models = ['d.safetensors', digits.model, '--data-free'];
  const whole = await comparing(...models, ...machines);
  const { stdout } = await comparing(...models, ...machines, '--summary');
  expect(whole.stdout.startsWith(`${stdout}\n\n\n`)).toBe(true);
  expect(stdout).toMatch(/^Latency$/m);
  expect(stdout).not.toMatch(/^Layers$/m);
});
