import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnxQdqModel } from '../../src/exporters/onnx-qdq/write.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';
import type { OnnxModel } from '../../src/formats/onnx.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import { IntegerRunner, loadModel, networkOf } from '../../src/index.js';
import { arrayMacs } from '../../src/lower/workload/workload.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { Random } from '../../src/core/random.js';
import { inversePermutation, permuteShape, elementCount } from '../../src/tensor/shape.js';
import { storageType, tensorFrom } from '../../src/tensor/tensor.js';
import { maxOf, minOf } from '../../src/arith/int-format.js';
import { formatOf } from '../../src/kernels/fast/operands.js';
import { onnxRuntime, singleThreadSession, type Ort } from './onnxruntime.js';
import { mediansOf } from './rounds.js';
import { withUnsignedActivations } from './unsigned-activations.js';

const MODELS = {
  mobilenet_v2: 'coral-mobilenetv2-224-ptq/mobilenet_v2_1.0_224_ptq_int8.tflite',
  squeezenet: 'squeezenet1.0/squeezenet_qdq_s8s8_pc.onnx',
  resnet20: 'cifar10-resnet20/resnet20_qdq_s8s8_pc.onnx',
  resnet8: 'mlperf-tiny-resnet8/resnet8_int8.tflite',
  dscnn: 'mlperf-tiny-dscnn-kws/dscnn_int8.tflite',
  'mobilenetv1-vww': 'mlperf-tiny-mobilenetv1-vww/mobilenetv1_int8.tflite',
  'mnist-8': 'mnist-cnn/mnist-8_qdq_s8s8.onnx',
} as const;
export type ModelName = keyof typeof MODELS;

/** Medians of processor time for one input, in milliseconds. */
export interface ModelTimes {
  readonly model: ModelName;
  readonly bitmacMs: number;
  /** ONNX Runtime, int8 activations. */
  readonly signedMs: number;
  /** The same model with uint8 activations. */
  readonly unsignedMs: number;
}

export function sharedModel(shared: string, model: ModelName): string {
  return join(shared, 'models', MODELS[model]);
}

/**
 * Each model as an integer graph here and as QDQ there (the file itself, or an export of it): the same layers on the same grids, one
 * thread. We take codes, ONNX Runtime the real numbers they stand for.
 */
export async function modelsBesideOnnxRuntime(shared: string): Promise<ModelTimes[]> {
  const ort = onnxRuntime();
  const times: ModelTimes[] = [];
  for (const model of Object.keys(MODELS) as ModelName[]) {
    const file = sharedModel(shared, model);
    const graph = await loadModel(file);
    if (graph.dialect !== 'integer') throw new Error(`${model} is not quantized`);
    const onnx = file.endsWith('.onnx') ? parseOnnxModel(readFileSync(file)) : onnxQdqModel(graph);
    times.push({ model, ...(await timesOf(ort, graph, onnx)) });
  }
  return times;
}

async function timesOf(ort: Ort, graph: IntGraph, model: OnnxModel): Promise<Omit<ModelTimes, 'model'>> {
  const random = new Random(6);
  const [port] = graph.inputs;
  const { shape } = graph.values.get(port!.value)!;
  const outside =
    port!.permutation === null ? shape : permuteShape(shape, inversePermutation(port!.permutation));
  const count = elementCount(outside);
  const format = formatOf(graph.values.get(port!.value)!);
  const values = Array.from({ length: count }, () => random.integer(minOf(format), maxOf(format)));
  const codes = tensorFrom(storageType(format), outside, values);
  const runner = new IntegerRunner(graph);
  const [reals] = runner.realInputs([codes]);
  const [signed, unsigned] = await Promise.all(
    [model, withUnsignedActivations(model)].map((each) => singleThreadSession(ort, writeOnnxModel(each))),
  );
  const feeds = { [port!.name]: new ort.Tensor('float32', reals!.data, outside) };
  const repeats = Math.max(1, Math.round(20_000_000 / macsOf(graph)));
  const repeated = (run: () => unknown) => async () => {
    for (let i = 0; i < repeats; i += 1) await run();
  };
  const contenders = {
    bitmacMs: repeated(() => runner.run([codes])),
    signedMs: repeated(() => signed!.run(feeds)),
    unsignedMs: repeated(() => unsigned!.run(feeds)),
  };
  const medians = await mediansOf(contenders, { rounds: 15, warmUp: 10 });
  return {
    bitmacMs: medians.bitmacMs / repeats,
    signedMs: medians.signedMs / repeats,
    unsignedMs: medians.unsignedMs / repeats,
  };
}

function macsOf(graph: IntGraph): number {
  return networkOf(graph).layers.reduce(
    (sum, { workload }) => sum + (workload.kind === 'array' ? arrayMacs(workload) : 0),
    0,
  );
}
