import type { IntNode } from '../../ir/operators.js';
import type { KernelSet } from '../kernel.js';
import { argMax } from '../arg-max.js';
import { hostFloat } from '../host-float.js';
import { movementKernels } from '../movement.js';
import { exactSums } from './accumulate.js';
import { arrayKernels } from './array-kernels.js';
import { addOrSub, lut, mul, requantize } from './elementwise.js';
import { layerNormalization } from './layer-normalization.js';
import { logSoftmax } from './log-softmax.js';
import { averagePool, maxPool, mean } from './pooling.js';
import { resize } from './resize.js';
import { softmax } from './softmax.js';
import { stackAveragePool, stackBinary, stackMean, stackResize, stackSoftmax } from './stack.js';

/**
 * What every operator of the integer dialect computes: slow, exact, as short as the rule. Normative; the fast kernels are
 * tested against these bit for bit. Sums are doubles, exact up to 2^53, and must fit int32 when they are complete.
 */
export const referenceKernels: KernelSet<IntNode> = {
  ...movementKernels,
  ...arrayKernels(exactSums),
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
