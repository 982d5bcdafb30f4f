import { setFlagsFromString } from 'node:v8';
import { KernelMemory } from '../../src/kernels/simd/kernel-memory.js';
import { simdKernels } from '../../src/kernels/simd/index.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { describeAgreement } from './kernel-agreement.js';
import { runNode } from './run-node.js';

/** How V8 compiles WebAssembly: everything by its baseline compiler, or by the optimizing one. */
const TIERS = {
  baseline: ['--liftoff', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'],
  optimized: ['--no-liftoff', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'],
} as const;

/** Holds the emitted kernels to the reference in one tier of V8; a process compiles in one tier only. */
export function describeSimdAgreement(tier: keyof typeof TIERS): void {
  for (const flag of TIERS[tier]) setFlagsFromString(flag);
  describeAgreement(`emitted kernels, ${tier},`, runCase);
}

function runCase({ node, operands, format }: IntCase): Tensor {
  const memory = new KernelMemory();
  return runNode(simdKernels(memory), node, operands, format, memory);
}
