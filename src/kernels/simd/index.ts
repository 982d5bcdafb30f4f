import type { IntConv2d } from '../../ir/ops/conv2d.js';
import type { IntNode } from '../../ir/operators.js';
import type { IntFullyConnected } from '../../ir/ops/matrix.js';
import { POINTWISE, rowImages } from '../fast/fully-connected.js';
import { fastKernels } from '../fast/index.js';
import type { BindKernel, BoundKernel, KernelSet, Operand, Result } from '../kernel.js';
import { sources } from '../movement.js';
import { bindArgMax } from './arg-max.js';
import { bindConcat } from './concat.js';
import { bindConvolution } from './convolution.js';
import { bindConvTranspose2d } from './conv-transpose2d.js';
import { bindDepthwiseConv2d } from './depthwise-conv2d.js';
import type { KernelMemory } from './kernel-memory.js';
import { bindLut } from './lut.js';
import { bindMatMul } from './mat-mul.js';
import { bindMean, bindStackMean } from './mean.js';
import { bindAveragePool, bindMaxPool } from './pooling.js';
import { bindRequantize } from './requantize.js';
import { bindMovement } from './movement.js';
import { bindResize, bindStackResize } from './resize.js';
import { bindLogSoftmax, bindSoftmax } from './softmax.js';
import { bindStackAveragePool } from './stack-average-pool.js';
import { bindStackBinary } from './stack-binary.js';
import { bindStackSoftmax } from './stack-softmax.js';
import { bindAddOrSub, bindMul } from './elementwise.js';
import { bindWinograd } from './winograd.js';

/** Prepares a node to run in a memory; null where there is no emitted version of it. */
type BindInMemory<N> = (
  node: N,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
) => BoundKernel | null;

const bindConv2d: BindInMemory<IntConv2d> = (node, operands, result, memory) =>
  bindWinograd(node, operands, result, memory) ??
  bindConvolution(node, node, operands, result, operands[0]!.shape, result.shape, memory);

const bindFullyConnected: BindInMemory<IntFullyConnected> = (node, operands, result, memory) => {
  const { input, output } = rowImages(operands[0]!.shape, result.shape);
  return bindConvolution(node, POINTWISE, operands, result, input, output, memory);
};

/**
 * Kernels that run emitted WebAssembly on one memory, equal to `fastKernels` bit for bit; what has no emitted version, or a
 * value too wide for it, runs as there.
 */
export function simdKernels(memory: KernelMemory): KernelSet<IntNode> {
  const orPlain =
    <N>(bind: BindInMemory<N>, plain: BindKernel<N>): BindKernel<N> =>
    (node, operands, result) =>
      bind(node, operands, result, memory) ?? plain(node, operands, result);
  return {
    ...fastKernels,
    conv2d: orPlain(bindConv2d, fastKernels.conv2d),
    convTranspose2d: orPlain(bindConvTranspose2d, fastKernels.convTranspose2d),
    matMul: orPlain(bindMatMul, fastKernels.matMul),
    fullyConnected: orPlain(bindFullyConnected, fastKernels.fullyConnected),
    depthwiseConv2d: orPlain(bindDepthwiseConv2d, fastKernels.depthwiseConv2d),
    add: orPlain(bindAddOrSub, fastKernels.add),
    sub: orPlain(bindAddOrSub, fastKernels.sub),
    mul: orPlain(bindMul, fastKernels.mul),
    requantize: orPlain(bindRequantize, fastKernels.requantize),
    lut: orPlain(bindLut, fastKernels.lut),
    softmax: orPlain(bindSoftmax, fastKernels.softmax),
    logSoftmax: orPlain(bindLogSoftmax, fastKernels.logSoftmax),
    maxPool: orPlain(bindMaxPool, fastKernels.maxPool),
    averagePool: orPlain(bindAveragePool, fastKernels.averagePool),
    mean: orPlain(bindMean, fastKernels.mean),
    argMax: orPlain(bindArgMax, fastKernels.argMax),
    concat: orPlain(bindConcat, fastKernels.concat),
    transpose: orPlain(bindMovement(sources.transpose), fastKernels.transpose),
    slice: orPlain(bindMovement(sources.slice), fastKernels.slice),
    gather: orPlain(bindMovement(sources.gather), fastKernels.gather),
    pad: orPlain(bindMovement(sources.pad), fastKernels.pad),
    resize: orPlain(bindResize, fastKernels.resize),
    stackBinary: orPlain(bindStackBinary, fastKernels.stackBinary),
    stackSoftmax: orPlain(bindStackSoftmax, fastKernels.stackSoftmax),
    stackAveragePool: orPlain(bindStackAveragePool, fastKernels.stackAveragePool),
    stackMean: orPlain(bindStackMean, fastKernels.stackMean),
    stackResize: orPlain(bindStackResize, fastKernels.stackResize),
  };
}
