/**
 * Quantizes the bundled model, runs it on one image and prints its exact integer answer beside the float model's.
 *
 * Run with `node --import tsx examples/quantize-and-run.ts`. Outside this repository, import from 'bitmac'.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as bitmac from '../src/index.js';

const folder = fileURLToPath(new URL('./digits/', import.meta.url));
const archive = readFileSync(`${folder}digits.npz`);

/** A stored image of 28 x 28 bytes as the model was trained on it: from 0 to 1, with axes for batch and channel. */
function image(set: string, row: number): bitmac.FloatTensor {
  const { data } = bitmac.readArrayFile(archive, set);
  const pixels = Float32Array.from({ length: 28 * 28 }, (_, i) => Number(data[row * 28 * 28 + i]) / 255);
  return bitmac.tensor('float32', [1, 1, 28, 28], pixels);
}

const model = await bitmac.loadModel(`${folder}digits.onnx`);
if (model.dialect !== 'float') throw new TypeError('the bundled model is a float model');

const [port] = model.inputs; // quantize takes tensors with the axes inside: NHWC
const inside = (row: number) => bitmac.toInside(port!, image('calibration_images', row));
const samples = Array.from({ length: 20 }, (_, row) => [inside(row)]);
const { graph } = bitmac.quantize(model, samples);

const { codes, reals } = new bitmac.IntegerRunner(graph).run([image('test_images', 0)]);
const [logits] = new bitmac.FloatRunner(model).run([image('test_images', 0)]);
const rounded = (values: Iterable<number>) => Array.from(values, (value) => value.toFixed(2)).join(' ');
console.log(`integer  ${codes[0]!.data.join(' ')}`);
console.log(`as reals ${rounded(reals[0]!.data)}`);
console.log(`float    ${rounded(logits!.data)}`);
