import { beforeAll, describe, expect, it } from 'vitest';
import { encodingsOf } from '../../src/exporters/encodings.js';
import {
  ENCODINGS_VERSIONS,
  writeEncodings,
  type Encoding,
  type Encodings,
} from '../../src/formats/aimet-encodings.js';
import { readIntegerGraph } from '../../src/importers/integer-graph/read.js';
import { cli, digits, quantizedDigits, type CliRun } from '../support/cli.js';
import { refusal } from './refusal.js';

let bytes: Uint8Array;
let encodings: Encodings;

beforeAll(async () => {
  bytes = await quantizedDigits();
  encodings = encodingsOf(readIntegerGraph(bytes));
});

const command = ['quantize', digits.model, '--encodings', 'e.json', '--divide', '255', '-o', 'd'];

/** What the command line does with the digits' encodings, some of them changed. */
const given = (changes: Partial<Encodings>, ...options: readonly string[]): Promise<CliRun> =>
  cli([...command, ...options], new Map([['e.json', writeEncodings({ ...encodings, ...changes }, '1.0.0')]]));

const without = (map: ReadonlyMap<string, Encoding>, name: string): ReadonlyMap<string, Encoding> =>
  new Map([...map].filter(([key]) => key !== name));

describe('quantize --encodings', () => {
  it.each(ENCODINGS_VERSIONS)(
    'gives the same integer model from its own encodings, version %s',
    async (version) => {
      const files = new Map([['e.json', writeEncodings(encodings, version)]]);
      const { exitCode, stderr, written } = await cli(command, files);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(written.get('d')).toEqual(bytes);
    },
  );

  it('names every activation and weight of the model as the model does', () => {
    expect([...encodings.activations.keys()]).toEqual([
      'image',
      'Relu_2.output',
      'Relu_5.output',
      'Relu_8.output',
      'MaxPool_9.output',
      'Relu_12.output',
      'BatchNormalization_14.output',
      'Relu_16.output',
      'Relu_19.output',
      'Relu_22.output',
      'GlobalAveragePool_23.output',
      'Flatten_24.output',
      'logits',
    ]);
    const layers = [0, 3, 6, 10, 13, 17, 20].map((index) => `Conv_${index}.weight`);
    expect([...encodings.parameters.keys()]).toEqual([...layers, 'Gemm_25.weight']);
  });

  it('takes a coarser grid from the file, and calibrates what the file does not have', async () => {
    const activations = new Map(without(encodings.activations, 'Relu_22.output'));
    activations.set('logits', { kind: 'affine', bits: 8, symmetric: false, scales: [0.5], offsets: [-100] });
    const calibrated = ['--calibration', digits.calibration, '--calibration-rows', '0:20'];
    const { exitCode, stderr, written } = await given({ activations }, ...calibrated);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const grids = encodingsOf(readIntegerGraph(written.get('d') as Uint8Array)).activations;
    expect(grids.get('logits')).toMatchObject({ scales: [0.5], offsets: [-100] });
    expect(grids.get('Relu_22.output')).toEqual(encodings.activations.get('Relu_22.output'));
  });

  it('warns of names that the model does not have, of what fusing took away, and of floats', async () => {
    const grid = encodings.activations.get('logits')!;
    const activations = new Map<string, Encoding>([
      ...encodings.activations,
      ['nobody', grid],
      ['Conv_0.output', grid],
      ['Gemm_25.bias', { kind: 'float', bits: 16 }],
    ]);
    const { exitCode, stderr } = await given({ activations });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: [
        'bitmac: e.json: 1 encodings of floating-point type are not used: every tensor becomes integer',
        "bitmac: e.json: 1 encodings name tensors that the model does not have: 'nobody'",
        "bitmac: e.json: 1 encodings are of tensors without a grid of their own: 'Conv_0.output'",
      ].join('\n'),
    });
  });
});

/** The digits' encodings, other scales for the first layer. */
const weight = (scales: readonly number[]): Partial<Encodings> => ({
  parameters: new Map<string, Encoding>([
    ...encodings.parameters,
    ['Conv_0.weight', { kind: 'affine', bits: 8, symmetric: true, scales, offsets: scales.map(() => -128) }],
  ]),
});

describe('quantize --encodings refuses', () => {
  it.each([
    {
      why: 'what is no JSON',
      text: 'encodings:',
      says: 'bitmac: e.json: found text that is not JSON, expected the encodings that AIMET exports',
    },
    {
      why: 'an unknown version',
      text: '{"version": "0.4.0"}',
      says: "bitmac: e.json: version: found '0.4.0', expected '0.6.1' or '1.0.0'",
    },
    {
      why: 'several problems at once',
      text: '{"version": "1.0.0", "activation_encodings": [{}]}',
      says: [
        'bitmac: e.json: found 3 problems:',
        '  activation_encodings.0.name: found nothing, expected the name of a tensor',
        '  activation_encodings.0.enc_type: found nothing, expected PER_TENSOR, PER_CHANNEL, PER_BLOCK, LPBQ or VECTOR',
        '  param_encodings: found nothing, expected a list of encodings',
      ].join('\n'),
    },
  ])('$why', async ({ text, says }) => {
    expect(await refusal(command, { 'e.json': text })).toBe(says);
  });

  it.each([
    {
      why: 'scales for another number of channels',
      changes: () => weight([1, 2, 3]),
      says: "bitmac: e.json: encoding of 'Conv_0.weight': found scales for 3 channels, expected one for the tensor, or one for each of its 16 output channels",
    },
    {
      why: 'a file without an activation, and no data',
      changes: () => ({ activations: without(encodings.activations, 'logits') }),
      says: "no calibration data, and no encoding of 'logits', expected data, or an encoding for every activation",
    },
  ])('$why', async ({ changes, says }) => {
    const text = writeEncodings({ ...encodings, ...changes() }, '0.6.1');
    expect(await refusal(command, { 'e.json': text })).toContain(says);
  });

  it('an integer model', async () => {
    const args = ['run', 'd.safetensors', '--input', digits.images, '--encodings', 'e.json'];
    const message = await refusal(args, {
      'd.safetensors': bytes,
      'e.json': writeEncodings(encodings, '1.0.0'),
    });
    expect(message).toContain('found an integer model, and --encodings');
  });
});
