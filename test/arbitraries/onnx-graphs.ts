import fc from 'fast-check';
import { Random } from '../../src/core/random.js';
import type { PlainArray } from '../../src/formats/elements.js';
import type { OnnxNode } from '../../src/formats/onnx.js';
import {
  broadcastShapes,
  elementCount,
  permuteShape,
  sameShape,
  type Shape,
} from '../../src/tensor/shape.js';
import { floats, int64s, onnxBytes, onnxNode, type AttributeValue } from '../support/onnx-model.js';

/** A random model, and the shapes of its inputs in the axes of the file. */
export interface RandomModel {
  readonly bytes: Uint8Array;
  readonly inputShapes: readonly Shape[];
  /** The operators in order, for messages. */
  readonly text: string;
}

/** Values that are read again, so that branches meet. */
interface Live {
  readonly name: string;
  readonly shape: Shape;
}

const largestTensor = 3000;

/** A model growing node by node; whatever does not fit the value at hand is not added. */
class Growing {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: Record<string, PlainArray> = {};
  readonly live: Live[];
  readonly random: Random;

  constructor(seed: number, inputs: readonly Shape[]) {
    this.random = new Random(seed);
    this.live = inputs.map((shape, index) => ({ name: `input${index}`, shape }));
  }

  /** The latest value, or now and then an earlier one. */
  pick(): Live {
    return this.random.unit() < 0.75 ? this.live.at(-1)! : this.any(this.live);
  }

  any<T>(list: readonly T[]): T {
    return list[this.random.integer(0, list.length - 1)]!;
  }

  weights(shape: Shape): string {
    const name = `w${Object.keys(this.initializers).length}`;
    const values = Array.from({ length: elementCount(shape) }, () => this.random.uniform(-1, 1));
    this.initializers[name] = floats(shape, values);
    return name;
  }

  integers(values: readonly number[]): string {
    const name = `w${Object.keys(this.initializers).length}`;
    this.initializers[name] = int64s(values);
    return name;
  }

  add(
    opType: string,
    inputs: readonly string[],
    shape: Shape,
    attributes: Record<string, AttributeValue> = {},
  ): void {
    if (elementCount(shape) > largestTensor || shape.length > 5 || shape.some((extent) => extent < 1)) return;
    const name = `${opType}${this.nodes.length}`;
    this.nodes.push(onnxNode(opType, inputs, [name], attributes, name));
    this.live.push({ name, shape });
  }
}

const integers = (values: readonly number[]): bigint[] => values.map(BigInt);

/** What may be done to a value; each rule looks whether it fits. */
const steps: readonly ((model: Growing, x: Live) => void)[] = [
  function convolution(model, { name, shape }) {
    if (shape.length !== 4 && shape.length !== 3) return;
    const [batch, channels, ...extents] = shape as [number, number, ...number[]];
    const outputs = model.random.integer(1, 4);
    const kernel = extents.map(() => model.any([1, 3]));
    const weight = model.weights([outputs, channels, ...kernel]);
    const pads = [...kernel, ...kernel].map((extent) => BigInt((extent - 1) / 2));
    model.add('Conv', [name, weight], [batch, outputs, ...extents], { pads });
  },
  function pool(model, { name, shape }) {
    if (shape.length !== 4 || shape[2]! < 2 || shape[3]! < 2) return;
    const halved = [shape[0]!, shape[1]!, Math.floor(shape[2]! / 2), Math.floor(shape[3]! / 2)];
    const window = { kernel_shape: [2n, 2n], strides: [2n, 2n] };
    model.add(model.any(['MaxPool', 'AveragePool']), [name], halved, window);
  },
  function activation(model, { name, shape }) {
    model.add(model.any(['Relu', 'Sigmoid', 'Identity']), [name], shape);
  },
  function perChannel(model, { name, shape }) {
    if (shape.length < 2) return;
    const ones = shape.slice(2).map(() => 1);
    const weight = model.weights(model.any([[shape[1]!, ...ones], [1, shape[1]!, ...ones], shape, [1]]));
    const operands = model.random.unit() < 0.5 ? [name, weight] : [weight, name];
    model.add(model.any(['Add', 'Mul', 'Sub']), operands, shape);
  },
  function normalize(model, { name, shape }) {
    if (shape.length < 2) return;
    const channels = [shape[1]!];
    const parameters = [0, 1, 2].map(() => model.weights(channels));
    const variance = `variance${model.nodes.length}`;
    model.initializers[variance] = floats(
      channels,
      Array.from({ length: shape[1]! }, () => 1.5),
    );
    model.add('BatchNormalization', [name, ...parameters, variance], shape);
  },
  function branch(model, x) {
    const partner = model.any(model.live);
    const shape = broadcastShapes(x.shape, partner.shape);
    if (shape !== null) model.add(model.any(['Add', 'Mul']), [x.name, partner.name], shape);
  },
  function join(model, x) {
    const axis = model.random.integer(0, Math.max(x.shape.length - 1, 0));
    const rest = (shape: Shape): Shape => shape.filter((_, i) => i !== axis);
    const partners = model.live.filter(
      ({ shape }) => shape.length === x.shape.length && sameShape(rest(shape), rest(x.shape)),
    );
    if (x.shape.length === 0) return;
    const partner = model.any(partners);
    const shape = x.shape.map((extent, i) => (i === axis ? extent + partner.shape[i]! : extent));
    model.add('Concat', [x.name, partner.name], shape, { axis: BigInt(axis) });
  },
  function transpose(model, { name, shape }) {
    const order = model.random.permutation(shape.length);
    if (shape.length > 1)
      model.add('Transpose', [name], permuteShape(shape, order), { perm: integers(order) });
  },
  function reshape(model, { name, shape }) {
    const target = model.any([
      merged(model, shape),
      split(model, shape),
      [elementCount(shape)],
      squeezed(shape),
    ]);
    model.add('Reshape', [name, model.integers(target)], target);
  },
  function unsqueeze(model, { name, shape }) {
    const axis = model.random.integer(0, shape.length);
    model.add(
      'Unsqueeze',
      [name, model.integers([axis])],
      [...shape.slice(0, axis), 1, ...shape.slice(axis)],
    );
  },
  function reduce(model, { name, shape }) {
    const axes = shape.flatMap((_, axis) => (model.random.unit() < 0.4 ? [axis] : []));
    if (axes.length === 0 || axes.length === shape.length) return;
    const keepdims = model.random.integer(0, 1);
    const kept = shape.flatMap((extent, i) => (axes.includes(i) ? (keepdims === 1 ? [1] : []) : [extent]));
    model.add('ReduceMean', [name], kept, { axes: integers(axes), keepdims: BigInt(keepdims) });
  },
  function slice(model, { name, shape }) {
    if (shape.length === 0) return;
    const axis = model.random.integer(0, shape.length - 1);
    const start = model.random.integer(0, shape[axis]! - 1);
    const parts = [[start], [shape[axis]!], [axis]].map((values) => model.integers(values));
    model.add('Slice', [name, ...parts], withExtent(shape, axis, shape[axis]! - start));
  },
  function pad(model, { name, shape }) {
    const amounts = [...shape, ...shape].map(() => model.any([0, 0, 1]));
    const grown = shape.map((extent, i) => extent + amounts[i]! + amounts[shape.length + i]!);
    if (shape.length > 0) model.add('Pad', [name, model.integers(amounts)], grown);
  },
  function gather(model, { name, shape }) {
    if (shape.length === 0) return;
    const axis = model.random.integer(0, shape.length - 1);
    const indices = [0, 1].map(() => model.random.integer(0, shape[axis]! - 1));
    model.add('Gather', [name, model.integers(indices)], withExtent(shape, axis, 2), { axis: BigInt(axis) });
  },
  function softmax(model, { name, shape }) {
    if (shape.length === 0) return;
    model.add('Softmax', [name], shape, { axis: BigInt(model.random.integer(0, shape.length - 1)) });
  },
  function dense(model, { name, shape }) {
    const outputs = model.random.integer(1, 5);
    if (shape.length < 1) return;
    model.add('MatMul', [name, model.weights([shape.at(-1)!, outputs])], [...shape.slice(0, -1), outputs]);
  },
  function flattenAndDense(model, { name, shape }) {
    if (shape.length < 3) return;
    const features = elementCount(shape.slice(1));
    model.add('Flatten', [name], [shape[0]!, features]);
    const { name: flat } = model.live.at(-1)!;
    model.add('Gemm', [flat, model.weights([features, 3])], [shape[0]!, 3]);
  },
];

const withExtent = (shape: Shape, axis: number, extent: number): Shape =>
  shape.map((old, i) => (i === axis ? extent : old));

const squeezed = (shape: Shape): Shape => shape.filter((extent) => extent !== 1);

function merged(model: Growing, shape: Shape): Shape {
  if (shape.length < 2) return shape;
  const axis = model.random.integer(0, shape.length - 2);
  return [...shape.slice(0, axis), shape[axis]! * shape[axis + 1]!, ...shape.slice(axis + 2)];
}

function split(model: Growing, shape: Shape): Shape {
  const axis = shape.findIndex((extent) => extent % 2 === 0);
  if (axis < 0) return shape;
  const pair = model.any([
    [2, shape[axis]! / 2],
    [shape[axis]! / 2, 2],
  ]);
  return [...shape.slice(0, axis), ...pair, ...shape.slice(axis + 1)];
}

/** Models of some ten nodes on images, sequences and matrices, with branches; the last values are the outputs. */
export function anyOnnxModel(): fc.Arbitrary<RandomModel> {
  const extent = fc.integer({ min: 1, max: 4 });
  const input = fc.array(extent, { minLength: 2, maxLength: 4 });
  return fc
    .record({
      seed: fc.nat(),
      inputShapes: fc.array(input, { minLength: 1, maxLength: 2 }),
      choices: fc.array(fc.nat(steps.length - 1), { minLength: 1, maxLength: 14 }),
    })
    .map(({ seed, inputShapes, choices }) => {
      const model = new Growing(seed, inputShapes);
      for (const choice of choices) steps[choice]!(model, model.pick());
      const outputs = [...new Set(model.live.slice(-2).map(({ name }) => name))];
      const bytes = onnxBytes({
        inputs: Object.fromEntries(inputShapes.map((shape, index) => [`input${index}`, shape])),
        initializers: model.initializers,
        nodes: model.nodes,
        outputs,
      });
      return { bytes, inputShapes, text: model.nodes.map(({ name }) => name).join(' ') };
    });
}
