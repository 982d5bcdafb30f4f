import type { IntNode } from '../../ir/operators.js';
import type { KernelSet } from '../kernel.js';
import { movementKernels } from '../movement.js';
import { referenceKernels } from '../reference/index.js';
import { conv2d } from './conv2d.js';
import { addOrSub, mul } from './elementwise.js';
import { fullyConnected } from './fully-connected.js';
import { lut, requantize } from './lut.js';
import { mean } from './mean.js';
import { averagePool, maxPool } from './pooling.js';
import { resize } from './resize.js';

/** Typed-array versions of the integer operators, equal to `referenceKernels` bit for bit. */
export const fastKernels: KernelSet<IntNode> = {
  ...referenceKernels,
  ...movementKernels,
  conv2d,
  depthwiseConv2d: conv2d,
  fullyConnected,
  add: addOrSub,
  sub: addOrSub,
  mul,
  requantize,
  lut,
  maxPool,
  averagePool,
  mean,
  resize,
};
