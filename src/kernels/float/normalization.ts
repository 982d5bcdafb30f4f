import type { FloatBatchNormalization, FloatLayerNormalization } from '../../ir/ops/normalization.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { floats } from './operands.js';

/** `(x − mean) / sqrt(variance + epsilon) · gamma + beta` per channel of the last axis, in doubles. */
export const batchNormalization: BindKernel<FloatBatchNormalization> = (node, operands, { shape }) => {
  const channels = operands[0]!.shape.at(-1)!;
  return (tensors) => {
    const [x, gamma, beta, mean, variance] = tensors.map(floats) as Five<Float32Array>;
    const scale = Float64Array.from(variance, (v, channel) => gamma[channel]! / Math.sqrt(v + node.epsilon));
    const output = zeros('float32', shape);
    for (let start = 0; start < x.length; start += channels) {
      for (let c = 0; c < channels; c += 1) {
        output.data[start + c] = (x[start + c]! - mean[c]!) * scale[c]! + beta[c]!;
      }
    }
    return output;
  };
};

type Five<T> = [T, T, T, T, T];

/** As batch normalization, with the mean and the (population) variance of each vector along the last axis. */
export const layerNormalization: BindKernel<FloatLayerNormalization> = (node, operands, { shape }) => {
  const features = operands[0]!.shape.at(-1)!;
  return (tensors) => {
    const x = floats(tensors[0]);
    const gamma = floats(tensors[1]);
    const beta = tensors.length > 2 ? floats(tensors[2]) : new Float32Array(features);
    const output = zeros('float32', shape);
    for (let start = 0; start < x.length; start += features) {
      let sum = 0;
      for (let i = 0; i < features; i += 1) sum += x[start + i]!;
      const mean = sum / features;
      let squares = 0;
      for (let i = 0; i < features; i += 1) squares += (x[start + i]! - mean) ** 2;
      const deviation = Math.sqrt(squares / features + node.epsilon);
      for (let i = 0; i < features; i += 1) {
        output.data[start + i] = ((x[start + i]! - mean) / deviation) * gamma[i]! + beta[i]!;
      }
    }
    return output;
  };
};
