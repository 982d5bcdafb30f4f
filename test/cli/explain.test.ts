import { beforeAll, describe, expect, it } from 'vitest';
import { cli, quantizedDigits } from '../support/cli.js';

let files: Map<string, Uint8Array>;

beforeAll(async () => {
  files = new Map([['d.safetensors', await quantizedDigits()]]);
});

const simulating = (...options: readonly string[]) =>
  cli(['simulate', 'd.safetensors', '--hw', 'whitepaper-16x16', ...options], files);

interface Totals {
  readonly cycles: number;
  readonly energyPicojoules: number;
}

interface Explained extends Totals {
  readonly value: number;
}

interface ExplainedLayer {
  readonly name: string;
  readonly choice: Explained;
  readonly runnerUp: Explained | null;
  readonly why: string | null;
  readonly mappings: number;
  readonly measured: number;
  readonly ruledOut: number;
  readonly lowestValue: number;
  readonly lowerBound: number;
  readonly open: { readonly mappings: number } | null;
}

async function explaining(...options: readonly string[]): Promise<readonly ExplainedLayer[]> {
  const { stdout } = await simulating('--explain', '--json', ...options);
  return (JSON.parse(stdout) as { layers: readonly ExplainedLayer[] }).layers;
}

async function totalsFor(goal: string): Promise<Totals> {
  const { stdout } = await simulating('--optimize', goal, '--json');
  const { optimize, totals } = JSON.parse(stdout) as { optimize: string; totals: Totals };
  expect(optimize).toBe(goal);
  return totals;
}

describe('--optimize', () => {
  it('is at its best in what it makes small', async () => {
    const [latency, energy, edp] = [
      await totalsFor('latency'),
      await totalsFor('energy'),
      await totalsFor('edp'),
    ];
    expect(energy.energyPicojoules).toBeLessThan(latency.energyPicojoules);
    expect(energy.energyPicojoules).toBeLessThanOrEqual(edp.energyPicojoules);
    expect(latency.cycles).toBeLessThan(energy.cycles);
    expect(latency.cycles).toBeLessThanOrEqual(1.01 * edp.cycles);
  });
});

describe('--explain', () => {
  it('prints choice, runner-up, figures and why, in 100 columns', async () => {
    const { exitCode, stdout, stderr } = await simulating('--explain', '--layer', 'Conv_10');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(stdout).toMatchInlineSnapshot(`
      "d.safetensors on whitepaper-16x16: mappings
      Chosen for latency: of the mappings whose cycles are within 1 % of the fewest, the one with the
      least DRAM traffic, then the fewest cycles.
      A search stops when no mapping can be better by more than 1.0% (--tolerance) or, proven or not, when
      it has timed 16 mappings of a layer (--effort).

      4 Conv_10 (conv2d)

      choice     weights outer, tile 7x7 positions x 16 channels x 16 inputs, 18 folds, activations kept
      runner-up  weights outer, tile 7x7 positions x 16 channels x 16 inputs, 18 folds

                 cycles  DRAM bytes   energy
      --------------------------------------
      choice      2,781      12,608  1.27 µJ
      runner-up   2,871      12,672  1.27 µJ

      why       the runner-up takes 3.2% more cycles, 0.5% more DRAM traffic: 37 more requantize, 32 more
                weight load
      searched  11,711 mappings: 6 timed, 11,705 ruled out by bounds
      best      proven: no mapping of the space comes before it by more than 1.0%"
    `);
  });

  it('accounts for every mapping, and the choice has the figures of the simulation', async () => {
    for (const goal of ['latency', 'energy', 'edp']) {
      const layers = await explaining('--optimize', goal);
      const { energyPicojoules, cycles } = await totalsFor(goal);
      expect(layers.reduce((sum, { choice }) => sum + choice.cycles, 0)).toBe(cycles);
      expect(layers.reduce((sum, { choice }) => sum + choice.energyPicojoules, 0)).toBe(energyPicojoules);
      for (const { choice, runnerUp, open, lowestValue, lowerBound, ...layer } of layers) {
        expect(layer.measured + layer.ruledOut + (open?.mappings ?? 0)).toBe(layer.mappings);
        expect(lowerBound).toBeLessThanOrEqual(lowestValue);
        expect(lowestValue).toBeLessThanOrEqual(choice.value);
        expect(open !== null || lowestValue <= 1.01 * lowerBound).toBe(true);
        expect(goal === 'latency' || (runnerUp?.value ?? Infinity) >= choice.value).toBe(true);
      }
    }
  });

  it('goes on for --tolerance 0 until nothing at all can be better', async () => {
    const layers = await explaining('--tolerance', '0');
    for (const { open, lowerBound, lowestValue } of layers) {
      expect(open !== null || lowerBound === lowestValue).toBe(true);
    }
    const { stdout } = await simulating('--explain', '--tolerance', '0', '--layer', 'Conv_10');
    expect(stdout).toMatch(/proven: no mapping of the space comes before it$/m);
  });

  it('takes a tolerance in per cent as well', async () => {
    expect(await explaining('--tolerance', '50%')).toEqual(await explaining('--tolerance', '0.5'));
    expect(await explaining('--tolerance', '1%')).toEqual(await explaining());
  });

  it('says what is left open where the effort is spent before anything is proven', async () => {
    const layers = await explaining('--effort', '1');
    const open = layers.filter((layer) => layer.open !== null);
    expect(open.length).toBeGreaterThan(0);
    for (const { measured } of open) expect(measured).toBe(2);
    expect(open.some(({ lowerBound, lowestValue }) => lowerBound < lowestValue)).toBe(true);
    const { stdout } = await simulating('--explain', '--effort', '1');
    expect(stdout).toMatch(/best +of the 2 measured; the lower bound of [\d,]+ cycles leaves \d+\.\d% open/);
  });

  it.each([
    { args: ['--layer', 'Conv_10'], says: '--layer: found no --explain' },
    { args: ['--explain', '--csv'], says: '--explain: found --csv, expected text or --json' },
    { args: ['--explain', '--layer', 'Conv_1O'], says: "did you mean 'Conv_10'?" },
    { args: ['--effort', '0'], says: '--effort: found' },
    { args: ['--tolerance', '2%x'], says: "--tolerance: found '2%x', expected a share" },
    { args: ['--tolerance', '1.5'], says: '--tolerance: found' },
    { args: ['--optimize', 'power'], says: 'power' },
  ])('is refused with $args', async ({ args, says }) => {
    const { exitCode, stderr } = await simulating(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
  });
});
