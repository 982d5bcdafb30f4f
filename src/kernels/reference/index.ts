import type { IntNode } from '../../ir/operators.js';
import type { KernelSet } from '../kernel.js';
import { movementKernels } from '../movement.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { addOrSub, lut, mul, requantize } from './elementwise.js';
import { layerNormalization } from './layer-normalization.js';
import { logSoftmax } from './log-softmax.js';
import { fullyConnected, matMul } from './matrix.js';
import { averagePool, maxPool, mean } from './pooling.js';
import { resize } from './resize.js';
import { softmax } from './softmax.js';

/**
 * What every operator of the integer dialect computes: slow, exact, as short as the rule. Normative; the fast kernels are
 * tested against these bit for bit. Sums are doubles, exact up to 2^53, and must fit int32 when they are complete.
 */
export const referenceKernels: KernelSet<IntNode> = {
  ...movementKernels,
  conv2d,
  depthwiseConv2d: conv2d,
  convTranspose2d,
  fullyConnected,
  matMul,
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
};
