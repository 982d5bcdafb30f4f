import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, digits, quantizedDigits } from '../support/cli.js';

const machine = ['--hw', 'systolic-16x16-ws'];
let files: Map<string, Uint8Array>;

beforeAll(async () => {
  files = new Map([['d.safetensors', await quantizedDigits()]]);
});

const simulating = (...options: readonly string[]) =>
  cli(['simulate', 'd.safetensors', ...machine, ...options], files);

/** The fields of a simulation as JSON that hold figures: numbers, or groups of them. */
interface Figures {
  readonly macs: number;
  readonly cycles: number;
  readonly cycleBreakdown: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly energyPicojoules: number;
  readonly energyBreakdown: Readonly<Record<string, number>>;
}

function sumOf(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = Object.keys(parts[0]!);
  return Object.fromEntries(names.map((name) => [name, parts.reduce((sum, part) => sum + part[name]!, 0)]));
}

const sum = (group: Readonly<Record<string, number>>) => Object.values(group).reduce((a, b) => a + b, 0);
const totalsOf = (json: string) => (JSON.parse(json) as { totals: unknown }).totals;

it('prints a table that fits 100 columns, with the cycles and MACs of every layer', async () => {
  const { exitCode, stdout, stderr } = await simulating();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  expect(stdout).toMatch(/^d\.safetensors on systolic-16x16-ws\n.* 12 layers, 1,097,984 MACs, [\d,]+ cycles/);
  expect(stdout).toMatch(/^ 4 {2}Conv_10 +conv2d +451,584 /m);
});

describe('as JSON', () => {
  it('the layers add up to the totals exactly', async () => {
    const { stdout } = await simulating('--json');
    const { layers, totals } = JSON.parse(stdout) as { layers: Figures[]; totals: Figures };
    const plain = ({ macs, cycles, energyPicojoules }: Figures) => ({ macs, cycles, energyPicojoules });
    expect(sumOf(layers.map(plain))).toEqual(plain(totals));
    for (const group of ['cycleBreakdown', 'counts', 'energyBreakdown'] as const) {
      expect(sumOf(layers.map((layer) => layer[group]))).toEqual(totals[group]);
    }
    expect(totals.macs).toBe(1_097_984);
  });

  it('the breakdowns of a layer add up to the layer exactly', async () => {
    const { stdout } = await simulating('--json');
    const { layers } = JSON.parse(stdout) as { layers: Figures[] };
    expect(layers.map(({ cycleBreakdown }) => sum(cycleBreakdown))).toEqual(layers.map((l) => l.cycles));
    expect(layers.map(({ energyBreakdown }) => sum(energyBreakdown))).toEqual(
      layers.map((l) => l.energyPicojoules),
    );
  });
});

it('as CSV has a header, a row a layer and one of totals', async () => {
  const { stdout } = await simulating('--csv');
  const lines = stdout.split('\n');
  expect(lines.map((line) => line.split(',')[2])).toEqual([
    'row',
    ...Array<string>(12).fill('layer'),
    'total',
  ]);
});

it('gives the same bytes twice, in every form', async () => {
  for (const form of [[], ['--json'], ['--csv'], ['--html', 'r.html', '--listing', 'l.txt']]) {
    expect(await simulating(...form)).toEqual(await simulating(...form));
  }
});

it('writes a page and the program beside what it prints', async () => {
  const { stdout, written } = await simulating('--html', 'a b/r.html', '--listing', 'l.txt');
  expect(stdout).toContain('1,097,984 MACs');
  expect([...written.keys()]).toEqual(['a b/r.html', 'l.txt']);
  expect(written.get('a b/r.html')).toMatch(/^<!doctype html>/i);
  expect(written.get('l.txt')).toMatch(/^layer 0 'Conv_0' \(conv2d\): /);
});

it('writes a timeline in which no row does two things at once and the layers fill the latency', async () => {
  const { stdout, written } = await simulating('--json', '--trace', 't.json');
  const { totals, layers } = JSON.parse(stdout) as {
    readonly totals: { readonly cycles: number };
    readonly layers: readonly { readonly name: string }[];
  };
  const { traceEvents } = JSON.parse(written.get('t.json') as string) as {
    readonly traceEvents: readonly Record<'ph' | 'name' | 'tid' | 'ts' | 'dur', string | number>[];
  };
  const slices = traceEvents.filter(({ ph }) => ph === 'X') as readonly {
    readonly name: string;
    readonly tid: number;
    readonly ts: number;
    readonly dur: number;
  }[];
  for (const row of new Set(slices.map(({ tid }) => tid))) {
    slices
      .filter(({ tid }) => tid === row)
      .reduce((end, { ts, dur }) => {
        expect(ts).toBeGreaterThanOrEqual(end);
        return ts + dur;
      }, 0);
  }
  const layerSlices = slices.filter(({ tid }) => tid === 0);
  expect(layerSlices.reduce((sum, { dur }) => sum + dur, 0)).toBe(totals.cycles);
  expect(layers.map(({ name }) => name)).toEqual(expect.arrayContaining(layerSlices.map(({ name }) => name)));
  const counters = new Set(traceEvents.filter(({ ph }) => ph === 'C').map(({ name }) => name));
  expect(counters).toEqual(new Set(['activation buffer', 'weight buffer', 'output buffer', 'DRAM']));
});

it('computes the outputs that run computes', async () => {
  const input = ['--input', digits.images];
  const simulated = await simulating(...input, '--row', '7', '-o', 'y.npy');
  const run = await cli(['run', 'd.safetensors', ...input, '--rows', '7', '-o', 'y.npy'], files);
  expect(simulated.written.get('y.npy')).toEqual(run.written.get('y.npy'));
  expect(simulated.stdout).toContain('Outputs of row 7\n  logits: int8 1x10, largest ');
});

it('takes a float model without data where values do not matter, and says that they do not', async () => {
  const args = ['simulate', digits.model, '--data-free', '--json', ...machine];
  const { stdout, stderr } = await cli(args);
  expect(stderr).toBe('bitmac: --data-free: ranges come from random inputs, so output values mean nothing');
  expect(totalsOf(stdout)).toEqual(totalsOf((await simulating('--json')).stdout));
});

describe('--energy-report', () => {
  interface Report {
    readonly energyPicojoules: number;
    readonly lines: readonly { readonly energyPicojoules: number }[];
    readonly layers?: readonly { readonly energyPicojoules: number }[];
  }
  const reported = async (...options: readonly string[]) =>
    JSON.parse((await simulating('--energy-report', '--json', ...options)).stdout) as Report;

  it('adds up to the energy that the simulation prints, by lines and by layers', async () => {
    const { energyPicojoules } = totalsOf((await simulating('--json')).stdout) as Figures;
    const { lines, layers } = await reported('--per-layer');
    for (const parts of [lines, layers!]) {
      expect(parts.reduce((total, part) => total + part.energyPicojoules, 0)).toBe(energyPicojoules);
    }
    expect(await reported()).not.toHaveProperty('layers');
  });

  it('prints lines with their sources', async () => {
    const { stdout } = await simulating('--energy-report', '--per-layer');
    expect(stdout).toMatch(/^multiply-accumulates +1,097,984 +0\.3 pJ\/MAC +329,395\.20\d +[\d.]+% +\[1\]$/m);
    expect(stdout).toContain('\n[1] 8 x 8 bit multiply + 32 bit add; int8 multiply, Horowitz, ISSCC 2014');
    expect(stdout).toContain(' 4  Conv_10 (conv2d): ');
  });

  it.each([
    {
      options: ['--per-layer'],
      says: '--per-layer: found no --energy-report, expected a report to put layers in',
    },
    { options: ['--energy-report', '--csv'], says: '--energy-report: found --csv, expected text or --json' },
  ])('is refused with $options', async ({ options, says }) => {
    const { exitCode, stderr } = await simulating(...options);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `bitmac: ${says}` });
  });
});

/** What is printed for a machine whose energy depends on values. */
async function simulatingWith(energy: string, ...options: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bitmac-values-'));
  const path = join(folder, 'values.yaml');
  await writeFile(path, `extends: systolic-16x16-ws\nname: values\nenergy: { ${energy} }\n`);
  const { stdout } = await cli(['simulate', 'd.safetensors', '--hw', path, ...options], files);
  await rm(folder, { recursive: true });
  return stdout;
}

/** Totals on a machine that gates MACs with zeros of `operands`, which then cost a quarter. */
async function gating(operands: string, ...options: readonly string[]): Promise<Figures> {
  const energy = `zeroGating: ${operands}, gatedMac: 0.25`;
  return totalsOf(await simulatingWith(energy, '--json', ...options)) as Figures;
}

describe('on a machine that gates MACs with a zero', () => {
  it('counts those of the data, which cost their share; the rest stays as it was', async () => {
    const plain = totalsOf((await simulating('--json')).stdout) as Figures;
    const gated = await gating('both', '--input', digits.images);
    const count = gated.counts['gatedMacs']!;
    expect(count).toBeGreaterThan(0.1 * plain.macs);
    expect(gated.counts).toEqual({ ...plain.counts, macs: plain.macs - count, gatedMacs: count });
    expect(gated.cycles).toBe(plain.cycles);
    expect(gated.energyPicojoules).toBeCloseTo(plain.energyPicojoules - 0.75 * 0.3 * count, 1);
    const { mac, ...others } = plain.energyBreakdown;
    expect(gated.energyBreakdown).toMatchObject(others);
    expect(gated.energyBreakdown['mac']).toBeLessThan(mac!);
  });

  it('counts no fewer with both operands than with one, and none without data', async () => {
    const counts = await Promise.all(
      ['activations', 'weights', 'both'].map((operands) => gating(operands, '--input', digits.images)),
    );
    const [activations, weights, both] = counts.map((totals) => totals.counts['gatedMacs']!);
    expect(both).toBeGreaterThan(Math.max(activations!, weights!));
    expect(both).toBeLessThan(activations! + weights!);
    expect((await gating('both')).counts['gatedMacs']).toBe(0);
  });
});

/** Totals on a machine where half of a MAC's cost follows the bits that flip. */
async function following(...options: readonly string[]): Promise<Figures> {
  return totalsOf(await simulatingWith('toggleShare: 0.5', '--json', ...options)) as Figures;
}

describe('on a machine whose MACs cost by the bits that flip', () => {
  it('counts those of the data, and what does not flip half of its bits costs less', async () => {
    const plain = totalsOf((await simulating('--json')).stdout) as Figures;
    const followed = await following('--input', digits.images);
    const { operandToggles: flips } = followed.counts;
    expect(followed.counts).toEqual({
      ...plain.counts,
      macs: 0,
      measuredMacs: plain.macs,
      operandToggles: flips,
    });
    expect(followed.cycles).toBe(plain.cycles);
    const rate = flips! / (8 * plain.macs);
    expect(rate).toBeGreaterThan(0.05);
    expect(rate).toBeLessThan(0.5);
    const { mac, ...others } = plain.energyBreakdown;
    expect(followed.energyBreakdown).toMatchObject(others);
    expect(followed.energyBreakdown['mac']! / mac!).toBeCloseTo(0.5 + 0.5 * 2 * rate, 6);
  });

  it('counts others of other data, and none without', async () => {
    const [first, second] = await Promise.all(
      ['0', '7'].map((row) => following('--input', digits.images, '--row', row)),
    );
    expect(first!.counts['operandToggles']).not.toBe(second!.counts['operandToggles']);
    const plain = totalsOf((await simulating('--json')).stdout) as Figures;
    expect((await following()).energyPicojoules).toBe(plain.energyPicojoules);
  });

  it('reports the rate of the network and of each layer', async () => {
    const options = ['--input', digits.images, '--energy-report', '--per-layer'];
    const text = await simulatingWith('toggleShare: 0.5', ...options);
    const rates = text.match(/^\d+\.\d% of the bits that stream to the multipliers flip\.$/gm)!;
    const json = await simulatingWith('toggleShare: 0.5', ...options, '--json');
    const { toggleRate, layers } = JSON.parse(json) as {
      toggleRate: number;
      layers: { op: string; toggleRate: number | null }[];
    };
    const own = layers.map((layer) => layer.toggleRate).filter((rate) => rate !== null);
    expect(rates).toHaveLength(1 + own.length);
    expect(text.match(/ of the bits /g)).toHaveLength(rates.length);
    expect(rates[0]).toContain(`${(toggleRate * 100).toFixed(1)}%`);
    expect(layers.find(({ op }) => op === 'maxPool')!.toggleRate).toBeNull();
    expect(Math.min(...own)).toBeLessThan(toggleRate);
    expect(Math.max(...own)).toBeGreaterThan(toggleRate);
  });
});
