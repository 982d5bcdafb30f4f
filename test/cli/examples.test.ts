import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { acceleratorPresets } from '../../src/index.js';
import { repositoryPath } from '../support/cli.js';

/** What an example of `examples/` prints. */
async function output(example: string): Promise<string> {
  const args = ['--import', import.meta.resolve('tsx'), repositoryPath(`examples/${example}`)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout;
}

it('quantize-and-run.ts prints reals near the float model', async () => {
  const lines = (await output('quantize-and-run.ts')).trimEnd().split('\n');
  const [codes, reals, floats] = lines.map((line) => line.match(/-?\d[\d.]*/g)!.map(Number));
  expect(codes).toHaveLength(10);
  expect(codes!.every((code) => Number.isInteger(code) && code >= -128 && code <= 127)).toBe(true);
  expect(Math.max(...floats!.map((value, i) => Math.abs(value - reals![i]!)))).toBeLessThan(1);
  expect(codes!.indexOf(Math.max(...codes!))).toBe(floats!.indexOf(Math.max(...floats!)));
});

it('compare-machines.ts names every preset with its slowest layer', async () => {
  const lines = (await output('compare-machines.ts')).trimEnd().split('\n');
  expect(lines.map((line) => line.split(':')[0])).toEqual(acceleratorPresets());
  for (const line of lines)
    expect(line).toMatch(/: \d+ cycles, [\d.]+ µJ, slowest [A-Z]\w+_\d+ with \d+ cycles$/);
});

it('standard-networks.ts makes the multiply-accumulates of the papers’ networks, no more and no fewer', async () => {
  const lines = (await output('standard-networks.ts')).trimEnd().split('\n');
  expect(lines.map((line) => line.replace(/ MACs, \d+ cycles, [\d.]+ mJ$/, ''))).toEqual([
    'resnet18.onnx: 1814073344',
    'resnet50.onnx: 4089184256',
    'mobilenetv1.onnx: 568740352',
    'mobilenetv2.onnx: 300774272',
  ]);
});
