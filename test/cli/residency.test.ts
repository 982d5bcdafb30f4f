import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulationResult } from '../../src/engine/result.js';
import { cli, quantizedDigits } from '../support/cli.js';
import { refusal } from './refusal.js';

let folder: string;
let model: Uint8Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitmac '));
  model = await quantizedDigits();
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const EXTENDS = 'extends: systolic-16x16-scratchpad\n';

async function run(text: string, ...options: string[]) {
  const hw = join(folder, 'machine.yaml');
  await writeFile(hw, text);
  const files = new Map([['d.safetensors', model]]);
  const { exitCode, stdout, written } = await cli(
    ['simulate', 'd.safetensors', '--hw', hw, ...options],
    files,
  );
  expect(exitCode).toBe(0);
  return { stdout, written };
}

async function simulated(text: string): Promise<SimulationResult> {
  return JSON.parse((await run(text, '--json')).stdout) as SimulationResult;
}

describe('a machine that keeps results on chip', () => {
  const RESULTS = `${EXTENDS}residency: { activations: true }\n`;

  it('stores the last result only, loads the input only, and says of each layer what stays', async () => {
    const base = await simulated(EXTENDS);
    const kept = await simulated(RESULTS);
    const working = kept.layers.filter(({ placement }) => placement !== 'free');
    expect(working.map(({ counts }) => counts.dramWriteBytes > 0)).toEqual(
      working.map((_, index) => index === working.length - 1),
    );
    expect(working.map(({ resident }) => resident!.inputs > 0)).toEqual(working.map((_, index) => index > 0));
    expect(working.slice(1, -1).every(({ mapping }) => /input resident, output stays;/.test(mapping!))).toBe(
      true,
    );
    const saved = base.totals.counts.dramWriteBytes - kept.totals.counts.dramWriteBytes;
    expect(kept.residency!.savedDramBytes).toBeGreaterThan(saved);
    expect(kept.residency!.savedCycles).toBe(base.totals.cycles - kept.totals.cycles);
    expect(base.residency).toBeUndefined();
  });

  it('has layers that add up to the totals', async () => {
    const { layers, totals } = await simulated(RESULTS);
    const sum = (figure: (layer: (typeof layers)[number]) => number): number =>
      layers.reduce((total, layer) => total + figure(layer), 0);
    expect(sum(({ cycles }) => cycles)).toBe(totals.cycles);
    expect(sum(({ energyPicojoules }) => energyPicojoules)).toBe(totals.energyPicojoules);
  });

  it('has listings and timelines of the same programs', async () => {
    const { totals } = await simulated(RESULTS);
    const { written } = await run(RESULTS, '--listing', 'l.txt', '--trace', 't.json');
    const stores = String(written.get('l.txt'))
      .split('\n')
      .filter((line) => / store /.test(line));
    expect(stores).toHaveLength(1);
    const { traceEvents } = JSON.parse(String(written.get('t.json'))) as {
      traceEvents: { ts?: number; dur?: number }[];
    };
    expect(Math.max(...traceEvents.map(({ ts = 0, dur = 0 }) => ts + dur))).toBe(totals.cycles);
  });
});

describe('a machine that keeps weights on chip', () => {
  it('loads them once, and says so beside the totals', async () => {
    const text = `${EXTENDS}residency: { weights: true }\n`;
    const { layers, residency } = await simulated(text);
    const parameters = layers.filter(({ resident }) => resident?.weights === true);
    const bytes = parameters.reduce((sum, { parameterBytes }) => sum + parameterBytes, 0);
    expect(residency!.weightLayers).toBe(parameters.length);
    expect(residency!.mostBytes).toBe(bytes);
    expect(parameters.every(({ counts }) => counts.weightWriteBytes === 0)).toBe(true);
    expect(residency!.setupDramBytes).toBeGreaterThanOrEqual(bytes);
    expect((await run(text)).stdout).toMatch(/of weights are loaded before the first inference/);
  });

  it('needs no scratchpad', async () => {
    const { residency } = await simulated('extends: systolic-16x16-ws\nresidency: { weights: true }\n');
    expect(residency!.weightLayers).toBeGreaterThan(0);
  });
});

it('results cannot stay where buffers are apart', async () => {
  const hw = join(folder, 'apart.yaml');
  await writeFile(hw, 'extends: systolic-16x16-ws\nresidency: { activations: true }\n');
  const message = await refusal(['simulate', 'd.safetensors', '--hw', hw], { 'd.safetensors': model });
  expect(message.replaceAll(join(folder, '/'), '')).toBe(
    'bitmac: apart.yaml:2:14: residency.activations: found true with three buffers, expected false, or a scratchpad, ' +
      'in which a result lies where the next layer reads it',
  );
});

it('a report says what stays, in text and in HTML', async () => {
  const text = `${EXTENDS}residency: { activations: true, weights: true }\n`;
  const { stdout, written } = await run(text, '--html', 'r.html');
  expect(stdout).toMatch(/^residency +results stay for the layers that read them, weights stay/m);
  expect(stdout).toMatch(
    /^Residency\n\non chip +\d+ results for their readers, weights of \d+ layers; at most/m,
  );
  expect(String(written.get('r.html'))).toContain('<h3>Residency</h3>');
});
