import type { IntDepthwiseConv2d } from '../../ir/ops/conv2d.js';
import type { IntNode } from '../../ir/operators.js';
import { fastKernels } from '../fast/index.js';
import type { BindKernel, KernelSet } from '../kernel.js';
import { bindDepthwiseConv2d } from './depthwise-conv2d.js';
import type { KernelMemory } from './kernel-memory.js';

/**
 * Kernels that run emitted WebAssembly on one memory, equal to `fastKernels` bit for bit; what has no emitted version, or a
 * value too wide for it, runs as there.
 */
export function simdKernels(memory: KernelMemory): KernelSet<IntNode> {
  const depthwiseConv2d: BindKernel<IntDepthwiseConv2d> = (node, operands, result) =>
    bindDepthwiseConv2d(node, operands, result, memory) ??
    fastKernels.depthwiseConv2d(node, operands, result);
  return { ...fastKernels, depthwiseConv2d };
}
