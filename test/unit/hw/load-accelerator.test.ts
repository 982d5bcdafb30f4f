import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import type { Technology } from '../../../src/hw/accelerator.js';
import { acceleratorProblems } from '../../../src/hw/accelerator-checks.js';
import { acceleratorPresets, loadAccelerator } from '../../../src/hw/load-accelerator.js';
import { MINIMAL_TECHNOLOGY } from '../../support/minimal-technology.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitmac-machine-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

/** The message of the refusal, with the temporary folder's name left out. */
async function refusal(nameOrPath: string): Promise<string> {
  const error: unknown = await loadAccelerator(nameOrPath).catch((reason: unknown) => reason);
  if (!(error instanceof UserError)) throw new Error('expected a UserError');
  return error.message.replaceAll(folder, '<folder>');
}

async function accumulatorBytes(name: string): Promise<number> {
  const { array, accumulators } = await loadAccelerator(name);
  return (array.columns * accumulators.entriesPerColumn * accumulators.bits) / 8;
}

const MIB = 2 ** 20;
const BUFFERS = ['activationBuffer', 'weightBuffer', 'outputBuffer'] as const;

async function bufferBytes(name: string, buffers: readonly (typeof BUFFERS)[number][]): Promise<number> {
  const machine = await loadAccelerator(name);
  return buffers.reduce((sum, buffer) => sum + machine[buffer].capacityBytes, 0);
}

async function onChipBytes(name: string): Promise<number> {
  return (await accumulatorBytes(name)) + (await bufferBytes(name, BUFFERS));
}

describe('presets', () => {
  it('are listed by name', () => {
    expect(acceleratorPresets()).toEqual([
      'edge-tpu-like',
      'ethos-u55-128',
      'ethos-u55-256',
      'eyeriss-like',
      'nvdla-large',
      'nvdla-small',
      'systolic-16x16-scratchpad',
      'systolic-16x16-ws',
      'tpu-v1',
      'whitepaper-16x16',
    ]);
  });

  it.each(acceleratorPresets())('%s loads, passes every check and states all its sources', async (name) => {
    const machine = await loadAccelerator(name);
    expect(machine.name).toBe(name);
    expect(machine.source).not.toBe('');
    expect(acceleratorProblems(machine)).toEqual([]);
    const { name: _name, nodeNanometres: _node, ...costs }: Technology = machine.technology;
    expect(Object.values(costs).every(({ value, source }) => value > 0 && source !== '')).toBe(true);
  });

  it('have the key figures their comments promise', async () => {
    expect(await accumulatorBytes('whitepaper-16x16')).toBe(16 * 1024);
    expect(await accumulatorBytes('systolic-16x16-ws')).toBe(64 * 1024);
    expect(await accumulatorBytes('systolic-16x16-scratchpad')).toBe(64 * 1024);
    expect(await bufferBytes('systolic-16x16-scratchpad', ['weightBuffer'])).toBe(256 * 1024);
    expect(await accumulatorBytes('tpu-v1')).toBe(4 * MIB);
    expect(await bufferBytes('tpu-v1', ['activationBuffer', 'outputBuffer'])).toBe(24 * MIB);
    expect(await bufferBytes('nvdla-small', ['activationBuffer', 'weightBuffer'])).toBe(128 * 1024);
    expect(await bufferBytes('nvdla-large', ['activationBuffer', 'weightBuffer'])).toBe(512 * 1024);
    expect(await onChipBytes('ethos-u55-128')).toBe(24 * 1024);
    expect(await onChipBytes('ethos-u55-256')).toBe(48 * 1024);
    expect(await onChipBytes('eyeriss-like')).toBe(108 * 1024);
    expect(await bufferBytes('edge-tpu-like', BUFFERS)).toBe(8 * MIB);
  });
});

describe('files', () => {
  it('may extend files that extend presets, by paths relative to themselves', async () => {
    await write('machines/big.yaml', 'extends: whitepaper-16x16\narray: { rows: 32, columns: 32 }');
    const small = await write('small.yaml', 'extends: machines/big.yaml\narray: { columns: 8 }');
    expect(await loadAccelerator(small)).toMatchObject({ name: 'small', array: { rows: 32, columns: 8 } });
  });

  it('may name a technology file of their own', async () => {
    await write('my.yaml', MINIMAL_TECHNOLOGY);
    const path = await write('m.yaml', 'extends: whitepaper-16x16\nenergy: { technology: ./my.yaml }');
    expect((await loadAccelerator(path)).technology).toMatchObject({
      name: 'my',
      macPicojoules: { value: 2 },
    });
  });

  it('that are wrong in one place give one line', async () => {
    const path = await write('m.yaml', 'extends: whitepaper-16x16\narray: { rows: 0 }');
    expect(await refusal(path)).toMatchInlineSnapshot(
      `"<folder>/m.yaml:2:10: array.rows: found 0, expected a whole number from 1 to 4096"`,
    );
  });

  it('that are wrong in several places give one message', async () => {
    const path = await write('m.yaml', 'extends: whitepaper-16x16\narray: { rows: 0, cols: 3 }');
    expect(await refusal(path)).toMatchInlineSnapshot(`
      "<folder>/m.yaml: found 2 problems:
        <folder>/m.yaml:2:10: array.rows: found 0, expected a whole number from 1 to 4096
        <folder>/m.yaml:2:19: array.cols: found an unknown field, expected a known field (did you mean 'columns'?)"
    `);
  });

  it('that extend each other are refused', async () => {
    await write('a.yaml', 'extends: ./b.yaml');
    const path = await write('b.yaml', 'extends: ./a.yaml');
    expect(await refusal(path)).toMatchInlineSnapshot(
      `"<folder>/b.yaml:1:1: extends: found './a.yaml' after 8 others, expected no cycle"`,
    );
  });

  it('are refused for problems in the technology they name', async () => {
    const table = MINIMAL_TECHNOLOGY.replace('capacity: 2 KiB, read: 3 pJ', 'capacity: 1 KiB, read: 0 pJ');
    await write('my.yaml', `${table}colour: red\n`);
    const path = await write('m.yaml', 'extends: whitepaper-16x16\nenergy: { technology: ./my.yaml }');
    expect(await refusal(path)).toMatchInlineSnapshot(`
      "<folder>/m.yaml: found 3 problems:
        <folder>/my.yaml:9:3: sram.points: found [{"capacity":"1 KiB","read":"2 pJ","write":"2 pJ"},{"capa..., expected points of different capacities
        <folder>/my.yaml:9:77: sram.points.1.read: found '0 pJ' (zero), expected an energy above zero such as '10 pJ'
        <folder>/my.yaml:15:1: colour: found an unknown field, expected one of name, node, multiplier, adder, register, sram, dram, requantize, vector, leakage"
    `);
  });

  it('that do not exist, are folders, are huge or are no presets are refused', async () => {
    const huge = await write('huge.yaml', '#'.repeat(2 ** 20));
    const messages = [join(folder, 'none.yaml'), `${folder}/`, huge, 'whitepaper', 'gpu'].map(refusal);
    expect((await Promise.all(messages)).join('\n')).toMatchInlineSnapshot(`
      "found no file '<folder>/none.yaml', expected a YAML or JSON file
      found '<folder>/', which cannot be read (EISDIR), expected a YAML or JSON file
      <folder>/huge.yaml: found 1048576 bytes, expected a configuration of a few KiB
      found the name 'whitepaper', expected one of edge-tpu-like, ethos-u55-128, ethos-u55-256, eyeriss-like, nvdla-large, nvdla-small, systolic-16x16-scratchpad, systolic-16x16-ws, tpu-v1, whitepaper-16x16, or the path of a .yaml or .json file (did you mean 'whitepaper-16x16'?)
      found the name 'gpu', expected one of edge-tpu-like, ethos-u55-128, ethos-u55-256, eyeriss-like, nvdla-large, nvdla-small, systolic-16x16-scratchpad, systolic-16x16-ws, tpu-v1, whitepaper-16x16, or the path of a .yaml or .json file"
    `);
  });
});
