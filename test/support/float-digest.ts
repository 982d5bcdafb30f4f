import { createHash } from 'node:crypto';
import { Random } from '../../src/core/random.js';
import { conv2dShape } from '../../src/ir/ops/conv2d.js';
import { conv2dInputGradient } from '../../src/kernels/float/gradients/conv2d-input.js';
import { Conv2dParameterGradients } from '../../src/kernels/float/gradients/conv2d-parameters.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { tensor, type FloatTensor } from '../../src/tensor/tensor.js';
import { bindFloat } from './bind-float.js';

/** Convolutions of every kind: joined and separate taps, tails, more terms than a block, groups, channels on their own. */
const LAYERS = [
  { x: [2, 7, 6, 3], weight: [9, 3, 3, 3], stride: 1, dilation: 1, pad: 1, groups: 1 },
  { x: [1, 9, 8, 70], weight: [5, 2, 3, 70], stride: 2, dilation: 2, pad: 2, groups: 1 },
  { x: [3, 5, 5, 6], weight: [4, 3, 2, 3], stride: 1, dilation: 1, pad: 0, groups: 2 },
  { x: [2, 6, 6, 5], weight: [10, 3, 3, 1], stride: 2, dilation: 1, pad: 1, groups: 5 },
] as const;

/** A digest of what the float kernels make of some layers, forward and backward, of numbers whose sums depend on their order. */
export function floatDigest(repeats: number): string {
  const hash = createHash('sha256');
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const random = new Random(repeat);
    const drawn = (shape: Shape): FloatTensor =>
      tensor(
        'float32',
        shape,
        Float32Array.from({ length: elementCount(shape) }, () => random.uniform(-1, 1)),
      );
    for (const { x: xShape, weight: weightShape, stride, dilation, pad, groups } of LAYERS) {
      const geometry = {
        kernelHeight: weightShape[1],
        kernelWidth: weightShape[2],
        strideHeight: stride,
        strideWidth: stride,
        dilationHeight: dilation,
        dilationWidth: dilation,
        padTop: pad,
        padBottom: pad,
        padLeft: pad,
        padRight: pad,
        groups,
      };
      const node = {
        ...geometry,
        name: 'node',
        inputs: [],
        output: 'y',
        op: 'conv2d',
        activation: null,
      } as const;
      const operands = [drawn(xShape), drawn(weightShape), drawn([weightShape[0]])];
      const [x, weight] = operands as [FloatTensor, FloatTensor];
      const gradient = drawn(conv2dShape(geometry, [xShape, weightShape]));
      const parameters = new Conv2dParameterGradients(geometry, xShape, weightShape);
      const { weight: ofWeight, bias } = parameters.gradients(parameters.sums(x, gradient));
      const ofInput = conv2dInputGradient(geometry, xShape, weightShape)(gradient, weight);
      for (const { data } of [bindFloat(node, operands)(operands), ofInput, ofWeight, bias]) {
        hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
    }
  }
  return hash.digest('hex');
}
