import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

async function simulating(file: string, text: string): Promise<string[]> {
  await writeFile(join(folder, file), text);
  return ['simulate', 'd.safetensors', '--hw', join(folder, file)];
}

async function refused(file: string, text: string): Promise<string> {
  const message = await refusal(await simulating(file, text), { 'd.safetensors': model });
  return message.replaceAll(join(folder, '/'), '');
}

it.each([
  { file: 'mine.yaml', text: 'extends: whitepaper-16x16\narray: { rows: 8, columns: 8 }\n' },
  { file: 'mine.json', text: '{ "extends": "whitepaper-16x16", "array": { "rows": 8, "columns": 8 } }' },
])('$file changes single fields of a preset', async ({ file, text }) => {
  const files = new Map([['d.safetensors', model]]);
  const { exitCode, stdout } = await cli(await simulating(file, text), files);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^machine +mine$/m);
  expect(stdout).toMatch(/^array +8 x 8 dot-product/m);
});

describe('a machine file is refused', () => {
  it('with every unknown key, where it is and what was meant', async () => {
    const text = 'extends: whitepaper-16x16\narray:\n  rows: 8\n  colums: 8\nclok: 1 GHz\n';
    expect(await refused('typo.yaml', text)).toMatchInlineSnapshot(`
      "bitmac: typo.yaml: found 2 problems:
        typo.yaml:4:3: array.colums: found an unknown field, expected a known field (did you mean 'columns'?)
        typo.yaml:5:1: clok: found an unknown field, expected a known field (did you mean 'clock'?)"
    `);
  });

  it('where it is no YAML', async () => {
    expect(await refused('broken.yaml', 'extends: [')).toMatchInlineSnapshot(
      `"bitmac: broken.yaml:1:11: found a syntax error (Flow sequence in block collection must be sufficiently indented and end with a ]), expected YAML or JSON"`,
    );
  });

  it('with buffers too small for the array', async () => {
    const text = 'extends: whitepaper-16x16\nactivationBuffer: { capacity: 16 B }\n';
    expect(await refused('tiny.yaml', text)).toMatchInlineSnapshot(`
      "bitmac: tiny.yaml: found 2 problems:
        tiny.yaml:2:21: activationBuffer.capacity: found 16 bytes, expected a whole number of 128-bit words in each of two halves
        tiny.yaml:2:21: activationBuffer.capacity: found 16 bytes, expected at least 16 bytes in each of two halves, to hold one input vector of 16 activations"
    `);
  });

  it('with a buffer too small for any tile of a layer', async () => {
    const text =
      'extends: whitepaper-16x16\narray: { rows: 2, columns: 2 }\n' +
      'activationBuffer: { capacity: 8 B, word: 8 bit, bandwidth: 2 B/cycle }\n';
    expect(await refused('small.yaml', text)).toMatchInlineSnapshot(
      `"bitmac: d.safetensors on small.yaml: layer 'Conv_0' (conv2d): found 9 bytes in its smallest tile for the activationBuffer, expected at most 4, half of the 8 in ping-pong; raise activationBuffer.capacity to at least 18"`,
    );
  });

  it('with accumulators too narrow for a layer', async () => {
    const text = 'extends: whitepaper-16x16\naccumulators: { bits: 16 }\n';
    expect(await refused('narrow.yaml', text)).toMatchInlineSnapshot(
      `"bitmac: d.safetensors on narrow.yaml: layer 'Conv_0' (conv2d): found sums that may need 19 bits, expected at most the 16 bits of the accumulators; sums that leave the accumulators (overflow: wrap) are not simulated yet; set accumulators.bits to 19"`,
    );
  });

  it('where it is not there', async () => {
    const args = ['simulate', 'd.safetensors', '--hw', './nowhere.yaml'];
    expect(await refusal(args, { 'd.safetensors': model })).toMatchInlineSnapshot(
      `"bitmac: found no file 'nowhere.yaml', expected a YAML or JSON file"`,
    );
  });
});
