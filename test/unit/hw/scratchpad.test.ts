import { describe, expect, it } from 'vitest';
import { describeIssues } from '../../../src/core/parsed.js';
import { simulateShapes } from '../../../src/engine/simulate.js';
import { programTrace } from '../../../src/engine/trace.js';
import type { Accelerator } from '../../../src/hw/accelerator.js';
import { readConfigText } from '../../../src/hw/config/config-source.js';
import { derivedFigures } from '../../../src/hw/derived-figures.js';
import { parseAccelerator } from '../../../src/hw/parse-accelerator.js';
import { type ResolvedAccelerator, resolveSource } from '../../../src/hw/resolved-accelerator.js';
import { AcceleratorBase } from '../../../src/hw/varied-accelerator.js';
import { parseShapes } from '../../../src/load-shapes.js';
import { allCandidates } from '../../../src/lower/candidate.js';
import { mappingSpace } from '../../../src/lower/lower-layer.js';
import type { ArrayWorkload } from '../../../src/lower/workload/workload.js';
import { machineFacts } from '../../../src/report/machine.js';

const FILE = { file: 'pad.yaml' };
const SCRATCHPAD = 'scratchpad: { capacity: 256 KiB, bandwidth: 16 B/cycle, pingPong: true, word: 128 bit }';
const EXTENDED = `extends: systolic-16x16-ws\n${SCRATCHPAD}\n`;

async function machine(text: string): Promise<Accelerator> {
  const result = await parseAccelerator(text, FILE);
  if (!result.ok) throw new Error(describeIssues(result.issues));
  return result.value;
}

async function problems(text: string): Promise<string> {
  const result = await parseAccelerator(text, FILE);
  return result.ok ? 'none' : describeIssues(result.issues);
}

const change = (name: string, value: string | boolean) => ({ field: ['scratchpad', name], value });

async function sized(bytes: number): Promise<Accelerator> {
  const size = `capacity: ${bytes} B, bandwidth: 16 B/cycle, pingPong: true, word: 8 bit`;
  return machine(`{ extends: systolic-16x16-ws, array: { rows: 2, columns: 2 }, scratchpad: { ${size} } }`);
}

async function resolved(text: string): Promise<ResolvedAccelerator> {
  const source = readConfigText(text, 'pad.yaml');
  const result = source.ok ? await resolveSource(source.value) : source;
  if (!result.ok) throw new Error(describeIssues(result.issues));
  return result.value;
}

/** A product of 8 x 32 activations and 32 x 16 weights: 256 + 512 + 128 bytes in one tile. */
const product = parseShapes(new TextEncoder().encode('Layer,M,N,K,\nproduct,8,16,32,\n'), 'shapes.csv');

describe('a scratchpad', () => {
  it('takes the place of the buffers of what a file extends, and buffers take its place', async () => {
    const { activationBuffer, weightBuffer, outputBuffer, unified } = await machine(EXTENDED);
    const memory = { capacityBytes: 262_144, bandwidthBytesPerCycle: 16, pingPong: true, wordBits: 128 };
    expect([activationBuffer, weightBuffer, outputBuffer]).toEqual([memory, memory, memory]);
    expect(unified).toBe(true);
    expect((await resolved(EXTENDED)).text).not.toMatch(/Buffer:/);
    expect((await resolved(EXTENDED)).text).toContain('scratchpad:\n  capacity: 256 KiB');
  });

  it('is the only memory: none beside it, all three without it', async () => {
    const buffer = '{ capacity: 1 KiB, bandwidth: 16 B/cycle, pingPong: true, word: 128 bit }';
    expect(await problems(`${EXTENDED}weightBuffer: ${buffer}\n`)).toBe(
      'pad.yaml:3:1: weightBuffer: found a buffer beside a scratchpad, expected either three buffers or a scratchpad',
    );
    const { text } = await resolved(EXTENDED);
    const neither = await problems(text.replace(/scratchpad:\n(?: .*\n)+/, ''));
    expect(neither.split('\n')).toHaveLength(3);
    expect(neither).toContain(
      'pad.yaml: outputBuffer: found nothing, expected a mapping with capacity, bandwidth, pingPong, word; or a scratchpad in place of the three buffers',
    );
  });

  it('holds the least the array works on of all three kinds together', async () => {
    expect(await problems(EXTENDED.replace('256 KiB', '512 B'))).toBe(
      'pad.yaml:2:15: scratchpad.capacity: found 512 bytes, expected at least 288 bytes in each of two halves, to hold ' +
        'one input vector of 16 activations, one block of 16 x 16 weights and one output vector of 16 codes',
    );
    expect(await problems(EXTENDED.replace('256 KiB', '576 B'))).toBe('none');
  });

  it('is counted once: its capacity, its leakage, its line of a report', async () => {
    const pad = await machine(EXTENDED);
    const split = await machine('extends: systolic-16x16-ws');
    expect(derivedFigures(pad).sramBytes).toBe(derivedFigures(split).sramBytes);
    expect(pad.technology.leakageMilliwatts).toEqual(split.technology.leakageMilliwatts);
    expect(machineFacts(pad).filter(({ name }) => /buffer|scratchpad/.test(name))).toEqual([
      { name: 'scratchpad', value: '256 KiB, 16 B/cycle, 128-bit words, ping-pong' },
    ]);
  });

  it('costs an access by the capacity of the whole memory, whatever is accessed', async () => {
    const { technology } = await machine(EXTENDED);
    const activations = (await machine('extends: systolic-16x16-ws\nactivationBuffer: { capacity: 256 KiB }'))
      .technology.activationReadPicojoulesPerByte;
    expect(technology.activationReadPicojoulesPerByte).toEqual(activations);
    expect(technology.weightReadPicojoulesPerByte).toEqual(activations);
    expect(technology.outputReadPicojoulesPerByte).toEqual(activations);
  });

  it('is divided anew for each layer: what has to fit is the sum of all tiles', async () => {
    const { workload } = product.layers[0]!;
    const fitsWhole = async (bytes: number): Promise<boolean> => {
      const pad = await sized(bytes);
      return [...allCandidates(mappingSpace(workload as ArrayWorkload, pad), pad)].some((candidate) =>
        candidate.text().startsWith('tile 8x1 positions x 16 channels, 16 folds'),
      );
    };
    expect(await fitsWhole(896)).toBe(true);
    expect(await fitsWhole(894)).toBe(false);
  });

  it('that is too small for a layer says what its tiles take together', async () => {
    const pad = await machine(EXTENDED);
    const memory = { ...pad.activationBuffer, capacityBytes: 5 };
    const tiny = { ...pad, activationBuffer: memory, weightBuffer: memory, outputBuffer: memory };
    expect(() => simulateShapes(product, tiny)).toThrow(
      "layer 'product' (matMul): found 2 x 1 + 2 x 1 + 2 x 1 bytes in its smallest tiles of activations, weights and " +
        'outputs for the scratchpad, expected at most 5 together; raise scratchpad.capacity to at least 6',
    );
  });

  it('is one counter of a timeline', async () => {
    const trace = programTrace(product, await machine(EXTENDED));
    expect(trace).toContain('"name":"scratchpad"');
    expect(trace).not.toContain('buffer');
  });

  it('is a field of sweeps', async () => {
    const base = await AcceleratorBase.load('systolic-16x16-ws');
    const { accelerator, config } = await base.with(
      [
        change('capacity', '64 KiB'),
        change('bandwidth', '16 B/cycle'),
        change('pingPong', true),
        change('word', '128 bit'),
      ],
      '--vary',
    );
    expect(accelerator?.weightBuffer.capacityBytes).toBe(65_536);
    expect(config.weightBuffer).toBeUndefined();
  });
});
