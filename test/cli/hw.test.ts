import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceleratorJsonSchema } from '../../src/hw/accelerator-json-schema.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { acceleratorPresets, loadAccelerator } from '../../src/hw/load-accelerator.js';
import { parseAccelerator } from '../../src/hw/parse-accelerator.js';
import { AcceleratorBase } from '../../src/hw/varied-accelerator.js';
import { cli, quantizedDigits } from '../support/cli.js';
import { MINIMAL_TECHNOLOGY } from '../support/minimal-technology.js';
import { refusal } from './refusal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitmac '));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a command of the group prints, the temporary folder left out. */
async function hw(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli(['hw', ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

async function write(file: string, text: string): Promise<string> {
  await writeFile(join(folder, file), text);
  return join(folder, file);
}

/** The machine that a printed text is. */
async function machineOf(text: string): Promise<Accelerator> {
  const result = await parseAccelerator(text, { file: join(folder, 'printed.yaml') });
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

describe('hw list', () => {
  it('has a line for every preset, and says what each is', async () => {
    const text = await hw();
    expect(await hw('list')).toBe(text);
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text).toMatch(/^whitepaper-16x16 +16 x 16 dot-product ws +256 +1 GHz +224 KiB$/m);
    expect(text).toMatch(/^tpu-v1 +256 x 256 systolic ws +65,536 +700 MHz +24.3 MiB$/m);
    for (const name of acceleratorPresets()) {
      expect(text.match(new RegExp(`^${name} `, 'gm'))).toHaveLength(2);
    }
  });

  it('prints JSON and CSV', async () => {
    const { schema, machines } = JSON.parse(await hw('list', '--json')) as {
      schema: string;
      machines: { name: string }[];
    };
    expect(schema).toBe('bitmac-hw-list/1');
    expect(machines.map(({ name }) => name)).toEqual(acceleratorPresets());
    expect(machines.find(({ name }) => name === 'whitepaper-16x16')).toMatchObject({
      kind: 'dot-product',
      dataflow: 'ws',
      rows: 16,
      columns: 16,
      clockHertz: 1e9,
      macUnits: 256,
      peakMacsPerSecond: 256e9,
      sramBytes: 224 * 1024,
      accumulatorBytes: 16 * 1024,
    });
    const [header, ...records] = (await hw('--csv')).split('\n');
    expect(header).toMatch(/^name,kind,dataflow,rows,columns,/);
    expect(records.map((record) => record.split(',')[0])).toEqual(acceleratorPresets());
  });
});

describe('hw show', () => {
  it.each(acceleratorPresets())('prints %s as a file that is the same machine', async (name) => {
    const text = await hw('show', name);
    expect(await machineOf(text)).toEqual(await loadAccelerator(name));
    expect(await hw('show', await write('again.yaml', text))).toBe(text);
  });

  it('prints a machine as its own fields and those of all it extends, each with what is said of it', async () => {
    await write(
      'base.yaml',
      'extends: whitepaper-16x16\nname: base\narray: { rows: 8, columns: 8 } # a quarter\nenergy: { overrides: { leakage: 1 mW } }\n',
    );
    const text =
      '# Our part.\n{ "extends": "./base.yaml", "clock": "500 MHz", "array": { "rows": 4 }, "dram": { "burst": "32 B" }, "energy": { "overrides": { "dram": { "value": "4 pJ/bit", "source": "our data sheet" } } } }';
    const path = await write('own.yaml', text);
    const printed = await hw('show', path);
    const { source, ...machine } = await loadAccelerator(path);
    expect(await machineOf(printed)).toEqual({ ...machine, source });
    expect(printed.replaceAll(folder, '<folder>')).toMatchInlineSnapshot(`
      "# Our part.
      name: own
      source: <folder>/base.yaml, changed in <folder>/own.yaml

      clock: 500 MHz # <folder>/own.yaml

      array:
        kind: dot-product # figure 2
        dataflow: ws # figure 2: weights are loaded first
        rows: 4 # <folder>/own.yaml
        columns: 8 # a quarter
        pipelineStages: 2 # choice: one after the multipliers, one in the adder tree
        pingPongWeights: true # choice
        activationBits: 8 # section 2.1: int8 x int8
        weightBits: 8 # section 2.1

      accumulators:
        bits: 32 # section 2.1: "typically 32 bits"
        overflow: wrap # choice: an adder without a clamp
        entriesPerColumn: 256 # choice: 16 KiB in all
        pingPong: true # choice

      requantizer:
        lanes: 16 # choice: one per column
        latency: 4 cycles # choice: multiply in two, round, clamp

      vector:
        lanes: 16 # choice: as wide as the requantizer
        latency: 4 cycles # choice: as the requantizer

      activationBuffer:
        capacity: 128 KiB # choice
        bandwidth: 16 B/cycle # one input vector a cycle
        pingPong: true # choice
        word: 128 bit # one input vector

      weightBuffer:
        capacity: 64 KiB # choice
        bandwidth: 16 B/cycle # one row of weights a cycle
        pingPong: true # choice
        word: 128 bit # choice: one row of weights

      outputBuffer:
        capacity: 32 KiB # choice
        bandwidth: 16 B/cycle # one code per requantizer lane
        pingPong: true # choice
        word: 128 bit # choice: one code per requantizer lane

      residency:
        activations: false # default
        weights: false # default

      dram:
        bandwidth: 8 GB/s # choice: a 32-bit LPDDR4 channel at about half its peak
        latency: 100 ns # choice: typical of a row miss with its controller
        burst: 32 B # <folder>/own.yaml

      energy:
        technology: horowitz-45nm
        zeroGating: none # default
        gatedMac: 0 # default
        overrides:
          dram:
            value: 4 pJ/bit
            source: our data sheet
          leakage: 1 mW # <folder>/base.yaml

      # 32 MACs, peak 16 GMAC/s, 224 KiB of buffers, 8 KiB of accumulators"
    `);
  });

  it('names a technology of its own by a path that still leads there', async () => {
    const path = await write(
      'technology.yaml',
      'extends: whitepaper-16x16\nenergy: { technology: ./t.yaml }\n',
    );
    await write('t.yaml', MINIMAL_TECHNOLOGY);
    const printed = await hw('show', path);
    expect(printed).toContain(`technology: ${join(folder, 't.yaml')}`);
    expect(await machineOf(printed)).toMatchObject({ technology: { name: 'my' } });
  });

  it('prints JSON: the machine and what follows from it', async () => {
    const printed = JSON.parse(await hw('show', 'nvdla-small', '--json')) as object;
    expect(printed).toEqual({
      schema: 'bitmac-hw/1',
      machine: await loadAccelerator('nvdla-small'),
      derived: {
        macUnits: 64,
        peakMacsPerSecond: 64e9,
        sramBytes: 144 * 1024,
        accumulatorBytes: 8 * 1024,
      },
    });
  });

  it('does not hand on what would move the cursor', async () => {
    const path = await write('esc.yaml', '# \u001b[2J\nextends: whitepaper-16x16\nclock: 1 GHz # \u202e\n');
    const printed = await hw('show', path);
    expect(printed).toMatch(/^# \\u\{1b\}\[2J$/m);
    expect(printed).toMatch(/^clock: 1 GHz # \\u\{202e\}$/m);
  });

  it('refuses what is no machine, as simulate does', async () => {
    expect(await refusal(['hw', 'show', 'tpu'])).toMatch(
      /^bitmac: found the name 'tpu', .*\(did you mean 'tpu-v1'\?\)$/,
    );
    const path = await write('wrong.yaml', 'extends: tpu-v1\narray: { rows: 0 }\n');
    expect((await refusal(['hw', 'show', path])).replaceAll(folder, '<folder>')).toMatchInlineSnapshot(
      `"bitmac: <folder>/wrong.yaml:2:10: array.rows: found 0, expected a whole number from 1 to 4096"`,
    );
  });
});

it('every preset goes by its name in compare, and under a sweep', async () => {
  const files = new Map([['d.safetensors', await quantizedDigits()]]);
  const presets = acceleratorPresets();
  const compared = await cli(['compare', 'd.safetensors', '--hw', ...presets, '--csv'], files);
  expect({ exitCode: compared.exitCode, stderr: compared.stderr }).toEqual({ exitCode: 0, stderr: '' });
  const [, ...rows] = compared.stdout.split('\n');
  expect(presets.filter((name) => !rows.some((row) => row.split(',').includes(name)))).toEqual([]);
  for (const name of presets) {
    const { accelerator } = await (await AcceleratorBase.load(name)).with([], '--vary');
    expect(accelerator?.array).toEqual((await loadAccelerator(name)).array);
  }
});

describe('hw schema', () => {
  it('prints the JSON Schema of machine files', async () => {
    expect(JSON.parse(await hw('schema'))).toEqual(acceleratorJsonSchema());
  });
});

describe('hw help', () => {
  it('lists the commands', async () => {
    expect(await hw('--help')).toMatchInlineSnapshot(`
      "bitmac hw

      Machines: the presets, one in full, what a file may say

      Commands:
        bitmac hw list            Every preset: array, MACs, clock, memory, what it is           [default]
        bitmac hw show <machine>  One machine as a single file, with the source of every figure
        bitmac hw schema          The JSON Schema of machine files, for editors

      Options:
        --version  Show version number                                                           [boolean]
        --help     Show help                                                                     [boolean]
        --json     print JSON                                                   [boolean] [default: false]
        --csv      print CSV                                                    [boolean] [default: false]

      Examples:
        bitmac hw list  what there is"
    `);
  });

  it('of show says what it takes', async () => {
    expect(await hw('show', '--help')).toMatchInlineSnapshot(`
      "bitmac hw show <machine>

      One machine as a single file, with the source of every figure

      Positionals:
        machine  a preset or a file                                                    [string] [required]

      Options:
        --version  Show version number                                                           [boolean]
        --help     Show help                                                                     [boolean]
        --json     print JSON                                                   [boolean] [default: false]

      Examples:
        bitmac hw show tpu-v1     YAML, every figure with its source
        bitmac hw show mine.yaml  with what it extends filled in"
    `);
  });

  it.each(['list', 'schema'])('of %s fits 100 columns', async (command) => {
    const text = await hw(command, '--help');
    expect(text).toContain(`bitmac hw ${command}`);
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});
