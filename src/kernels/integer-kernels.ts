import type { IntNode } from '../ir/operators.js';
import { hasSimd } from '../wasm/support.js';
import { fastKernels } from './fast/index.js';
import type { KernelSet, MemoryPart, ValueStore } from './kernel.js';
import { simdKernels } from './simd/index.js';
import { revectorizeIfAsked } from './simd/revectorize.js';
import { KernelMemory } from './simd/kernel-memory.js';

/** Kernels for one executor, and where they keep values. */
export interface IntegerKernels {
  readonly kernels: KernelSet<IntNode>;
  readonly store?: ValueStore | undefined;
}

/**
 * The fastest kernels for integer graphs that this process can run: emitted ones where it has SIMD, else those on typed arrays.
 *
 * @param part of the memory of such kernels for the same graph in another thread
 * @throws UserError where the environment asks for what this Node cannot do (`revectorizeIfAsked`)
 */
export function fastestKernels(part?: MemoryPart): IntegerKernels {
  if (!hasSimd()) return { kernels: fastKernels };
  revectorizeIfAsked();
  const memory = new KernelMemory(part);
  return { kernels: simdKernels(memory), store: memory };
}
