import type { IntNode } from '../../ir/operators.js';
import type { KernelSet } from '../kernel.js';
import { argMax } from '../arg-max.js';
import { hostFloat } from '../host-float.js';
import { movementKernels } from '../movement.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { addOrSub, mul } from './elementwise.js';
import { fullyConnected } from './fully-connected.js';
import { layerNormalization } from './layer-normalization.js';
import { logSoftmax } from './log-softmax.js';
import { lut, requantize } from './lut.js';
import { matMul } from './mat-mul.js';
import { mean } from './mean.js';
import { averagePool, maxPool } from './pooling.js';
import { resize } from './resize.js';
import { softmax } from './softmax.js';
import { stackAveragePool, stackBinary, stackMean, stackResize, stackSoftmax } from './stack.js';

/**
 * Typed-array versions of the integer operators, equal to `referenceKernels` bit for bit, refusals included: a sum that
 * leaves int32 is the same `InvariantError`. What they keep of the normative rules: tables are filled by them when a kernel
 * is bound; `logSoftmax` takes its logarithm and `layerNormalization` checks its root in bigints, once a row;
 * `layerNormalization` runs as the reference does where doubles are too narrow.
 */
export const fastKernels: KernelSet<IntNode> = {
  ...movementKernels,
  conv2d,
  depthwiseConv2d,
  convTranspose2d,
  matMul,
  fullyConnected,
  add: addOrSub,
  sub: addOrSub,
  mul,
  requantize,
  lut,
  softmax,
  logSoftmax,
  layerNormalization,
  maxPool,
  averagePool,
  mean,
  resize,
  argMax,
  stackBinary,
  stackSoftmax,
  stackAveragePool,
  stackMean,
  stackResize,
  float: hostFloat,
};
