import { setFlagsFromString } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fastKernels } from '../../src/kernels/fast/index.js';
import { simdKernels } from '../../src/kernels/simd/index.js';
import { KernelMemory } from '../../src/kernels/simd/kernel-memory.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import {
  anyArgMaxNode,
  anyConcatNode,
  anyGatherNode,
  anyPadNode,
  anySliceNode,
  anyTransposeNode,
} from '../arbitraries/movement-nodes.js';
import { counterexample } from './counterexample.js';
import { describeAgreement } from './kernel-agreement.js';
import { runNode } from './run-node.js';
import { wideCases } from './wide-nodes.js';

/** How V8 compiles WebAssembly: everything by its baseline compiler, or by the optimizing one. */
const TIERS = {
  baseline: ['--liftoff', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'],
  optimized: ['--no-liftoff', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'],
} as const;

/** Random nodes an operator: half of them in each tier. */
const CASES = 150;

/** Holds the emitted kernels to the reference in one tier of V8; a process compiles in one tier only. */
export function describeSimdAgreement(tier: keyof typeof TIERS): void {
  for (const flag of TIERS[tier]) setFlagsFromString(flag);
  describeAgreement(`emitted kernels, ${tier},`, runEmitted, CASES);

  describe(`emitted kernels, ${tier}, equal the typed-array ones, code for code`, () => {
    it.each([
      { operator: 'concat', cases: anyConcatNode },
      { operator: 'argMax', cases: anyArgMaxNode },
      { operator: 'transpose', cases: anyTransposeNode },
      { operator: 'slice', cases: anySliceNode },
      { operator: 'pad', cases: anyPadNode },
      { operator: 'gather', cases: anyGatherNode },
    ])('$operator', ({ cases }) => {
      expect(counterexample(fc.property(cases, isSame), CASES)).toBe('');
    });

    it.each(wideCases)('images of $channels channels', ({ nodes }) => {
      const different = nodes.filter((node) => !isSame(node)).map(({ node }) => JSON.stringify(node));
      expect(different).toEqual([]);
    });
  });
}

function runEmitted({ node, operands, format }: IntCase): Tensor {
  const memory = new KernelMemory();
  return runNode(simdKernels(memory), node, operands, format, memory);
}

function isSame(testCase: IntCase): boolean {
  const { node, operands, format } = testCase;
  const wanted = runNode(fastKernels, node, operands, format);
  const made = runEmitted(testCase);
  return made.type === wanted.type && wanted.data.every((code, index) => code === made.data[index]);
}
