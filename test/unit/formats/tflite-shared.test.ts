import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { parseTfliteModel } from '../../../src/formats/tflite-reader.js';
import type { TfliteSubgraph } from '../../../src/formats/tflite.js';
import { describeShared, sharedFiles, sharedName, sharedPath } from '../../support/shared.js';
import { writeTfliteModel } from '../../support/tflite-writer.js';

function read(file: string): TfliteSubgraph {
  return parseTfliteModel(readFileSync(sharedPath('models', file)!)).subgraphs[0]!;
}

/** `ADD 3, CONV_2D 9, …`, as the list of the shared models has it. */
function operatorCounts({ operators }: TfliteSubgraph): string {
  const counts = new Map<string, number>();
  for (const { name } of operators) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => `${name} ${count}`)
    .toSorted()
    .join(', ');
}

/** The column of operators of each `.tflite` file in the list of the shared models. */
function listedCounts(): Map<string, string> {
  const rows = readFileSync(sharedPath('models', 'README.md')!, 'utf8').matchAll(
    /^\| `(\S+\.tflite)` \|.*?\| ((?:[A-Z0-9_]+ \d+(?:, )?)+) \|/gm,
  );
  return new Map([...rows].map(([, file, counts]) => [file!, counts!]));
}

describeShared('TensorFlow Lite models that others wrote', () => {
  it('have the operators that their list says', () => {
    const found = sharedFiles('.tflite', 'models').map((path): [string, string] => {
      const file = sharedName(path).slice('models/'.length);
      return [file, operatorCounts(read(file))];
    });
    expect(found.length).toBe(16);
    expect(new Map(found)).toEqual(listedCounts());
  });

  it('read back the same after they were written by the library', () => {
    const changed = sharedFiles('.tflite', 'models').filter((path) => {
      const model = parseTfliteModel(readFileSync(path));
      const { description } = model;
      const written = writeTfliteModel(model.subgraphs, { description });
      return !isDeepStrictEqual(parseTfliteModel(written), model);
    });
    expect(changed).toEqual([]);
  });

  it('have the inputs and outputs that their list says', () => {
    const { tensors, inputs, outputs } = read('mlperf-tiny-autoencoder-ad/ad01_int8.tflite');
    const ends = [...inputs, ...outputs].map((index) => tensors[index]!);
    expect(ends).toMatchObject([
      { type: 'int8', shape: [1, 640], data: null, quantization: { zeroPoints: [89] } },
      { type: 'int8', shape: [1, 640], data: null, quantization: { zeroPoints: [96] } },
    ]);
    expect(ends[0]!.quantization!.scales[0]).toBeCloseTo(0.3910152, 7);
    expect(ends[1]!.quantization!.scales[0]).toBeCloseTo(0.3644985, 7);
  });

  it('have weights with a scale per channel, and the stride of their layer', () => {
    const { tensors, operators } = read('mlperf-tiny-resnet8/resnet8_int8.tflite');
    const [convolution] = operators;
    const [input, weights, bias] = convolution!.inputs.map((index) => tensors[index]!);
    expect(input!.quantization).toEqual({ scales: [1], zeroPoints: [-128], axis: 0 });
    expect(weights).toMatchObject({ type: 'int8', shape: [16, 3, 3, 3], quantization: { axis: 0 } });
    expect(weights!.quantization!.scales.length).toBe(16);
    expect(weights!.data!.length).toBe(16 * 3 * 3 * 3);
    expect(bias).toMatchObject({ type: 'int32', shape: [16] });
    expect(convolution!.options).toMatchObject({
      padding: 'SAME',
      strideW: 1,
      fusedActivationFunction: 'RELU',
    });
  });

  it('keep the axis 3 that person_detect gives its biases', () => {
    const { tensors } = read('tflm-person-detect/person_detect.tflite');
    const odd = tensors.filter(({ shape, quantization }) => shape.length === 1 && quantization?.axis === 3);
    expect(odd.length).toBe(14);
  });
});
