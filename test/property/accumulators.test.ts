import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accumulate, type AccumulatorFormat } from '../../src/arith/accumulator.js';
import { INT32 } from '../../src/arith/int-format.js';
import { InvariantError, UserError } from '../../src/core/errors.js';
import { AccumulatorSimulation } from '../../src/engine/accumulators.js';
import { Executor } from '../../src/kernels/executor.js';
import { fastKernels } from '../../src/kernels/fast/index.js';
import { SimulatedAccumulator } from '../../src/kernels/reference/simulated-accumulator.js';
import { elementCount } from '../../src/tensor/shape.js';
import { anyAccumulator, anyOverflow, anyTerms } from '../arbitraries/accumulator.js';
import * as any from '../arbitraries/int-nodes.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { accumulated, termsOf, type SummingNode } from '../oracle/accumulation.js';
import { counterexample } from '../support/counterexample.js';
import { ACCUMULATOR } from '../support/identity.js';
import { graphOfNode, runNode } from '../support/run-node.js';

const operators = [
  { operator: 'conv2d', cases: any.anyConv2d },
  { operator: 'depthwiseConv2d', cases: any.anyDepthwiseConv2d },
  { operator: 'convTranspose2d', cases: any.anyConvTranspose2d },
  { operator: 'fullyConnected', cases: any.anyFullyConnected },
  { operator: 'matMul', cases: any.anyMatMul },
] as const;

/** Runs a case in simulated accumulators, whether it could overflow or not. */
function simulated({ node, operands, format }: IntCase, accumulator: AccumulatorFormat) {
  const { graph, fed } = graphOfNode(node, operands, format);
  const simulation = new AccumulatorSimulation(graph, accumulator, { measureAll: true });
  const run = () => Array.from(new Executor(graph, simulation.kernels).run(fed)[0]!.data);
  return { run, layer: () => simulation.layers()[0]! };
}

/** What `work` gives, or the kind of failure: sums that leave int32 leave it everywhere. */
function outcome(work: () => readonly number[]): readonly number[] | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvariantError && error.message.includes('leaves int32')) return 'leaves int32';
    if (error instanceof UserError) return `${error.details.place}, ${error.details.found}`;
    throw error;
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

it('sums in doubles as the rule in bigints says, and keeps the same record', () => {
  const property = fc.property(anyTerms(36), anyAccumulator(), ({ initial, products }, format) => {
    const expected = accumulate(initial, products, format);
    const accumulator = new SimulatedAccumulator(format, { name: 'n', op: 'matMul', outputShape: [1] });
    const sum = (): number => accumulator.sum(Number(initial), Float64Array.from(products, Number), 0);
    if (expected.trap !== null) return typeof outcome(() => [sum()]) === 'string';
    return (
      same([BigInt(sum()), BigInt(accumulator.smallest), BigInt(accumulator.largest)].map(String), [
        String(expected.sum),
        String(expected.smallest),
        String(expected.largest),
      ]) && accumulator.overflowCount === expected.overflowCount
    );
  });
  expect(counterexample(property, 3000)).toBe('');
});

describe('wide accumulators change nothing: outputs equal those of the fast kernels', () => {
  it.each(operators)('$operator', ({ cases }) => {
    const bits = fc.integer({ min: 48, max: 64 });
    const property = fc.property(cases, bits, anyOverflow, (testCase, width, overflow) => {
      const { node, operands, format } = testCase;
      const expected = outcome(() => Array.from(runNode(fastKernels, node, operands, format).data));
      return same(outcome(simulated(testCase, { bits: width, overflow }).run), expected);
    });
    expect(counterexample(property, 100)).toBe('');
  });
});

/** Where each output overflows or not, by the oracle: sums, or where the first of them trapped. */
function expectedSums({ node, operands }: IntCase, shape: readonly number[], format: AccumulatorFormat) {
  const tensors = operands.map(({ tensor }) => tensor);
  const sums: number[] = [];
  for (const { initial, products } of termsOf(node as SummingNode, tensors, shape)) {
    const held = accumulated(initial, products, format.bits, format.overflow);
    if ('addition' in held) {
      const index = indexText(sums.length, shape);
      const addition =
        held.addition === 0 ? 'the initial value' : `addition ${held.addition} of ${products.length}`;
      return `node 'node' (${node.op}), output [${index}], ${addition}, a partial sum of ${held.partialSum}`;
    }
    sums.push(Number(held.sum));
  }
  return sums;
}

function indexText(position: number, shape: readonly number[]): string {
  return shape
    .map((extent, axis) => Math.floor(position / elementCount(shape.slice(axis + 1))) % extent)
    .join(', ');
}

describe('narrow accumulators hold what the defined order makes of the terms', () => {
  it.each(operators)('$operator', ({ cases }) => {
    const tally = { exact: 0, overflowed: 0, trapped: 0 };
    const property = fc.property(cases, anyAccumulator(), (testCase, format) => {
      const passing = { ...testCase, node: { ...testCase.node, ...ACCUMULATOR }, format: INT32 } as IntCase;
      const { graph } = graphOfNode(passing.node, passing.operands, INT32);
      const { shape } = graph.values.get('result')!;
      const { run, layer } = simulated(passing, format);
      if (elementCount(shape) * layer().terms > 20_000) return true;
      const observed = outcome(run);
      if (observed === 'leaves int32') return true;
      const overflows = layer().measured?.overflowCount ?? 0;
      tally[typeof observed === 'string' ? 'trapped' : overflows > 0 ? 'overflowed' : 'exact'] += 1;
      return same(observed, expectedSums(passing, shape, format));
    });
    expect(counterexample(property, 200)).toBe('');
    expect(Object.entries(tally).filter(([, count]) => count <= 10)).toEqual([]);
  });
});

describe('the safe width', () => {
  it.each(operators)('of $operator is overflowed by nothing, and the bounds hold', ({ cases }) => {
    const property = fc.property(cases, (testCase) => {
      const passing = { ...testCase, node: { ...testCase.node, ...ACCUMULATOR }, format: INT32 } as IntCase;
      const { safeBits } = simulated(passing, { bits: 64, overflow: 'wrap' }).layer();
      const { run, layer } = simulated(passing, { bits: Math.max(8, safeBits), overflow: 'wrap' });
      if (outcome(run) === 'leaves int32') return true;
      const { measured, smallest, largest, bound } = layer();
      return (
        measured!.overflowCount === 0 &&
        measured!.smallest >= smallest &&
        measured!.largest <= largest &&
        Math.max(-smallest, largest) <= bound
      );
    });
    expect(counterexample(property, 100)).toBe('');
  });

  it.each(operators)('decides which kernel $operator takes, and outputs never depend on it', ({ cases }) => {
    const tally = { fast: 0, simulated: 0 };
    const property = fc.property(cases, anyAccumulator(), (testCase, format) => {
      const { node, operands } = testCase;
      const { graph, fed } = graphOfNode(node, operands, testCase.format);
      const simulation = new AccumulatorSimulation(graph, format);
      const observed = outcome(() => Array.from(new Executor(graph, simulation.kernels).run(fed)[0]!.data));
      const all = simulated(testCase, format);
      const [layer] = simulation.layers();
      if (!same(observed, outcome(all.run))) return false;
      if (typeof observed === 'string') return true;
      tally[layer!.measured === null ? 'fast' : 'simulated'] += 1;
      return (layer!.measured === null) === layer!.safeBits <= format.bits;
    });
    expect(counterexample(property, 100)).toBe('');
    expect(Object.entries(tally).filter(([, count]) => count <= 5)).toEqual([]);
  });
});
