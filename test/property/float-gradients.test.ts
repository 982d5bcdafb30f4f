import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { conv2dShape, type FloatConv2d } from '../../src/ir/ops/conv2d.js';
import { conv2dInputGradient } from '../../src/kernels/float/gradients/conv2d-input.js';
import { Conv2dParameterGradients } from '../../src/kernels/float/gradients/conv2d-parameters.js';
import { linearInputGradient, LinearParameterGradients } from '../../src/kernels/float/gradients/linear.js';
import type { PartialSum } from '../../src/kernels/float/gradients/partial-sums.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { tensor, withShape, type FloatTensor } from '../../src/tensor/tensor.js';
import { POINT_WINDOW } from '../../src/tensor/window.js';
import { anyConv2d } from '../arbitraries/float-nodes.js';
import { conv2dGradients } from '../oracle/conv2d-gradients.js';
import { floatOracle } from '../oracle/float-ops.js';

/** A convolution without activation, its operands and a gradient in its output. */
interface LayerCase {
  readonly node: FloatConv2d;
  readonly x: FloatTensor;
  readonly weight: FloatTensor;
  readonly bias: FloatTensor;
  readonly gradient: FloatTensor;
}

const drawn = (shape: Shape, draw: () => number): FloatTensor =>
  tensor('float32', shape, Float32Array.from({ length: elementCount(shape) }, draw));

/** Quarters, whose sums of products are exact in every order. */
const quarters = (random: Random) => (): number => random.integer(-16, 16) / 4;

/** Real numbers, whose sums depend on the order. */
const reals = (random: Random) => (): number => random.uniform(-1, 1);

const anyLayer = (valuesOf: (random: Random) => () => number, batch: fc.Arbitrary<number>) =>
  fc.tuple(anyConv2d, batch, fc.integer()).map(([{ node, inputs }, images, seed]): LayerCase => {
    const draw = valuesOf(new Random(seed));
    const convolution = { ...(node as FloatConv2d), activation: null };
    const [x, weight] = [[images, ...inputs[0]!.shape.slice(1)], inputs[1]!.shape].map((shape) =>
      drawn(shape, draw),
    ) as [FloatTensor, FloatTensor];
    const bias = drawn([weight.shape[0]!], draw);
    const gradient = drawn(conv2dShape(convolution, [x.shape, weight.shape]), draw);
    return { node: convolution, x, weight, bias, gradient };
  });

/** dX, dW and db of the kernels. */
function gradientsOf({ node, x, weight, gradient }: LayerCase) {
  const parameters = new Conv2dParameterGradients(node, x.shape, weight.shape);
  return {
    input: conv2dInputGradient(node, x.shape, weight.shape)(gradient, weight),
    ...parameters.gradients(parameters.sums(x, gradient)),
  };
}

const same = (got: Float32Array, want: ArrayLike<number>): boolean =>
  got.length === want.length && got.every((value, i) => value === want[i]!);

/** Some images of a batch. */
function images(batch: FloatTensor, first: number, end: number): FloatTensor {
  const length = elementCount(batch.shape.slice(1));
  const data = batch.data.slice(first * length, end * length);
  return tensor('float32', [end - first, ...batch.shape.slice(1)], data);
}

/** Whose slopes the gradients are: the sum of the outputs, each times its gradient. */
const lossOf = ({ node, gradient }: LayerCase, operands: readonly FloatTensor[]): number =>
  floatOracle(node, operands, gradient.shape).reduce((sum, y, i) => sum + y * gradient.data[i]!, 0);

/** A fully connected layer, some with more rows than a block. */
const anyProduct = (valuesOf: (random: Random) => () => number) =>
  fc
    .record({
      leading: fc.oneof(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
        fc.constantFrom([255], [256], [2, 257], [600]),
      ),
      inputs: fc.integer({ min: 1, max: 17 }),
      outputs: fc.integer({ min: 1, max: 17 }),
      seed: fc.integer(),
    })
    .map(({ leading, inputs, outputs, seed }) => {
      const draw = valuesOf(new Random(seed));
      return {
        x: drawn([...leading, inputs], draw),
        weight: drawn([outputs, inputs], draw),
        gradient: drawn([...leading, outputs], draw),
        weightShape: [outputs, inputs] as const,
      };
    });

describe('the gradients of a convolution of any geometry', () => {
  it('are what the chain rule says, product by product', () => {
    const property = fc.property(anyLayer(quarters, fc.integer({ min: 1, max: 3 })), (layer) => {
      const got = gradientsOf(layer);
      const want = conv2dGradients(layer.node, layer.x, layer.weight, layer.gradient);
      return (
        same(got.input.data, want.input) &&
        same(got.weight.data, want.weight) &&
        same(got.bias.data, want.bias)
      );
    });
    expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
  });

  /** The loss is linear in each element, so that any step gives its slope; powers of two lose no digits. */
  it('are slopes of the loss: its central differences at single elements', () => {
    const property = fc.property(
      anyLayer(quarters, fc.integer({ min: 1, max: 2 })),
      fc.nat(),
      (layer, choice) => {
        const { input, weight, bias } = gradientsOf(layer);
        const operands = [layer.x, layer.weight, layer.bias];
        return [input, weight, bias].every(({ data }, which) => {
          const element = choice % data.length;
          const losses = [1, -1].map((step) => {
            const moved = operands[which]!.data.slice();
            moved[element]! += step;
            const changed = tensor('float32', operands[which]!.shape, moved);
            return lossOf(layer, operands.with(which, changed));
          });
          return (losses[0]! - losses[1]!) / 2 === data[element];
        });
      },
    );
    expect(() => fc.assert(property, { numRuns: 200 })).not.toThrow();
  });

  it('have the same bits however a batch is split, and in whatever order its parts arrive', () => {
    let differs = 0;
    const property = fc.property(
      anyLayer(reals, fc.integer({ min: 2, max: 13 })),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      fc.integer(),
      (layer, cuts, seed) => {
        const { node, x, weight, gradient } = layer;
        const whole = gradientsOf(layer);
        const batch = x.shape[0]!;
        const bounds = [0, ...cuts.flatMap((cut, i) => (cut && i + 1 < batch ? [i + 1] : [])), batch];
        const parts = bounds.slice(1).map((end, part) => [bounds[part]!, end] as const);
        const split = parts.map(([first, end]) => {
          const ofPart = new Conv2dParameterGradients(node, [1, ...x.shape.slice(1)], weight.shape);
          return ofPart.sums(images(x, first, end), images(gradient, first, end), first);
        });
        const order = new Random(seed).permutation(split.length);
        const sums = order.flatMap((part): PartialSum[] => split[part]!);
        const parameters = new Conv2dParameterGradients(node, x.shape, weight.shape).gradients(sums);
        const inputs = parts.flatMap(([first, end]) => [
          ...conv2dInputGradient(node, x.shape, weight.shape)(images(gradient, first, end), weight).data,
        ]);
        const exact = conv2dGradients(node, x, weight, gradient);
        if (!same(whole.weight.data, exact.weight.map(Math.fround))) differs += 1;
        return (
          same(parameters.weight.data, whole.weight.data) &&
          same(parameters.bias.data, whole.bias.data) &&
          same(whole.input.data, inputs)
        );
      },
    );
    expect(() => fc.assert(property, { numRuns: 150 })).not.toThrow();
    expect(differs).toBeGreaterThan(50); // So the order does matter here.
  });
});

describe('the gradients of a fully connected layer', () => {
  it('are those of a 1 x 1 convolution over an image of one row', () => {
    const property = fc.property(anyProduct(quarters), ({ x, weight, gradient, weightShape }) => {
      const rows = elementCount(x.shape.slice(0, -1));
      const [outputs, inputs] = weightShape;
      const parameters = new LinearParameterGradients(weightShape);
      const { weight: ofWeight, bias } = parameters.gradients(parameters.sums(x, gradient));
      const ofInput = linearInputGradient(weightShape)(gradient, weight);
      const want = conv2dGradients(
        { ...POINT_WINDOW, groups: 1 },
        withShape(x, [1, 1, rows, inputs]),
        withShape(weight, [outputs, 1, 1, inputs]),
        withShape(gradient, [1, 1, rows, outputs]),
      );
      return (
        same(ofInput.data, want.input) &&
        same(ofWeight.data, want.weight) &&
        same(bias.data, want.bias) &&
        ofInput.shape.length === x.shape.length
      );
    });
    expect(() => fc.assert(property, { numRuns: 200 })).not.toThrow();
  });

  it('have the same bits however the rows are split between blocks', () => {
    const [inputs, outputs, rows] = [5, 6, 600];
    const draw = reals(new Random(3));
    const x = drawn([rows, inputs], draw);
    const gradient = drawn([rows, outputs], draw);
    const parameters = new LinearParameterGradients([outputs, inputs]);
    const whole = parameters.gradients(parameters.sums(x, gradient));
    const split = [256, 512, 600].flatMap((end, block) =>
      parameters.sums(images(x, block * 256, end), images(gradient, block * 256, end), block),
    );
    expect(parameters.gradients(split.reverse())).toEqual(whole);
  });
});
