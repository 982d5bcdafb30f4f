import { describe, expect, it } from 'vitest';
import type { AccumulatorFormat } from '../../../src/arith/accumulator.js';
import { INT32, INT8 } from '../../../src/arith/int-format.js';
import { UserError } from '../../../src/core/errors.js';
import { AccumulatorSimulation, type AccumulatorOptions } from '../../../src/engine/accumulators.js';
import { Executor } from '../../../src/kernels/executor.js';
import { tensorFrom } from '../../../src/tensor/tensor.js';
import { ACCUMULATOR, windowWith } from '../../support/identity.js';
import { activation, constant, graphOfNode } from '../../support/run-node.js';

/** One output of a 1 x 2 kernel over 2 channels, every weight 1: the four products are the four codes. */
function sumOfCodes(accumulator: AccumulatorFormat, options?: AccumulatorOptions) {
  const node = {
    op: 'conv2d',
    ...windowWith([1, 2]),
    groups: 1,
    inputZeroPoint: 0,
    weightZeroPoint: 0,
    ...ACCUMULATOR,
  } as const;
  const operands = [
    activation(INT8, [1, 1, 2, 2], [0, 0, 0, 0]),
    constant(INT8, [1, 1, 2, 2], [1, 1, 1, 1]),
    constant(INT32, [1], [0]),
  ];
  const { graph } = graphOfNode(node, operands, INT32);
  const simulation = new AccumulatorSimulation(graph, accumulator, options);
  const executor = new Executor(graph, simulation.kernels);
  const run = (codes: readonly number[]) =>
    executor.run([tensorFrom('int8', [1, 1, 2, 2], codes)])[0]!.data[0];
  return { run, simulation };
}

describe('the order of a convolution', () => {
  it('is the channels of one column, then those of the next', () => {
    const { run } = sumOfCodes({ bits: 8, overflow: 'saturate' });
    expect(run([100, 100, -100, -100])).toBe(-73); // 127 − 100 − 100
    expect(run([100, -100, 100, -100])).toBe(0);
  });
});

describe('measured accumulators', () => {
  it('keep the highest water over all runs', () => {
    const { run, simulation } = sumOfCodes({ bits: 16, overflow: 'trap' }, { measureAll: true });
    run([100, 100, -50, 0]);
    run([-5, 3, -10, 100]);
    const [layer] = simulation.layers();
    expect(layer).toMatchObject({ name: 'node', op: 'conv2d', terms: 4, safeBits: 10 });
    expect(layer!.measured).toEqual({ smallest: -12, largest: 200, bits: 9, overflowCount: 0 });
  });

  it('count the additions that overflowed, in the layer and in all', () => {
    const { run, simulation } = sumOfCodes({ bits: 8, overflow: 'saturate' });
    run([100, 100, 100, 1]);
    expect(simulation.layers()[0]!.measured).toMatchObject({ largest: 227, overflowCount: 3 });
    expect(simulation.effect()).toEqual({ bits: 8, overflow: 'saturate', overflowCount: 3 });
  });

  it('are none where a layer is safe, has not run, or both', () => {
    const safe = sumOfCodes({ bits: 10, overflow: 'trap' });
    safe.run([1, 1, 1, 1]);
    expect(safe.simulation.layers()[0]!.measured).toBeNull();
    const idle = sumOfCodes({ bits: 9, overflow: 'trap' });
    expect(idle.simulation.layers()[0]!.measured).toBeNull();
  });
});

it('a trap names the node, the output, the addition, the sum and the width', () => {
  const { run } = sumOfCodes({ bits: 8, overflow: 'trap' });
  expect(run([100, -100, 100, 27])).toBe(127);
  expect(() => run([100, 27, 1, -100])).toThrow(UserError);
  expect(() => run([100, 27, 1, -100])).toThrowErrorMatchingInlineSnapshot(
    `[UserError: node 'node' (conv2d), output [0, 0, 0, 0], addition 3 of 4: found a partial sum of 128, expected -128 … 127, which 8-bit accumulators hold; widen the accumulators (bitmac inspect --accumulators lists the safe width of every layer), or let them wrap or saturate]`,
  );
});
