import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INT32, INT8, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import { Random } from '../../src/core/random.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { elementCount } from '../../src/tensor/shape.js';
import { anyConvolution, randomCodes, type ConvolutionCase } from '../arbitraries/convolution.js';
import { forward, transposed } from '../oracle/convolution.js';
import { counterexample } from '../support/counterexample.js';
import { ACCUMULATOR } from '../support/identity.js';
import { activation, constant, runNode } from '../support/run-node.js';

/** Powers of two, so that products and sums of real values are exact in a double. */
const INPUT_SCALE = 2 ** -5;
const WEIGHT_SCALE = 2 ** -3;

/** The accumulators of an operator, and the same sums from real values that know nothing of zero points. */
function bothSums(
  op: 'conv2d' | 'convTranspose2d',
  { geometry, xShape, weightShape, inputZeroPoint, weightZeroPoint, seed }: ConvolutionCase,
  format: IntFormat,
): { readonly observed: number[]; readonly expected: number[] } {
  const random = new Random(seed);
  const x = randomCodes(elementCount(xShape), format, random);
  const weight = randomCodes(elementCount(weightShape), format, random);
  const bias = randomCodes(weightShape[0], { bits: 20, signed: true }, random);
  const taps = weight.length / weightShape[0];
  const folded = bias.map((b, channel) => {
    const own = weight.slice(channel * taps, (channel + 1) * taps);
    return b - inputZeroPoint * own.reduce((sum, w) => sum + w - weightZeroPoint, 0);
  });

  const node = { op, ...geometry, ...ACCUMULATOR, inputZeroPoint, weightZeroPoint } as const;
  const operands = [
    activation(format, xShape, x),
    constant(format, weightShape, weight),
    constant(INT32, [bias.length], folded),
  ];
  const result = runNode(referenceKernels, node, operands, INT32);
  const real = (op === 'conv2d' ? forward : transposed)(
    { shape: xShape, data: x.map((code) => INPUT_SCALE * (code - inputZeroPoint)) },
    { shape: weightShape, data: weight.map((code) => WEIGHT_SCALE * (code - weightZeroPoint)) },
    bias.map((b) => INPUT_SCALE * WEIGHT_SCALE * b),
    geometry,
    result.shape as readonly [number, number, number, number],
  );
  return {
    observed: Array.from(result.data),
    expected: real.map((sum) => sum / (INPUT_SCALE * WEIGHT_SCALE)),
  };
}

it.each([
  { op: 'conv2d', format: INT8, name: 'int8' },
  { op: 'conv2d', format: UINT8, name: 'uint8' },
  { op: 'conv2d', format: { bits: 4, signed: true }, name: 'int4' },
  { op: 'convTranspose2d', format: INT8, name: 'int8' },
  { op: 'convTranspose2d', format: UINT8, name: 'uint8' },
] as const)('$op of $name codes is the convolution of the real values they stand for', ({ op, format }) => {
  const property = fc.property(anyConvolution(format), (convolution) => {
    const { observed, expected } = bothSums(op, convolution, format);
    return observed.every((sum, i) => sum === expected[i]) && observed.length === expected.length;
  });
  expect(counterexample(property, 300)).toBe('');
});

it('compares sums that are not all alike', () => {
  const [convolution] = fc.sample(anyConvolution(INT8), { numRuns: 1, seed: 3 });
  expect(new Set(bothSums('conv2d', convolution!, INT8).observed).size).toBeGreaterThan(3);
});
