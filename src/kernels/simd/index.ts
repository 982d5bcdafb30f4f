import type { IntConv2d } from '../../ir/ops/conv2d.js';
import type { IntNode } from '../../ir/operators.js';
import type { IntFullyConnected, IntMatMul } from '../../ir/ops/matrix.js';
import { POINTWISE, rowImages } from '../fast/fully-connected.js';
import { fastKernels } from '../fast/index.js';
import type { BindKernel, KernelSet } from '../kernel.js';
import { bindConvolution } from './convolution.js';
import { bindMatMul } from './mat-mul.js';
import type { KernelMemory } from './kernel-memory.js';

/**
 * Kernels that run emitted WebAssembly on one memory, equal to `fastKernels` bit for bit; what has no emitted version, or a
 * value too wide for it, runs as there.
 */
export function simdKernels(memory: KernelMemory): KernelSet<IntNode> {
  const conv2d: BindKernel<IntConv2d> = (node, operands, result) =>
    bindConvolution(node, node, operands, result, operands[0]!.shape, result.shape, memory) ??
    fastKernels.conv2d(node, operands, result);
  const fullyConnected: BindKernel<IntFullyConnected> = (node, operands, result) => {
    const { input, output } = rowImages(operands[0]!.shape, result.shape);
    return (
      bindConvolution(node, POINTWISE, operands, result, input, output, memory) ??
      fastKernels.fullyConnected(node, operands, result)
    );
  };
  const matMul: BindKernel<IntMatMul> = (node, operands, result) =>
    bindMatMul(node, operands, result, memory) ?? fastKernels.matMul(node, operands, result);
  return { ...fastKernels, conv2d, fullyConnected, matMul };
}
