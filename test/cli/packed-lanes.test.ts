import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli, digits } from '../support/cli.js';

let folder: string;
let files: Map<string, Uint8Array | string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitmac '));
  const calibration = ['--calibration', digits.calibration, '--divide', '255', '--calibration-rows', '0:20'];
  const quantize = async (bits: number): Promise<Uint8Array | string> => {
    const weights = ['--weight-bits', `${bits}`, '-o', 'd.safetensors'];
    const run = await cli(['quantize', digits.model, ...calibration, ...weights]);
    return run.written.get('d.safetensors')!;
  };
  files = new Map([
    ['int8.safetensors', await quantize(8)],
    ['int4.safetensors', await quantize(4)],
  ]);
  const wide = 'extends: systolic-16x16-ws\nactivationBuffer: { bandwidth: 32 B/cycle }\n';
  const lanes = 'array: { packedLanes: [{ activationBits: 8, weightBits: 4, lanes: 2 }] }\n';
  await writeFile(join(folder, 'plain.yaml'), wide);
  await writeFile(join(folder, 'lanes.yaml'), wide + lanes);
  const gating = 'energy: { zeroGating: both }\n';
  await writeFile(join(folder, 'gating-plain.yaml'), wide + gating);
  await writeFile(join(folder, 'gating-lanes.yaml'), wide + lanes + gating);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Totals {
  readonly macs: number;
  readonly cycles: number;
  readonly utilization: number;
  readonly cycleBreakdown: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly energyPicojoules: number;
}

async function totalsOf(model: string, machine: string, options: readonly string[] = []): Promise<Totals> {
  const args = ['simulate', model, '--hw', join(folder, machine), '--json', ...options];
  const { exitCode, stdout, stderr } = await cli(args, files);
  if (exitCode !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { totals: Totals }).totals;
}

it('int4 weights take half the room and not many more than half the vectors where the array has two lanes for them', async () => {
  const plain = await totalsOf('int4.safetensors', 'plain.yaml');
  const lanes = await totalsOf('int4.safetensors', 'lanes.yaml');
  expect(lanes.macs).toBe(plain.macs);
  expect(lanes.counts).toMatchObject({ macs: 0, packedMacs: plain.macs, packedBitProducts: 32 * plain.macs });
  expect([plain.cycleBreakdown['stream'], lanes.cycleBreakdown['stream']]).toEqual([6496, 3754]);
  expect([plain.counts['weightWriteBytes'], lanes.counts['weightWriteBytes']]).toEqual([22_208, 11_136]);
  expect(lanes.cycles).toBeLessThan(0.75 * plain.cycles);
  expect(lanes.energyPicojoules).toBeLessThan(0.8 * plain.energyPicojoules);
  expect(lanes.utilization).toBeCloseTo(lanes.macs / (2 * 256 * lanes.cycles), 12);
});

it('lanes share a multiplier, and a zero in one of them gates nothing', async () => {
  const gating = ['--input', digits.images];
  const lanes = await totalsOf('int4.safetensors', 'gating-lanes.yaml', gating);
  expect(lanes.counts).toMatchObject({ macs: 0, gatedMacs: 0, packedMacs: lanes.macs });
  const plain = await totalsOf('int4.safetensors', 'gating-plain.yaml', gating);
  expect(plain.counts['gatedMacs']).toBeGreaterThan(0.1 * plain.macs);
});

it('int8 weights run as they do without lanes', async () => {
  const plain = await totalsOf('int8.safetensors', 'plain.yaml');
  const lanes = await totalsOf('int8.safetensors', 'lanes.yaml');
  const { counts, cycles, cycleBreakdown } = lanes;
  expect({ counts, cycles, cycleBreakdown }).toEqual({
    counts: plain.counts,
    cycles: plain.cycles,
    cycleBreakdown: plain.cycleBreakdown,
  });
});

it('the machine says what its lanes are, and the program which instructions use them', async () => {
  const machine = join(folder, 'lanes.yaml');
  const { stdout, written } = await cli(
    ['simulate', 'int4.safetensors', '--hw', machine, '--listing', 'program.txt'],
    files,
  );
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('int8 weights, 2 lanes of int8 x int4, ping-pong');
  expect(written.get('program.txt')).toMatch(/stream +\d+ vectors x \d+x\d+, writes in 2 lanes/);
});
