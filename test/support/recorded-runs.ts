import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ranked } from '../../src/engine/evaluate.js';
import { IntegerRunner } from '../../src/engine/run.js';
import type { PlainArray } from '../../src/formats/elements.js';
import { asNumbers } from '../../src/importers/dataset/array-file.js';
import { inputRows } from '../../src/importers/dataset/input-rows.js';
import { NO_PREPROCESSING, type Preprocessing } from '../../src/importers/dataset/preprocessing.js';
import { parseModel } from '../../src/importers/load-model.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { fastKernels } from '../../src/kernels/fast/index.js';
import { readSharedArray } from './models.js';
import { sharedPath } from './shared.js';

/** An already quantized model of the shared folder. Paths are relative to `models/`, those of data to the shared folder. */
export interface QuantizedModel {
  readonly name: string;
  readonly file: string;
  readonly preprocessing: Preprocessing;
  readonly sets: readonly RecordedSet[];
  /** Every activation of row 0 of the first set from the reference kernels; null where none was recorded. */
  readonly trace: string | null;
}

/** Rows, and what a runtime answered to them under each semantics. */
export interface RecordedSet {
  readonly data: string;
  /** How the stored rows become the model's, where preprocessing cannot say it. */
  readonly convert?: (array: PlainArray) => PlainArray;
  /** Recorded outputs by semantics. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly labels: string | null;
  /** The class of label 0. */
  readonly labelOffset: number;
  /** Right answers of the runtime by semantics, as the shared README's percentages say. */
  readonly correct: Readonly<Record<string, number>>;
}

const plain = NO_PREPROCESSING;
const outputs = (stem: string, suffix = 'npy'): Record<string, string> => ({
  'tflite-reference': `${stem}.out_tflite_ref.${suffix}`,
  'tflite-xnnpack': `${stem}.out_tflite_xnnpack.${suffix}`,
});
const unlabelled = { labels: null, labelOffset: 0, correct: {} } as const;

/** Grey values from RGB pixels, less 128, as the shared README gives them for person_detect. */
function grey({ shape, data }: PlainArray): PlainArray {
  const pixels = data.length / 3;
  const codes = Int8Array.from({ length: pixels }, (_, i) => {
    const [red, green, blue] = [0, 1, 2].map((channel) => Number(data[3 * i + channel]));
    return ((19595 * red! + 38470 * green! + 7471 * blue! + 32768) >> 16) - 128;
  });
  return { type: 'int8', shape: [...shape.slice(0, -1), 1], data: codes };
}

/** TFLite models with recorded outputs. */
export const TFLITE_MODELS: readonly QuantizedModel[] = [
  {
    name: 'resnet8_int8',
    file: 'mlperf-tiny-resnet8/resnet8_int8.tflite',
    preprocessing: plain,
    sets: [
      {
        data: 'data/cifar10/lossless_images_u8.npy.gz',
        outputs: outputs('mlperf-tiny-resnet8/resnet8_int8'),
        labels: 'data/cifar10/lossless_labels_u8.npy',
        labelOffset: 0,
        correct: { 'tflite-reference': 221, 'tflite-xnnpack': 219 },
      },
      {
        data: 'data/cifar10/jpeg_images_u8.npy.gz',
        outputs: { 'tflite-reference': 'mlperf-tiny-resnet8/resnet8_int8.jpeg.out_tflite_ref.npy' },
        labels: 'data/cifar10/jpeg_labels_u8.npy',
        labelOffset: 0,
        correct: { 'tflite-reference': 754 },
      },
    ],
    trace: 'mlperf-tiny-resnet8/resnet8_int8.trace_row0_tflite_ref.npz',
  },
  {
    name: 'dscnn_int8',
    file: 'mlperf-tiny-dscnn-kws/dscnn_int8.tflite',
    preprocessing: plain,
    sets: [
      {
        data: 'data/speech-commands-kws/mfcc_i8.npy',
        outputs: outputs('mlperf-tiny-dscnn-kws/dscnn_int8'),
        labels: 'data/speech-commands-kws/labels_u8.npy',
        labelOffset: 0,
        correct: { 'tflite-reference': 452, 'tflite-xnnpack': 453 },
      },
    ],
    trace: 'mlperf-tiny-dscnn-kws/dscnn_int8.trace_row0_tflite_ref.npz',
  },
  {
    name: 'mobilenetv1_int8',
    file: 'mlperf-tiny-mobilenetv1-vww/mobilenetv1_int8.tflite',
    preprocessing: { ...plain, divide: 255 },
    sets: [
      {
        data: 'data/visual-wake-words/images_rgb_u8.npy.gz',
        outputs: outputs('mlperf-tiny-mobilenetv1-vww/mobilenetv1_int8'),
        labels: 'data/visual-wake-words/labels_u8.npy',
        labelOffset: 0,
        correct: { 'tflite-reference': 196, 'tflite-xnnpack': 196 },
      },
    ],
    trace: 'mlperf-tiny-mobilenetv1-vww/mobilenetv1_int8.trace_row0_tflite_ref.npz',
  },
  {
    name: 'ad01_int8',
    file: 'mlperf-tiny-autoencoder-ad/ad01_int8.tflite',
    preprocessing: plain,
    sets: [
      {
        data: 'models/mlperf-tiny-autoencoder-ad/windows_i8.npy',
        outputs: outputs('mlperf-tiny-autoencoder-ad/ad01_int8'),
        ...unlabelled,
      },
    ],
    trace: 'mlperf-tiny-autoencoder-ad/ad01_int8.trace_row0_tflite_ref.npz',
  },
  {
    name: 'person_detect',
    file: 'tflm-person-detect/person_detect.tflite',
    preprocessing: plain,
    sets: [
      {
        data: 'models/tflm-person-detect/person_and_no_person_i8.npy',
        outputs: outputs('tflm-person-detect/person_detect.bmp'),
        ...unlabelled,
      },
      {
        data: 'data/visual-wake-words/images_rgb_u8.npy.gz',
        convert: grey,
        outputs: outputs('tflm-person-detect/person_detect.vww'),
        labels: 'data/visual-wake-words/labels_u8.npy',
        labelOffset: 0,
        correct: { 'tflite-reference': 178, 'tflite-xnnpack': 177 },
      },
    ],
    trace: 'tflm-person-detect/person_detect.bmp.trace_row0_tflite_ref.npz',
  },
  {
    name: 'micro_speech_int8',
    file: 'tflm-micro-speech/micro_speech_int8.tflite',
    preprocessing: plain,
    sets: [
      {
        data: 'models/tflm-micro-speech/yes_no_features_i8.npy',
        outputs: outputs('tflm-micro-speech/micro_speech_int8'),
        ...unlabelled,
      },
    ],
    trace: 'tflm-micro-speech/micro_speech_int8.trace_row0_tflite_ref.npz',
  },
  {
    name: 'hello_world_int8',
    file: 'tflm-hello-world/hello_world_int8.tflite',
    preprocessing: plain,
    sets: [
      {
        data: 'models/tflm-hello-world/all_inputs_i8.npy',
        outputs: outputs('tflm-hello-world/hello_world_int8'),
        ...unlabelled,
      },
    ],
    trace: null,
  },
  {
    name: 'mobilenet_v1_0.25_128_uint8',
    file: 'coral-mobilenetv1-025-128/mobilenet_v1_0.25_128_uint8.tflite',
    preprocessing: plain,
    sets: [
      {
        data: 'data/imagenet-sample/images_rgb128_u8.npy.gz',
        outputs: outputs('coral-mobilenetv1-025-128/mobilenet_v1_0.25_128_uint8'),
        labels: 'data/imagenet-sample/labels_u16.npy',
        labelOffset: 1,
        correct: { 'tflite-reference': 26, 'tflite-xnnpack': 26 },
      },
    ],
    trace: null,
  },
  {
    name: 'mobilenet_v2_1.0_224_ptq_int8',
    file: 'coral-mobilenetv2-224-ptq/mobilenet_v2_1.0_224_ptq_int8.tflite',
    preprocessing: plain,
    sets: [
      {
        data: 'data/imagenet-sample/images_rgb224_u8.npy.gz',
        outputs: outputs('coral-mobilenetv2-224-ptq/mobilenet_v2_1.0_224_ptq_int8'),
        labels: 'data/imagenet-sample/labels_u16.npy',
        labelOffset: 1,
        correct: { 'tflite-reference': 59, 'tflite-xnnpack': 58 },
      },
    ],
    trace: null,
  },
  {
    name: 'deeplabv3_mnv2_dm05_uint8',
    file: 'coral-deeplabv3-dm05/deeplabv3_mnv2_dm05_uint8.tflite',
    preprocessing: plain,
    sets: [
      {
        data: 'models/coral-deeplabv3-dm05/bird_rgb_u8.npy.gz',
        outputs: outputs('coral-deeplabv3-dm05/deeplabv3_mnv2_dm05_uint8', 'npy.gz'),
        ...unlabelled,
      },
    ],
    trace: null,
  },
];

/** A model with the arithmetic of a semantics. */
export function importQuantized({ file }: QuantizedModel, semantics: string): IntGraph {
  const graph = parseModel(readFileSync(sharedPath('models', file)!), { file: basename(file), semantics });
  if (graph.dialect !== 'integer') throw new Error(`${file} is a float model`);
  return graph;
}

/** What running a model on recorded rows showed. */
export interface RecordedComparison {
  readonly rows: number;
  readonly values: number;
  readonly differing: number;
  readonly largest: number;
  /** Right first answers; null without labels. */
  readonly correct: number | null;
}

/** Runs a model on the first rows of a set and compares codes with those recorded under a semantics. */
export function compareWithRecorded(
  model: QuantizedModel,
  set: RecordedSet,
  semantics: string,
  mostRows = Infinity,
): RecordedComparison {
  const graph = importQuantized(model, semantics);
  const runner = new IntegerRunner(graph, fastKernels);
  const reader = rowsOf(model, set, graph);
  const recorded = readSharedArray(`models/${set.outputs[semantics]!}`);
  const labels = set.labels === null ? null : asNumbers(readSharedArray(set.labels));
  const rows = Math.min(reader.rowCount, mostRows);
  let [values, differing, largest, correct] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const codes = runner.run([reader.row(row)]).codes[0]!.data;
    for (let i = 0; i < codes.length; i += 1) {
      const difference = Math.abs(codes[i]! - Number(recorded.data[row * codes.length + i]));
      values += 1;
      if (difference > 0) differing += 1;
      largest = Math.max(largest, difference);
    }
    if (labels !== null && ranked(codes, 1)[0] === labels[row]! + set.labelOffset) correct += 1;
  }
  return { rows, values, differing, largest, correct: labels === null ? null : correct };
}

/** The rows of a set as the model takes them. */
export function rowsOf({ preprocessing }: QuantizedModel, set: RecordedSet, graph: IntGraph) {
  const array = readSharedArray(set.data);
  return inputRows(graph, graph.inputs[0]!, set.convert?.(array) ?? array, preprocessing);
}
