import type { FloatNode } from '../../ir/operators.js';
import type { KernelSet } from '../kernel.js';
import { argMax } from '../arg-max.js';
import { movementKernels } from '../movement.js';
import { binary, prelu } from './binary.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { fullyConnected, matMul } from './matrix.js';
import { mean } from './mean.js';
import { batchNormalization, layerNormalization } from './normalization.js';
import { averagePool, maxPool } from './pooling.js';
import { dequantizeLinear, dynamicQuantize, quantizeLinear } from './quantization.js';
import { resize } from './resize.js';
import { softmax } from './softmax.js';
import { unary } from './unary.js';

export { unaryFunction } from './unary-function.js';

/**
 * The float dialect, for calibration and float accuracy. Elements are float32; products are summed in the order that `FloatLoops`
 * states, and everything else between two stores is double, in a fixed order, so that results do not depend on the machine
 * (exponentials and powers are V8's own, not libm's).
 */
export const floatKernels: KernelSet<FloatNode> = {
  ...movementKernels,
  conv2d,
  convTranspose2d,
  fullyConnected,
  matMul,
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  pow: binary,
  unary,
  prelu,
  batchNormalization,
  softmax,
  logSoftmax: softmax,
  layerNormalization,
  maxPool,
  averagePool,
  mean,
  resize,
  argMax,
  quantizeLinear,
  dequantizeLinear,
  dynamicQuantize,
};
