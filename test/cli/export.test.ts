import { describe, expect, it } from 'vitest';
import { ENCODINGS_VERSIONS } from '../../src/formats/aimet-encodings.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';
import { cli, digits, quantizedDigits } from '../support/cli.js';
import { refusal } from './refusal.js';

const model = 'd.safetensors';
const files = async () => new Map([[model, await quantizedDigits()]]);

describe('bitmac export', () => {
  it('writes an ONNX file with the inputs and outputs of the source, and says how large it is', async () => {
    const run = await cli(['export', model, '-o', 'd.onnx'], await files());
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const bytes = run.written.get('d.onnx') as Uint8Array;
    const { graph, opsetImports } = parseOnnxModel(bytes);
    expect(opsetImports).toEqual([{ domain: '', version: 13 }]);
    expect([...graph.inputs, ...graph.outputs].map(({ name }) => name)).toEqual(['image', 'logits']);
    expect(run.stdout).toBe(
      `d.onnx: ${bytes.length.toLocaleString('en')} bytes\n  onnx-qdq, opset 13, nodes ${graph.nodes.length}`,
    );
  });

  it('gives the summary as JSON', async () => {
    const run = await cli(['export', model, '-o', 'd.onnx', '--json'], await files());
    expect(JSON.parse(run.stdout)).toMatchObject({
      model,
      output: 'd.onnx',
      format: 'onnx-qdq',
      bytes: (run.written.get('d.onnx') as Uint8Array).length,
      opset: 13,
    });
  });

  it('quantizes a float model first', async () => {
    const calibration = [
      '--calibration',
      digits.calibration,
      '--divide',
      '255',
      '--calibration-rows',
      '0:20',
    ];
    const direct = await cli(['export', digits.model, ...calibration, '-o', 'd.onnx']);
    const late = await cli(['export', model, '-o', 'd.onnx'], await files());
    expect(direct).toMatchObject({ exitCode: 0, stderr: '' });
    expect(direct.written.get('d.onnx')).toEqual(late.written.get('d.onnx'));
  });

  it.each(ENCODINGS_VERSIONS)(
    'writes the grids as encodings of version %s, from which the same model comes again',
    async (version) => {
      const run = await cli(
        ['export', model, '-o', 'd.encodings', '--format', `aimet-${version}`],
        await files(),
      );
      expect(run).toMatchObject({ exitCode: 0, stderr: '' });
      const bytes = run.written.get('d.encodings') as Uint8Array;
      expect(run.stdout).toBe(
        `d.encodings: ${bytes.length.toLocaleString('en')} bytes\n  aimet-${version}, activations 13, parameters 8`,
      );
      const given = new Map([['d.encodings', new TextDecoder().decode(bytes)]]);
      const again = await cli(
        ['quantize', digits.model, '--encodings', 'd.encodings', '--divide', '255', '-o', 'again'],
        given,
      );
      expect(again).toMatchObject({ exitCode: 0, stderr: '' });
      expect(again.written.get('again')).toEqual((await files()).get(model));
    },
  );

  it('refuses a format it does not write and a float model without data', async () => {
    expect(await refusal(['export', model, '-o', 'd.onnx', '--format', 'onnx-qop'])).toContain('onnx-qdq');
    expect(await refusal(['export', digits.model, '-o', 'd.onnx'])).toContain('no calibration data');
  });
});
