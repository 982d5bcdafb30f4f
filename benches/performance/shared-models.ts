import { loadModel, type IntGraph } from '../../src/index.js';
import { sharedPath } from '../../test/support/shared.js';

const FILES = {
  mobilenet_v2: 'coral-mobilenetv2-224-ptq/mobilenet_v2_1.0_224_ptq_int8.tflite',
  squeezenet: 'squeezenet1.0/squeezenet_qdq_s8s8_pc.onnx',
  resnet20: 'cifar10-resnet20/resnet20_qdq_s8s8_pc.onnx',
  resnet8: 'mlperf-tiny-resnet8/resnet8_int8.tflite',
  dscnn: 'mlperf-tiny-dscnn-kws/dscnn_int8.tflite',
  'mobilenetv1-vww': 'mlperf-tiny-mobilenetv1-vww/mobilenetv1_int8.tflite',
  'mnist-8': 'mnist-cnn/mnist-8_qdq_s8s8.onnx',
} as const;
export type ModelName = keyof typeof FILES;

export const MODEL_NAMES = Object.keys(FILES) as readonly ModelName[];

export const NO_SHARED = 'no such model in the shared folder (BITMAC_SHARED)';

/** Its file, or null where there is none. */
export function sharedModel(model: ModelName): string | null {
  return sharedPath('models', FILES[model]);
}

/** All of these models are quantized. */
export async function integerGraph(file: string): Promise<IntGraph> {
  const graph = await loadModel(file);
  if (graph.dialect !== 'integer') throw new TypeError(`${file} is not quantized`);
  return graph;
}
