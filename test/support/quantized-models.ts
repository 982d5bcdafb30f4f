import { NO_PREPROCESSING, type Preprocessing } from '../../src/importers/dataset/preprocessing.js';
import { RowReader } from '../../src/importers/dataset/rows.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import type { FloatGraph } from '../../src/ir/graph.js';
import { readShared, readSharedArray } from './models.js';
import { floatRunner, outsideShapes } from './run-float.js';

/** An ONNX model of the shared folder that is quantized already, and what it was run on. */
export interface QuantizedModel {
  /** Folder and file below `models/`, without the ending. */
  readonly stem: string;
  readonly form: 'QDQ' | 'QOperator';
  readonly data: string;
  readonly preprocessing: Preprocessing;
}

const cifar10: Pick<QuantizedModel, 'data' | 'preprocessing'> = {
  data: 'data/cifar10/lossless_images_u8.npy.gz',
  preprocessing: {
    ...NO_PREPROCESSING,
    divide: 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    layout: 'hwc',
  },
};

const keywords: Pick<QuantizedModel, 'data' | 'preprocessing'> = {
  data: 'data/speech-commands-kws/mfcc_i8.npy',
  preprocessing: { ...NO_PREPROCESSING, mean: [83], std: [1 / 0.5847029] },
};

const imagenet: Pick<QuantizedModel, 'data' | 'preprocessing'> = {
  data: 'data/imagenet-sample/images_rgb224_u8.npy.gz',
  preprocessing: {
    ...NO_PREPROCESSING,
    mean: [103.939, 116.779, 123.68],
    std: [1],
    layout: 'hwc',
    reverseChannels: true,
  },
};

const mnist: Pick<QuantizedModel, 'data' | 'preprocessing'> = {
  data: 'data/mnist/images_u8.npy.gz',
  preprocessing: NO_PREPROCESSING,
};

export const quantizedModels: readonly QuantizedModel[] = [
  {
    stem: 'mlperf-tiny-resnet8/resnet8_qdq_int8',
    form: 'QDQ',
    data: cifar10.data,
    preprocessing: NO_PREPROCESSING,
  },
  { stem: 'mlperf-tiny-dscnn-kws/dscnn_qdq_int8', form: 'QDQ', ...keywords },
  {
    stem: 'mlperf-tiny-mobilenetv1-vww/mobilenetv1_qdq_int8',
    form: 'QDQ',
    data: 'data/visual-wake-words/images_rgb_u8.npy.gz',
    preprocessing: { ...NO_PREPROCESSING, divide: 255, layout: 'hwc' },
  },
  {
    stem: 'mlperf-tiny-autoencoder-ad/autoencoder_qdq_int8',
    form: 'QDQ',
    data: 'models/mlperf-tiny-autoencoder-ad/normal_id_01_00000000_frames_f32.npy',
    preprocessing: NO_PREPROCESSING,
  },
  { stem: 'cifar10-resnet20/resnet20_qdq_s8s8_pc', form: 'QDQ', ...cifar10 },
  { stem: 'cifar10-resnet20/resnet20_qdq_u8u8', form: 'QDQ', ...cifar10 },
  { stem: 'squeezenet1.0/squeezenet_qdq_s8s8_pc', form: 'QDQ', ...imagenet },
  { stem: 'mnist-cnn/mnist-8_qdq_s8s8', form: 'QDQ', ...mnist },
  { stem: 'cifar10-resnet20/resnet20_qop_u8s8_pc', form: 'QOperator', ...cifar10 },
  { stem: 'squeezenet1.0/squeezenet_qop_u8s8_pc', form: 'QOperator', ...imagenet },
  { stem: 'mnist-cnn/mnist-8_qop_u8s8', form: 'QOperator', ...mnist },
  { stem: 'mlperf-tiny-dscnn-kws/dscnn_small_qop_u8s8_pc', form: 'QOperator', ...keywords },
];

/** The model as a float graph that holds codes, with batch 1. */
export function importQuantizedModel({ stem }: QuantizedModel): FloatGraph {
  return importOnnx(readShared(`models/${stem}.onnx`), { file: stem });
}

/** Input rows of a model as it takes them. A row of the autoencoder is five consecutive frames. */
export function quantizedRows(model: QuantizedModel, graph: FloatGraph): (row: number) => Float32Array {
  const shape = outsideShapes(graph)[0]!;
  const array = readSharedArray(model.data);
  if (array.type === 'float32') {
    const frame = array.shape[1]!;
    return (row) => array.data.subarray(row * frame, (row + 5) * frame);
  }
  const reader = new RowReader(array, shape, model.preprocessing);
  return (row) => reader.row(row).data;
}

/** How the graph as written compares with what ONNX Runtime gave when it ran each node as written. */
export interface WrittenComparison {
  readonly values: number;
  /** Values farther apart than float32 sums in another order put them. */
  readonly differing: number;
  readonly largestDifference: number;
  readonly largestOutput: number;
}

export function compareAsWritten(
  model: QuantizedModel,
  rows: readonly number[],
  tolerance: number,
): WrittenComparison {
  const graph = importQuantizedModel(model);
  const run = floatRunner(graph);
  const rowOf = quantizedRows(model, graph);
  const recorded = recordedOutputs(model);
  let [values, differing, largestDifference, largestOutput] = [0, 0, 0, 0];
  for (const row of rows) {
    const got = run([rowOf(row)])[0]!;
    const expected = recorded.subarray(row * got.length, (row + 1) * got.length);
    for (const [index, value] of got.entries()) {
      const difference = Math.abs(value - expected[index]!);
      const largest = expected.reduce((most, other) => Math.max(most, Math.abs(other)), 0);
      values += 1;
      if (difference > tolerance * largest) differing += 1;
      largestDifference = Math.max(largestDifference, difference);
      largestOutput = Math.max(largestOutput, largest);
    }
  }
  return { values, differing, largestDifference, largestOutput };
}

function recordedOutputs({ stem }: QuantizedModel): Float32Array {
  const isCompressed = /autoencoder|squeezenet/.test(stem);
  return readSharedArray(`models/${stem}.out_ort_noopt.npy${isCompressed ? '.gz' : ''}`).data as Float32Array;
}
