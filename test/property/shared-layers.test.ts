import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntegerRunner } from '../../src/engine/run.js';
import { Random } from '../../src/core/random.js';
import { Executor } from '../../src/kernels/executor.js';
import { fastKernels } from '../../src/kernels/fast/index.js';
import type { Partners } from '../../src/kernels/kernel.js';
import { simdKernels } from '../../src/kernels/simd/index.js';
import { KernelMemory } from '../../src/kernels/simd/kernel-memory.js';
import * as any from '../arbitraries/int-nodes.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { counterexample } from '../support/counterexample.js';
import { graphOfNode, runNode } from '../support/run-node.js';
import { largeLayers } from '../support/threads/large-layers.js';

const CASES = 100;

/** Who does a part, and when, is drawn: here, or by the kernels of another memory part. */
class DrawnPartners implements Partners {
  readonly threads: number;
  readonly #other: KernelMemory;
  readonly #random: Random;
  partsElsewhere = 0;

  constructor(threads: number, seed: number, other: KernelMemory) {
    this.threads = threads;
    this.#other = other;
    this.#random = new Random(seed);
  }

  share(numbers: readonly number[], parts: number, here: (part: number) => void): void {
    const random = this.#random;
    for (const part of random.permutation(parts)) {
      if (random.unit() < 0.5) {
        here(part);
        continue;
      }
      this.#other.doPart(numbers, part);
      this.partsElsewhere += 1;
    }
  }
}

/** The codes of a node whose bands are made in two parts of one memory. */
function runShared(
  { node, operands, format }: IntCase,
  threads: number,
  seed: number,
): { readonly codes: ArrayLike<number>; readonly partsElsewhere: number } {
  const { graph, fed } = graphOfNode(node, operands, format);
  const memory = new KernelMemory();
  const executor = new Executor(graph, simdKernels(memory), memory);
  executor.run(fed); // where the others have their rooms from now on
  const other = new KernelMemory(memory.partnerParts(1)[0]);
  void new Executor(graph, simdKernels(other), other);
  const partners = new DrawnPartners(threads, seed, other);
  memory.shareWith(partners, 0);
  return { codes: executor.run(fed)[0]!.data, partsElsewhere: partners.partsElsewhere };
}

describe('layers that several threads work on', () => {
  it.each([
    { operator: 'conv2d', cases: any.anyConv2d },
    { operator: 'conv2d of tall images', cases: any.anyTallConv2d },
    { operator: 'depthwiseConv2d', cases: any.anyDepthwiseConv2d },
    { operator: 'depthwiseConv2d of tall images', cases: any.anyTallDepthwiseConv2d },
    { operator: 'fullyConnected', cases: any.anyFullyConnected },
  ])('are the same whoever makes which band: $operator', ({ cases }) => {
    let elsewhere = 0;
    const isSame = fc.property(cases, fc.integer({ min: 1, max: 4 }), fc.nat(), (one, threads, seed) => {
      const { node, operands, format } = one;
      let expected: ArrayLike<number>;
      try {
        expected = runNode(fastKernels, node, operands, format).data;
      } catch {
        return true; // a sum leaves int32
      }
      const { codes, partsElsewhere } = runShared(one, threads, seed);
      elsewhere += partsElsewhere;
      return Array.from(expected).every((code, index) => code === codes[index]);
    });
    expect(counterexample(isSame, CASES)).toBe('');
    expect(elsewhere).toBeGreaterThan(CASES / 4);
  });
});

it.each([2, 3])('makes the same of an input in %i threads as in one, from the first run on', (threads) => {
  const { graph, input } = largeLayers();
  const alone = new IntegerRunner(graph).run([input]).codes;
  const runner = new IntegerRunner(graph);
  runner.splitLayers(threads);
  runner.assemble();
  try {
    do expect(runner.run([input]).codes).toEqual(alone);
    while (runner.partsElsewhere === 0);
  } finally {
    runner.close();
  }
  expect(runner.run([input]).codes).toEqual(alone);
});

it('lets a process end whose layers are split', async () => {
  const script = fileURLToPath(new URL('../support/threads/splits-and-ends.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
  expect(stdout).toBe('ran\n');
});
