import { readFileSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { startsWith } from '../../src/formats/bytes.js';
import { writeIntegerGraph } from '../../src/exporters/integer-graph.js';
import { readArrayFile } from '../../src/importers/dataset/array-file.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import { toInside } from '../../src/kernels/ports.js';
import { quantize } from '../../src/ptq/quantize.js';
import { tensor } from '../../src/tensor/tensor.js';
import { sharedPath } from '../../test/support/shared.js';

/** A file that mutants are made of. */
export interface Seed {
  /** Unique within a campaign. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ModelFormat = 'onnx' | 'tflite' | 'integerGraph';

const TFLITE_IDENTIFIER = new TextEncoder().encode('TFL3');
const BRACE = 0x7b;

/** What a whole file is; its mutants may be nothing. */
export function formatOf(bytes: Uint8Array): ModelFormat {
  if (startsWith(bytes.subarray(4), TFLITE_IDENTIFIER)) return 'tflite';
  return bytes[8] === BRACE ? 'integerGraph' : 'onnx';
}

const SHARED_SEEDS = [
  'models/mnist-cnn/mnist-8.onnx',
  'models/cifar10-resnet20/resnet20_qdq_s8s8_pc.onnx',
  'models/mlperf-tiny-resnet8/resnet8_int8.tflite',
  'models/tflm-micro-speech/micro_speech_int8.tflite',
];
const DIGITS = resolve(import.meta.dirname, '../../examples/digits');
const CALIBRATION_IMAGES = 20;

/** Five real files: four of the shared folder and an integer graph; without the folder, what is bundled. */
export function defaultSeeds(): { readonly seeds: readonly Seed[]; readonly isShared: boolean } {
  const shared = SHARED_SEEDS.map((path) => sharedPath(path)).filter((path) => path !== null);
  const isShared = shared.length === SHARED_SEEDS.length;
  const files = isShared ? shared : [`${DIGITS}/digits.onnx`];
  return { seeds: [...files.map((path) => seedOf(path)), digitsAsIntegers()], isShared };
}

/** The file as a seed; `taken` are the names that other seeds have. */
export function seedOf(path: string, taken: readonly string[] = []): Seed {
  const name = basename(path);
  const stem = basename(path, extname(path));
  const free = taken.includes(name) ? `${stem}-${taken.length}${extname(path)}` : name;
  return { name: free, bytes: readFileSync(path) };
}

/** The bundled model, quantized with bundled images, as the file that bitmac writes. */
function digitsAsIntegers(): Seed {
  const float = importOnnx(readFileSync(`${DIGITS}/digits.onnx`), { file: 'digits.onnx' });
  const { shape, data } = readArrayFile(readFileSync(`${DIGITS}/digits.npz`), 'calibration_images');
  const pixels = shape.slice(1).reduce((count, extent) => count * extent, 1);
  const image = (row: number) =>
    tensor(
      'float32',
      [1, ...shape.slice(1)],
      Float32Array.from({ length: pixels }, (_, i) => Number(data[row * pixels + i]) / 255),
    );
  const port = float.inputs[0]!;
  const samples = Array.from({ length: CALIBRATION_IMAGES }, (_, row) => [toInside(port, image(row))]);
  return { name: 'digits.safetensors', bytes: writeIntegerGraph(quantize(float, samples).graph) };
}
