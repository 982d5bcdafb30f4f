import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INT32, INT8, UINT8, maxOf, minOf, type IntFormat } from '../../../src/arith/int-format.js';
import { isArrayNode } from '../../../src/ir/array-node.js';
import { accumulatorNeed, partialSums, signedBits } from '../../../src/ir/partial-sums.js';
import { counterexample } from '../../support/counterexample.js';
import { ACCUMULATOR, windowWith } from '../../support/identity.js';
import { nodeGraph } from '../../support/int-graph.js';
import {
  activation,
  constant,
  graphOfNode,
  type TestOperand,
  type UnplacedNode,
} from '../../support/run-node.js';

function layer(node: UnplacedNode, operands: readonly TestOperand[]) {
  const { graph } = graphOfNode(node, operands, INT32);
  const [placed] = graph.nodes;
  if (!isArrayNode(placed!)) throw new Error('an array operator is meant');
  return { channels: partialSums(placed, graph), need: accumulatorNeed(placed, graph)! };
}

/** Rows of weights, a bias each, codes of a format. */
function dense(
  weights: readonly (readonly number[])[],
  biases: readonly number[],
  format: IntFormat = INT8,
  weightZeroPoint = 0,
) {
  const depth = weights[0]!.length;
  return layer({ op: 'fullyConnected', inputZeroPoint: 0, weightZeroPoint, ...ACCUMULATOR }, [
    activation(
      format,
      [1, depth],
      weights[0]!.map(() => 0),
    ),
    constant(INT8, [weights.length, depth], weights.flat()),
    constant(INT32, [biases.length], biases),
  ]);
}

/** A 1 x 1 convolution of weight 2 that meets padding. */
const convolution = (inputZeroPoint: number) =>
  layer(
    {
      op: 'conv2d',
      ...windowWith([1, 1], { padTop: 1 }),
      groups: 1,
      inputZeroPoint,
      weightZeroPoint: 0,
      ...ACCUMULATOR,
    },
    [activation(INT8, [1, 1, 1, 1], [0]), constant(INT8, [1, 1, 1, 1], [2]), constant(INT32, [1], [0])],
  ).need;

describe('the partial sums of a channel', () => {
  it('reach each end with the codes that make every product largest or smallest', () => {
    const { channels } = dense(
      [
        [3, -4],
        [100, 0],
      ],
      [7, -20],
    );
    expect(channels).toEqual([
      { bound: 7 * 128 + 7, smallest: 7 - 3 * 128 - 4 * 127, largest: 7 + 3 * 127 + 4 * 128 },
      { bound: 100 * 128 + 20, smallest: -20 - 100 * 128, largest: -20 + 100 * 127 },
    ]);
  });

  it('of unsigned codes grow with positive weights only, and fall with negative ones', () => {
    const { channels } = dense([[3, -4]], [0], UINT8);
    expect(channels).toEqual([{ bound: 7 * 255, smallest: -4 * 255, largest: 3 * 255 }]);
  });

  it('count weights less their zero point', () => {
    expect(dense([[3, -4]], [0], INT8, -10).channels).toEqual(dense([[13, 6]], [0]).channels);
  });

  it('of a convolution count the code of padding, also one that the input cannot have', () => {
    expect(convolution(-128)).toMatchObject({ bound: 256, smallest: -256, largest: 254 });
    expect(convolution(300)).toMatchObject({ bound: 600, smallest: -256, largest: 600 });
  });

  it('are alike in all channels where both operands are activations', () => {
    const node: UnplacedNode = { op: 'matMul', inputZeroPoints: [-128, 127], ...ACCUMULATOR };
    const operands = [
      [2, 3],
      [3, 2],
    ].map((shape) => ({ shape, format: INT8 }));
    const { graph, node: placed } = nodeGraph(node, operands, INT32);
    expect(accumulatorNeed(placed, graph)).toEqual({
      terms: 3,
      bound: 3 * 255 * 255,
      smallest: -3 * 255 * 255,
      largest: 0,
      safeBits: 19,
      worstChannel: null,
    });
  });
});

describe('the need of a layer', () => {
  it('is that of its worst channel', () => {
    expect(
      dense(
        [
          [1, 1],
          [-9, 100],
          [2, 3],
        ],
        [0, 0, 0],
      ).need,
    ).toEqual({
      terms: 2,
      bound: 109 * 128,
      smallest: -100 * 128 - 9 * 127,
      largest: 100 * 127 + 9 * 128,
      safeBits: 15,
      worstChannel: 1,
    });
  });

  it('is nothing where there is no accumulator', () => {
    const { graph, node } = nodeGraph({ op: 'reshape', shape: [4] }, [{ shape: [2, 2], format: INT8 }], INT8);
    expect(accumulatorNeed(node, graph)).toBeNull();
  });
});

describe('the least width', () => {
  it.each([
    { smallest: -128, largest: 127, bits: 8 },
    { smallest: -129, largest: 0, bits: 9 },
    { smallest: 0, largest: 128, bits: 9 },
    { smallest: 0, largest: 0, bits: 1 },
    { smallest: -(2 ** 48), largest: 0, bits: 49 },
    { smallest: -(2 ** 48) - 1, largest: 0, bits: 50 },
  ])('of $smallest … $largest is $bits bits', ({ smallest, largest, bits }) => {
    expect(signedBits({ smallest, largest })).toBe(bits);
  });
});

/** A dense layer of few narrow terms: all its activations and all orders can be tried. */
const anySmallLayer = fc
  .record({
    format: fc.record({ bits: fc.constantFrom(2, 3), signed: fc.boolean() }),
    depth: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ format, depth, outputs }) =>
    fc.record({
      format: fc.constant(format),
      weights: fc.array(
        fc.array(fc.integer({ min: -128, max: 127 }), { minLength: depth, maxLength: depth }),
        { minLength: outputs, maxLength: outputs },
      ),
      biases: fc.array(fc.integer({ min: -500, max: 500 }), { minLength: outputs, maxLength: outputs }),
    }),
  );

/** Every partial sum in every order: the bias and any subset of the products, of any codes. */
function everyPartialSum(weights: readonly number[], bias: number, format: IntFormat): number[] {
  const codes = Array.from({ length: 2 ** format.bits }, (_, i) => minOf(format) + i);
  return weights.reduce<number[]>(
    (sums, weight) => sums.flatMap((sum) => [sum, ...codes.map((code) => sum + weight * code)]),
    [bias],
  );
}

it('holds every partial sum in every order, and not one bit wider than some activations need', () => {
  const property = fc.property(anySmallLayer, ({ format, weights, biases }) => {
    const { channels, need } = dense(weights, biases, format);
    const all = weights.map((row, channel) => everyPartialSum(row, biases[channel]!, format));
    const sharp = channels.every(
      ({ smallest, largest }, channel) =>
        smallest === Math.min(...all[channel]!) && largest === Math.max(...all[channel]!),
    );
    const fit = (bits: number): boolean =>
      all.flat().every((sum) => sum >= -(2 ** (bits - 1)) && sum < 2 ** (bits - 1));
    return sharp && fit(need.safeBits) && (need.safeBits === 1 || !fit(need.safeBits - 1));
  });
  expect(counterexample(property, 500)).toBe('');
});

it('reaches its ends with complete sums, so that no order is better than another', () => {
  const property = fc.property(anySmallLayer, ({ format, weights, biases }) => {
    const { channels } = dense(weights, biases, format);
    const end = (weight: number, sign: number) =>
      weight * (weight * sign > 0 ? maxOf(format) : minOf(format));
    return weights.every((row, channel) => {
      const sum = (sign: number) =>
        row.reduce((total, weight) => total + end(weight, sign), biases[channel]!);
      return channels[channel]!.largest === sum(1) && channels[channel]!.smallest === sum(-1);
    });
  });
  expect(counterexample(property, 500)).toBe('');
});
