import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ranked } from '../../src/engine/evaluate.js';
import { IntegerRunner } from '../../src/engine/run.js';
import type { PlainArray } from '../../src/formats/elements.js';
import { asNumbers } from '../../src/importers/dataset/array-file.js';
import { inputRows, type InputRows } from '../../src/importers/dataset/input-rows.js';
import { NO_PREPROCESSING, type Preprocessing } from '../../src/importers/dataset/preprocessing.js';
import { parseModel } from '../../src/importers/load-model.js';
import { quantizeLinear } from '../../src/arith/onnxruntime/quantize-linear.js';
import type { IntGraph, ValueType } from '../../src/ir/graph.js';
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

/** How ONNX models of the shared folder were trained to see pictures. */
const cifar10: Preprocessing = {
  ...plain,
  divide: 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  layout: 'hwc',
};
const mfcc: Preprocessing = { ...plain, mean: [83], std: [1 / 0.5847029] };
const bgr: Preprocessing = {
  ...plain,
  mean: [103.939, 116.779, 123.68],
  reverseChannels: true,
  layout: 'hwc',
};

const PICTURES = {
  data: 'data/cifar10/lossless_images_u8.npy.gz',
  labels: 'data/cifar10/lossless_labels_u8.npy',
};
const JPEG_PICTURES = {
  data: 'data/cifar10/jpeg_images_u8.npy.gz',
  labels: 'data/cifar10/jpeg_labels_u8.npy',
};
const WORDS = {
  data: 'data/speech-commands-kws/mfcc_i8.npy',
  labels: 'data/speech-commands-kws/labels_u8.npy',
};
const DIGITS = { data: 'data/mnist/images_u8.npy.gz', labels: 'data/mnist/labels_u8.npy' };
const WAKE_WORDS = {
  data: 'data/visual-wake-words/images_rgb_u8.npy.gz',
  labels: 'data/visual-wake-words/labels_u8.npy',
};
const SAMPLE = {
  data: 'data/imagenet-sample/images_rgb224_u8.npy.gz',
  labels: 'data/imagenet-sample/labels_u16.npy',
};

/** What ONNX Runtime answered with its optimizations and without. */
function ofOnnxRuntime(stem: string, suffix = 'npy'): Record<string, string> {
  return { optimized: `${stem}.out_ort.${suffix}`, 'as written': `${stem}.out_ort_noopt.${suffix}` };
}

function onnxModel(
  name: string,
  folder: string,
  preprocessing: Preprocessing,
  rows: Pick<RecordedSet, 'data' | 'convert' | 'labels'>,
  correct: number | null,
  more: readonly RecordedSet[] = [],
  suffix = 'npy',
): QuantizedModel {
  const answered = ofOnnxRuntime(`${folder}/${name}`, suffix);
  const set = {
    ...rows,
    outputs: answered,
    labelOffset: 0,
    correct: correct === null ? {} : { optimized: correct, 'as written': correct },
  };
  return { name, file: `${folder}/${name}.onnx`, preprocessing, sets: [set, ...more], trace: null };
}

const jpeg = (name: string, folder: string, correct: number): RecordedSet => ({
  ...JPEG_PICTURES,
  outputs: { optimized: `${folder}/${name}.jpeg.out_ort.npy` },
  labelOffset: 0,
  correct: { optimized: correct },
});

/** QOperator models, with right answers of ONNX Runtime. */
export const QOPERATOR_MODELS: readonly QuantizedModel[] = [
  onnxModel('mnist-8_qop_u8s8', 'mnist-cnn', plain, DIGITS, null),
  onnxModel('resnet20_qop_u8s8_pc', 'cifar10-resnet20', cifar10, PICTURES, 229, [
    jpeg('resnet20_qop_u8s8_pc', 'cifar10-resnet20', 829),
  ]),
  onnxModel('dscnn_small_qop_u8s8_pc', 'mlperf-tiny-dscnn-kws', mfcc, WORDS, 453),
  onnxModel('squeezenet_qop_u8s8_pc', 'squeezenet1.0', bgr, SAMPLE, 40, [], 'npy.gz'),
];

/** QDQ models, with right answers of ONNX Runtime. */
export const QDQ_MODELS: readonly QuantizedModel[] = [
  onnxModel('mnist-8_qdq_s8s8', 'mnist-cnn', plain, DIGITS, null),
  onnxModel('resnet20_qdq_u8u8', 'cifar10-resnet20', cifar10, PICTURES, 229, [
    jpeg('resnet20_qdq_u8u8', 'cifar10-resnet20', 821),
  ]),
  onnxModel('resnet20_qdq_s8s8_pc', 'cifar10-resnet20', cifar10, PICTURES, 229, [
    jpeg('resnet20_qdq_s8s8_pc', 'cifar10-resnet20', 829),
  ]),
  onnxModel('resnet8_qdq_int8', 'mlperf-tiny-resnet8', plain, PICTURES, 221, [
    jpeg('resnet8_qdq_int8', 'mlperf-tiny-resnet8', 753),
  ]),
  onnxModel('dscnn_qdq_int8', 'mlperf-tiny-dscnn-kws', mfcc, WORDS, 446),
  onnxModel(
    'mobilenetv1_qdq_int8',
    'mlperf-tiny-mobilenetv1-vww',
    { ...plain, divide: 255, layout: 'hwc' },
    WAKE_WORDS,
    194,
  ),
  onnxModel(
    'autoencoder_qdq_int8',
    'mlperf-tiny-autoencoder-ad',
    plain,
    {
      data: 'models/mlperf-tiny-autoencoder-ad/normal_id_01_00000000_frames_f32.npy',
      convert: windowsOf,
      labels: null,
    },
    null,
    [],
    'npy.gz',
  ),
  onnxModel('squeezenet_qdq_s8s8_pc', 'squeezenet1.0', bgr, SAMPLE, 40, [], 'npy.gz'),
];

/** The windows of five frames that the anomaly detectors see. */
function windowsOf({ shape, data }: PlainArray): PlainArray {
  const [frames, bins] = shape as [number, number];
  const windows = Array.from({ length: frames - 4 }, (_, i) =>
    Array.from((data as Float32Array).subarray(i * bins, (i + 5) * bins)),
  );
  return { type: 'float32', shape: [windows.length, 5 * bins], data: Float32Array.from(windows.flat()) };
}

/** A model with the arithmetic of a semantics. */
export function importQuantized({ file }: QuantizedModel, semantics: string): IntGraph {
  const graph = parseModel(readFileSync(sharedPath('models', file)!), {
    file: basename(file),
    semantics: file.endsWith('.onnx') ? 'onnxruntime' : semantics,
  });
  if (graph.dialect !== 'integer') throw new Error(`${file} is a float model`);
  return graph;
}

/** What running a model on recorded rows showed. */
export interface RecordedComparison {
  readonly rows: number;
  readonly values: number;
  /** Codes that differ; of real numbers, those that differ by more than a millionth of the largest. */
  readonly differing: number;
  /** In codes, or as real numbers where the output is real. */
  readonly largest: number;
  /** Rows whose first answer is another one. */
  readonly flips: number;
  /** Right first answers; null without labels. */
  readonly correct: number | null;
}

/** Runs a model on the first rows of a set and compares its first output with what a runtime recorded. */
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
  const { type } = graph.values.get(graph.outputs[0]!.value)!;
  let [values, differing, largest, flips, correct] = [0, 0, 0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const { codes } = runner.run([reader.row(row)]);
    const own = codes[0]!.data;
    const theirs = recordedRow(recorded, row, own.length, type);
    const scale = type.kind === 'int' ? 0 : 1e-6 * theirs.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    for (let i = 0; i < own.length; i += 1) {
      const difference = Math.abs(own[i]! - theirs[i]!);
      values += 1;
      if (difference > scale) differing += 1;
      largest = Math.max(largest, difference);
    }
    if (ranked(own, 1)[0] !== ranked(theirs, 1)[0]) flips += 1;
    if (labels !== null && ranked(own, 1)[0] === labels[row]! + set.labelOffset) correct += 1;
  }
  return { rows, values, differing, largest, flips, correct: labels === null ? null : correct };
}

/** A recorded row as the output's codes: integers as they are, real numbers quantized to its grid. */
function recordedRow(recorded: PlainArray, row: number, length: number, type: ValueType): number[] {
  const values = Array.from({ length }, (_, i) => Number(recorded.data[row * length + i]));
  const grid = type.kind === 'int' ? type.quantization : null;
  if (recorded.type !== 'float32' || type.kind !== 'int' || grid === null) return values;
  const { scales, zeroPoint } = grid;
  return values.map((x) => quantizeLinear(x, { scale: scales[0]!, zeroPoint, format: type.format }));
}

/** The rows of a set as the model takes them. */
export function rowsOf({ preprocessing }: QuantizedModel, set: RecordedSet, graph: IntGraph): InputRows {
  const array = readSharedArray(set.data);
  return inputRows(graph, graph.inputs[0]!, set.convert?.(array) ?? array, preprocessing);
}
