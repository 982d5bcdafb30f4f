import { readFileSync } from 'node:fs';
import { readNpy } from '../../src/formats/npy.js';
import type { PlainArray } from '../../src/formats/elements.js';
import { RowReader } from '../../src/importers/dataset/rows.js';
import { NO_PREPROCESSING, type Preprocessing } from '../../src/importers/dataset/preprocessing.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import type { FloatGraph } from '../../src/ir/graph.js';
import { outsideShapes } from './run-float.js';
import { sharedPath } from './shared.js';

/** Rows of data that a model was run on, and what ONNX Runtime answered. Paths are relative to the shared folder. */
export interface ModelRows {
  readonly name: string;
  /** A row per sample, as stored: unsigned bytes or int8, before preprocessing. */
  readonly data: string;
  /** The class of each row; null where rows have none. */
  readonly labels: string | null;
  /** Float outputs of ONNX Runtime 1.30, a row per row of the data. */
  readonly recorded: string;
  readonly rowCount: number;
  /** Top-1 accuracy in percent that ONNX Runtime reached; null where rows have no labels. */
  readonly accuracy: number | null;
}

/** A float ONNX model of the shared folder and how to feed it. */
export interface FloatModel {
  readonly name: string;
  readonly file: string;
  readonly preprocessing: Preprocessing;
  readonly rows: readonly ModelRows[];
}

function images(divide: number, mean: readonly number[], std: readonly number[]): Preprocessing {
  return { ...NO_PREPROCESSING, divide, mean, std, layout: 'hwc' };
}

/** Both CIFAR-10 sets: 250 exact images, 1000 out of strongly compressed JPEG. */
function cifar10(stem: string, exact: number, jpeg: number): ModelRows[] {
  return [
    { name: 'exact', data: 'lossless', recorded: 'out_ort', rowCount: 250, accuracy: exact },
    { name: 'jpeg', data: 'jpeg', recorded: 'jpeg.out_ort', rowCount: 1000, accuracy: jpeg },
  ].map((set) => ({
    ...set,
    data: `data/cifar10/${set.data}_images_u8.npy.gz`,
    labels: `data/cifar10/${set.data}_labels_u8.npy`,
    recorded: `models/${stem}.${set.recorded}.npy`,
  }));
}

/** Every row of MNIST that is here. */
function mnist(stem: string, accuracy: number): ModelRows[] {
  return [
    {
      name: 'test',
      data: 'data/mnist/images_u8.npy.gz',
      labels: 'data/mnist/labels_u8.npy',
      recorded: `models/${stem}.out_ort.npy`,
      rowCount: 5000,
      accuracy,
    },
  ];
}

/** Every float ONNX model of the shared folder with trained weights; `models/README.md` there says where they come from. */
export const floatModels: readonly FloatModel[] = [
  {
    name: 'mnist-8',
    file: 'models/mnist-cnn/mnist-8.onnx',
    preprocessing: NO_PREPROCESSING,
    rows: mnist('mnist-cnn/mnist-8', 98.9),
  },
  {
    name: 'mnist-net_256x2',
    file: 'models/mnist-mlp/mnist-net_256x2.onnx',
    preprocessing: { ...NO_PREPROCESSING, divide: 255 },
    rows: mnist('mnist-mlp/mnist-net_256x2', 98.2),
  },
  {
    name: 'resnet20',
    file: 'models/cifar10-resnet20/resnet20_float.onnx',
    preprocessing: images(255, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    rows: cifar10('cifar10-resnet20/resnet20_float', 91.6, 82.6),
  },
  {
    name: 'resnet_2b',
    file: 'models/cifar10-resnet2b/resnet_2b.onnx',
    preprocessing: images(255, [0.4914, 0.4822, 0.4465], [0.2471, 0.2435, 0.2616]),
    rows: cifar10('cifar10-resnet2b/resnet_2b', 73.2, 68.2),
  },
  {
    name: 'vit_ibp_3_3_8',
    file: 'models/cifar10-vit-ibp/vit_ibp_3_3_8.onnx',
    preprocessing: images(255, [0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.201]),
    rows: cifar10('cifar10-vit-ibp/vit_ibp_3_3_8', 66.4, 60.1),
  },
  {
    name: 'dscnn_small',
    file: 'models/mlperf-tiny-dscnn-kws/dscnn_small_float.onnx',
    // The scale of the int8 models of the same network. models/README.md says 0.5847, but the recorded outputs fit this.
    preprocessing: { ...NO_PREPROCESSING, mean: [83], std: [1 / 0.5847029] },
    rows: [
      {
        name: 'test',
        data: 'data/speech-commands-kws/mfcc_i8.npy',
        labels: 'data/speech-commands-kws/labels_u8.npy',
        recorded: 'models/mlperf-tiny-dscnn-kws/dscnn_small_float.out_ort.npy',
        rowCount: 500,
        accuracy: 90.8,
      },
    ],
  },
  {
    name: 'mobilenetv1-vww',
    file: 'models/mlperf-tiny-mobilenetv1-vww/mobilenetv1_float.onnx',
    preprocessing: images(255, [0], [1]),
    rows: [
      {
        name: 'test',
        data: 'data/visual-wake-words/images_rgb_u8.npy.gz',
        labels: 'data/visual-wake-words/labels_u8.npy',
        recorded: 'models/mlperf-tiny-mobilenetv1-vww/mobilenetv1_float.out_ort.npy',
        rowCount: 240,
        accuracy: 81.2,
      },
    ],
  },
  {
    name: 'squeezenet',
    file: 'models/squeezenet1.0/squeezenet_fp32.onnx',
    preprocessing: { ...images(1, [103.939, 116.779, 123.68], [1]), reverseChannels: true },
    rows: [
      {
        name: 'sample',
        data: 'data/imagenet-sample/images_rgb224_u8.npy.gz',
        labels: 'data/imagenet-sample/labels_u16.npy',
        recorded: 'models/squeezenet1.0/squeezenet_fp32.out_ort.npy.gz',
        rowCount: 64,
        accuracy: 60.9,
      },
    ],
  },
  {
    name: 'espcn',
    file: 'models/espcn-superres/espcn_nn_resize_float.onnx',
    preprocessing: images(255, [0], [1]),
    rows: [
      {
        name: 'bird',
        data: 'models/espcn-superres/bird_crop_rgb128_u8.npy',
        labels: null,
        recorded: 'models/espcn-superres/espcn_nn_resize_float.out_ort.npy.gz',
        rowCount: 1,
        accuracy: null,
      },
    ],
  },
];

/** Every set of rows beside its model: a case each. */
export const setsOfRows = floatModels.flatMap((model) => model.rows.map((rows) => ({ model, rows })));

/** The model of this name. */
export function floatModel(name: string): FloatModel {
  const model = floatModels.find((candidate) => candidate.name === name);
  if (model === undefined) throw new Error(`no float model '${name}'`);
  return model;
}

/** The bytes of a file of the shared folder, which must be there. */
export function readShared(path: string): Uint8Array {
  return readFileSync(sharedPath(path)!);
}

/** The array in a .npy file of the shared folder, or in a compressed one. */
export function readSharedArray(path: string): PlainArray {
  return readNpy(readShared(path));
}

/** The model as a float graph, with batch 1. */
export function importFloatModel(model: FloatModel): FloatGraph {
  return importOnnx(readShared(model.file), { file: model.name });
}

/** The rows of a set as the model's input takes them, in the axes of its file. */
export function modelRows(model: FloatModel, rows: ModelRows, graph: FloatGraph): RowReader {
  return new RowReader(readSharedArray(rows.data), outsideShapes(graph)[0]!, model.preprocessing);
}
