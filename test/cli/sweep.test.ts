import { beforeAll, describe, expect, it } from 'vitest';
import { describeIssues } from '../../src/core/parsed.js';
import { parseAccelerator, readIntegerGraph, simulate } from '../../src/index.js';
import { cli, digits, quantizedDigits, type CliRun } from '../support/cli.js';

let files: Map<string, Uint8Array | string>;

beforeAll(async () => {
  files = new Map([['d.safetensors', await quantizedDigits()]]);
});

const HW = ['--hw', 'systolic-16x16-ws'];
const GRID = ['--vary', 'array.rows=8,16', '--vary', 'weightBuffer.capacity=256B..1KiB*2'];

/** Points of the grid that are machines: 256 bytes are too few for two blocks of 16 x 16. */
const SIMULATED = 5;

const sweeping = (...args: readonly string[]): Promise<CliRun> =>
  cli(['sweep', 'd.safetensors', ...HW, '--threads', '1', ...args], files);

interface Sweep {
  readonly gridPoints: number;
  readonly skippedPoints: number;
  readonly droppedPoints: number;
  readonly points: readonly {
    readonly index: number;
    readonly fields: Readonly<Record<string, string>>;
    readonly macUnits: number;
    readonly figures: { readonly cycles: number; readonly energyPicojoules: number } | null;
    readonly reason: string | null;
    readonly paretoFront: boolean;
  }[];
}

const swept = async (...args: readonly string[]): Promise<Sweep> =>
  JSON.parse((await sweeping(...args, '--json')).stdout) as Sweep;

it('prints the points, the front and what cannot run', async () => {
  const { exitCode, stdout, stderr } = await sweeping(...GRID);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatchInlineSnapshot(`
    "d.safetensors on systolic-16x16-ws, varied: 6 points

    array.rows             8, 16
    weightBuffer.capacity  256 B, 512 B, 1 KiB
    cannot run             1 point
    on the front           1 of 5

    Points (* no other is better in latency and energy)

          array  weightBuffer                             energy  utili-      DRAM    MAC
    #      rows      capacity  cycles  latency   energy  x delay  zation     bytes  units     SRAM
    ----------------------------------------------------------------------------------------------
    0         8         256 B  54,545  54.5 µs  10.1 µJ  548 pJs   15.7%  81.1 KiB    128  192 KiB
    1         8         512 B  33,287  33.3 µs  9.11 µJ  303 pJs   25.8%  72.1 KiB    128  193 KiB
    2         8         1 KiB  26,009  26.0 µs  8.22 µJ  214 pJs   33.0%  71.6 KiB    128  193 KiB
    4        16         512 B  26,635  26.6 µs  7.70 µJ  205 pJs   16.1%  69.9 KiB    256  193 KiB
    5  *     16         1 KiB  18,273  18.3 µs  7.03 µJ  128 pJs   23.5%  66.4 KiB    256  193 KiB

    Cannot run

      3  array.rows 16, weightBuffer.capacity 256 B: weightBuffer.capacity: found 256 bytes, expected at
         least 256 bytes in each of two halves, to hold one block of 16 x 16 weights"
  `);
});

it('lists the front alone on request, by the figures asked for', async () => {
  const { stdout } = await sweeping(...GRID, '--pareto', 'cycles,macs', '--pareto-only', '--csv');
  expect(stdout).toMatchInlineSnapshot(`
    "model,machine,point,array.rows,weightBuffer.capacity,macUnits,sramBytes,cycles,latencyMilliseconds,energyPicojoules,energyDelayJouleSeconds,utilization,dramBytes,macs,inferencesPerSecond,teraOperationsPerSecond,teraOperationsPerSecondPerWatt,paretoFront,reason
    d.safetensors,systolic-16x16-ws,2,8,1 KiB,128,197632,26009,0.026009,8217341.5537109375,2.1372483647046777e-10,0.3298089122995886,73344,1097984,38448.22945903341,0.08443108154869469,0.26723581898677495,1,
    d.safetensors,systolic-16x16-ws,5,16,1 KiB,256,197632,18273,0.018273,7031703.7705078125,1.2849032299848926e-10,0.23471788978273955,68032,1097984,54725.55135992995,0.12017555956876268,0.31229529452168786,1,"
  `);
});

it('keeps a machine that cannot run the model, with the reason', async () => {
  const { points } = await swept('--vary', 'accumulators.bits=16,32');
  expect(points.map(({ figures }) => figures === null)).toEqual([true, false]);
  expect(points[0]!.reason).toMatch(
    /^layer '.*' \(conv2d\): found sums that may need \d\d bits, expected at most the 16/,
  );
});

it('agrees with simulate about each machine, extended by a file', async () => {
  const { points } = await swept('--vary', 'dram.bandwidth=4 B/cycle,32 GB/s', '--vary', 'clock=800 MHz');
  const graph = readIntegerGraph(files.get('d.safetensors') as Uint8Array);
  for (const { fields, figures } of points) {
    const text = `{ extends: systolic-16x16-ws, clock: ${fields['clock']}, dram: { bandwidth: ${fields['dram.bandwidth']} } }`;
    const machine = await parseAccelerator(text, { file: 'point.yaml' });
    if (!machine.ok) throw new Error(describeIssues(machine.issues));
    const { totals } = simulate(graph, machine.value);
    expect(figures).toMatchObject({ cycles: totals.cycles, energyPicojoules: totals.energyPicojoules });
  }
  expect(points).toHaveLength(2);
});

it('leaves out and counts what the condition excludes, before and after simulating', async () => {
  const all = await swept(...GRID);
  const cycles = all.points.flatMap(({ figures }) => figures?.cycles ?? []);
  const limit = cycles.toSorted((a, b) => b - a)[1]!; // the largest belongs to a point that is skipped
  const some = await swept(
    ...GRID,
    '--where',
    `array.rows * array.columns <= 256 and weightBuffer.capacity > 256 B and cycles < ${limit}`,
  );
  const admitted = all.points.filter(({ fields }) => fields['weightBuffer.capacity'] !== '256 B');
  const wanted = admitted.filter(({ figures }) => figures === null || figures.cycles < limit);
  expect(some.skippedPoints).toBe(all.points.length - admitted.length);
  expect(some.droppedPoints).toBe(admitted.length - wanted.length);
  expect(some.points.map(({ index }) => index)).toEqual(wanted.map(({ index }) => index));
  expect([some.skippedPoints, some.droppedPoints]).toEqual([2, 1]);
});

it('prints the same bytes in two threads as in its own, in every form', async () => {
  for (const form of [['--json'], ['--csv', '--html', 's.html'], ['--pareto-only']]) {
    const args = ['sweep', 'd.safetensors', ...HW, ...GRID, ...form];
    const [alone, threads] = [
      await cli([...args, '--threads', '1'], files),
      await cli([...args, '--jobs', '2'], files),
    ];
    expect(threads).toEqual(alone);
    expect(alone.exitCode).toBe(0);
  }
});

describe('with a results file', () => {
  const args = [...GRID, '--results', 'r.jsonl'];

  const again = (results: string, ...more: readonly string[]): Promise<CliRun> =>
    cli(['sweep', 'd.safetensors', ...HW, ...args, ...more], new Map([...files, ['r.jsonl', results]]));

  it('simulates nothing twice and prints the same', async () => {
    const first = await sweeping(...args);
    const results = String(first.written.get('r.jsonl'));
    expect(results.split('\n')).toHaveLength(1 + SIMULATED + 1);
    const second = await again(results);
    expect(second.stdout).toBe(first.stdout);
    expect(second.written.has('r.jsonl')).toBe(false);
  });

  it('takes what it finds there for what it is', async () => {
    const results = String((await sweeping(...args)).written.get('r.jsonl'));
    const { stdout } = await again(results.replaceAll(/"cycles":\d+/g, '"cycles":12345'), '--csv');
    expect(stdout.match(/,12345,/g)).toHaveLength(SIMULATED);
  });

  it('simulates what a cut file has lost, and mends it', async () => {
    const first = await sweeping(...args);
    const results = String(first.written.get('r.jsonl'));
    const mended = await again(results.slice(0, -30));
    expect(mended.stdout).toBe(first.stdout);
    expect(mended.stderr).toBe('r.jsonl: 1 damaged line skipped');
    const text = String(mended.written.get('r.jsonl'));
    const third = await again(text);
    expect([third.stdout, third.written.has('r.jsonl')]).toEqual([first.stdout, false]);
  });

  it('begins anew for another model', async () => {
    const results = String((await sweeping(...args)).written.get('r.jsonl'));
    const model = ['sweep', digits.model, '--data-free', ...HW, ...args];
    const { written } = await cli([...model, '--threads', '1'], new Map([['r.jsonl', results]]));
    expect(String(written.get('r.jsonl')).split('\n')).toHaveLength(1 + 2 * SIMULATED + 1);
  });

  it('writes to no file of another kind', async () => {
    const { exitCode, stderr, written } = await again('important text');
    expect({ exitCode, written: written.size }).toEqual({ exitCode: 2, written: 0 });
    expect(stderr).toMatch(/^bitmac: r\.jsonl: found another kind of file, expected a new file/);
  });
});

it.each([
  {
    args: ['--vary', 'array.row=8'],
    says: "--vary: found 'array.row', which no machine has, expected a field of a machine file such as array.rows; did you mean 'array.rows'?",
  },
  {
    args: ['--vary', 'array.rows=8,5000'],
    says: '--vary: array.rows: found 5000, expected a whole number from 1 to 4096',
  },
  {
    args: ['--vary', 'array.rows=8', '--vary', 'dram.latency=1 KiB'],
    says: "--vary: dram.latency: found '1 KiB' (another kind of unit), expected a duration such as '40 cycles' or '100 ns'",
  },
  {
    args: ['--vary', 'energy.technology=horowitz-45m'],
    says: "--vary: energy.technology: found the name 'horowitz-45m', expected one of aladdin-40nm, cacti-22nm-hp, cacti-22nm-lop, cacti-22nm-lstp, cacti-32nm-lop, cacti-45nm-hp, cacti-45nm-lop, cacti-45nm-lstp, cacti-65nm-lop, derived-22nm, horowitz-45nm, tpuv4i-7nm, or the path of a .yaml or .json file (did you mean 'horowitz-45nm'?)",
  },
  {
    args: ['--vary', 'array.rows=8', '--where', 'array.rosw < 8'],
    says: "--where: found the unknown name 'array.rosw', expected a condition such as 'array.rows * array.columns <= 1024 and weightBuffer.capacity <= 256 KiB'; did you mean 'array.rows'?",
  },
  {
    args: ['--vary', 'array.rows=8', '--where', 'cycles < 8 KiB'],
    says: '--where: found a comparison of different kinds of quantities (a number needs its unit)',
  },
  { args: ['--vary', 'array.rows=8', '--pareto', 'latency'], says: "--pareto: found 'latency'" },
  {
    args: ['--vary', 'array.rows=8', '--pareto', 'latency,enrgy'],
    says: "--pareto: found 'enrgy', expected two or more of latency, energy, edp, cycles, utilization, dram, macs, sram; did you mean 'energy'?",
  },
  { args: ['--vary', 'array.rows=8', '--threads', '2'], says: '--threads: found 2 of them' },
  { args: [], says: 'command line: found no --vary' },
])('refuses $args', async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await sweeping(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(`bitmac: ${says}`);
});
