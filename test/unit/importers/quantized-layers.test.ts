import { describe, expect, it } from 'vitest';
import { tensor } from '../../../src/tensor/tensor.js';
import { endsOfSums } from '../../oracle/quantized-layers.js';
import { runImportedOnnx } from '../../support/onnx-imported.js';
import { dot, layers, range, varied, type Layer } from '../../support/small-layers.js';
import { int8, QdqGraph, uint8, type Codes, type Grid } from '../../support/qdq-graph.js';

const semantics = Object.keys(endsOfSums);

const x = int8(0.0313, -7);
const y = int8(1.37, 11);
const count = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** What a layer is given beside its input. */
interface Variant {
  readonly weight: Pick<Codes, 'scales' | 'zeroPoint'>;
  /** In units of the sums. */
  readonly bias: readonly number[];
  readonly biasForm: 'int32' | 'float' | 'absent';
  readonly activation: 'Relu' | 'Clip' | null;
}

const plain: Variant = {
  weight: { scales: [0.11, 0.29] },
  bias: [0, 0],
  biasForm: 'absent',
  activation: null,
};
const clamps = { Relu: { min: 11, max: 127 }, Clip: { min: 1, max: 21 } };

/** The codes that a layer makes, and those it should make. */
function codesOf(
  layer: Layer,
  variant: Variant,
  under: string,
): { got: readonly number[]; want: number[]; ops: string[] } {
  const { scales, zeroPoint = 0 } = variant.weight;
  const g = new QdqGraph();
  const w = varied(count(layer.weight), 3);
  const axis = scales.length === 1 ? {} : { axis: layer.axis };
  const operands = [
    g.input('x', layer.x, x),
    g.constant({ type: 'int8', shape: layer.weight, data: w, ...variant.weight, ...axis }),
  ];
  const steps = [0, 1].map((c) =>
    Math.fround(Math.fround(x.scale) * Math.fround(scales[scales.length === 1 ? 0 : c]!)),
  );
  if (variant.biasForm === 'int32')
    operands.push(g.constant({ type: 'int32', shape: [2], data: variant.bias, scales: steps, axis: 0 }));
  if (variant.biasForm === 'float')
    operands.push(
      g.floats(
        [2],
        variant.bias.map((b, c) => b * steps[c]!),
      ),
    );
  let real = g.node(layer.op, operands, layer.attributes);
  if (variant.activation === 'Relu') real = g.node('Relu', [real]);
  if (variant.activation === 'Clip')
    real = g.node('Clip', [real, g.floats([], [-13.7]), g.floats([], [13.7])]);
  const codes = varied(count(layer.x), 5);
  const fed = [tensor('int8', layer.x, Int8Array.from(codes))];
  const {
    graph,
    codes: [got],
  } = runImportedOnnx(g.parts(g.q(real, y)), fed, under);
  const clamp = variant.activation === null ? { min: -128, max: 127 } : clamps[variant.activation];
  const sums = layer.sums(
    codes.map((code) => code - x.zeroPoint),
    w.map((code) => code - zeroPoint),
  );
  const want = sums.map(({ acc, channel }) => {
    const weight = Math.fround(scales[scales.length === 1 ? 0 : channel]!);
    const bias = variant.biasForm === 'absent' ? 0 : variant.bias[channel]!;
    return endsOfSums[under]!(
      acc + bias,
      { input: Math.fround(x.scale), weight, output: Math.fround(y.scale) },
      { zeroPoint: y.zeroPoint, ...clamp },
      layer.kind,
    );
  });
  return { got: got!, want, ops: graph.nodes.map(({ op }) => op) };
}

describe.each(semantics)('under %s a layer between codes is one integer operator', (under) => {
  const biased = { bias: [1234, -777] };
  const variants: readonly (readonly [string, Variant])[] = [
    ['scales per channel, no bias', plain],
    ['an int32 bias', { ...plain, ...biased, biasForm: 'int32' }],
    ['a float bias', { ...plain, ...biased, biasForm: 'float' }],
    ['one scale and asymmetric weights', { ...plain, weight: { scales: [0.23], zeroPoint: 19 } }],
    ['Relu', { ...plain, activation: 'Relu' }],
    ['Clip', { ...plain, activation: 'Clip' }],
  ];
  it.each(
    layers.flatMap((layer) =>
      variants
        .filter(([, { biasForm }]) => layer.takesBias || biasForm === 'absent')
        .map(([what, variant]) => ({ name: layer.name, what, layer, variant })),
    ),
  )('$name with $what', ({ layer, variant }) => {
    const { got, want, ops } = codesOf(layer, variant, under);
    expect(ops).toHaveLength(1);
    expect(variant.activation !== null || new Set(want).size > 1).toBe(true);
    expect(got).toEqual(want);
  });

  it('MatMul of two activations', () => {
    const g = new QdqGraph();
    const [a, b]: [Grid, Grid] = [int8(0.5, 3), int8(0.03, -5)];
    const product = g.node('MatMul', [g.input('a', [2, 3], a), g.input('b', [3, 2], b)]);
    const [left, right] = [varied(6, 1), varied(6, 2)];
    const fed = [tensor('int8', [2, 3], Int8Array.from(left)), tensor('int8', [3, 2], Int8Array.from(right))];
    const { graph, codes } = runImportedOnnx(g.parts(g.q(product, y)), fed, under);
    // XNNPACK’s batched product takes the second zero point to be 0.
    const secondZeroPoint = under === 'tflite-xnnpack' ? 0 : b.zeroPoint;
    const want = range(4).map((i) => {
      const [row, column] = [Math.floor(i / 2), i % 2];
      const acc = dot(
        range(3).map((k) => [left[row * 3 + k]! - a.zeroPoint, right[k * 2 + column]! - secondZeroPoint]),
      );
      const scales = {
        input: Math.fround(a.scale),
        weight: Math.fround(b.scale),
        output: Math.fround(y.scale),
      };
      return endsOfSums[under]!(acc, scales, { zeroPoint: y.zeroPoint, min: -128, max: 127 }, 'matMul');
    });
    expect(graph.nodes.map(({ op }) => op)).toEqual(['matMul']);
    expect(codes[0]).toEqual(want);
  });
});

/** One product of 2 · 1 and a bias; the result counts in steps of 0.5. */
const biased = (bias: (g: QdqGraph) => string) => {
  const g = new QdqGraph();
  const weight = g.constant({ type: 'int8', shape: [1, 1], data: [1], scales: [1] });
  const real = g.node('Gemm', [g.input('x', [1, 1], int8(0.5)), weight, bias(g)]);
  const { graph, codes } = runImportedOnnx(g.parts(g.q(real, int8(0.5))), [
    tensor('int8', [1, 1], Int8Array.of(2)),
  ]);
  return [graph.nodes.map(({ op }) => op).join(), ...codes[0]!];
};

it.each(['Relu', 'Clip'] as const)(
  'the bounds of %s are met by some sums and missed by others',
  (activation) => {
    const all = layers.flatMap((layer) => codesOf(layer, { ...plain, activation }, 'onnxruntime').want);
    const { min, max } = clamps[activation];
    expect([...new Set(all)].filter((code) => code > min && code < max).length).toBeGreaterThan(3);
    expect(all).toContain(min);
    expect(activation === 'Relu' || all.includes(max)).toBe(true);
  },
);

describe('a bias', () => {
  it.each([
    { what: 'in units of the sums is taken as it is', type: 'int32', data: 10, scale: 0.5, want: 12 },
    { what: 'in other units is brought into them', type: 'int32', data: 10, scale: 0.25, want: 7 },
    {
      what: 'with a zero point stands for what is above it',
      type: 'int32',
      data: 10,
      zeroPoint: 4,
      scale: 0.5,
      want: 8,
    },
    { what: 'of 8 bits, too', type: 'int8', data: 10, scale: 1, want: 22 },
    // 2.5 and 3.5 steps of 0.5.
    { what: 'halfway between two units goes to the even one', type: 'int32', data: 5, scale: 0.25, want: 4 },
    { what: 'halfway between two others as well', type: 'int32', data: 7, scale: 0.25, want: 6 },
  ] as const)('$what', ({ type, data, scale, want, ...rest }) => {
    const made = biased((g) => g.constant({ type, shape: [1], data: [data], scales: [scale], ...rest }));
    expect(made).toEqual(['fullyConnected', want]);
  });
});

it('sums of integers are exact beyond 24 bits', () => {
  const g = new QdqGraph();
  const product = g.node('MatMulInteger', [
    g.codes('x', [1, 1200], { type: 'uint8' }),
    g.array('w', { type: 'int8', shape: [1200, 1], data: range(1200).map((i) => 127 - (i === 0 ? 1 : 0)) }),
  ]);
  const fed = [
    tensor(
      'uint8',
      [1, 1200],
      Uint8Array.from(range(1200), () => 255),
    ),
  ];
  const { graph, codes } = runImportedOnnx(g.parts(product), fed, 'onnxruntime');
  expect(graph.nodes.map(({ op }) => op)).toEqual(['fullyConnected']);
  expect(codes).toEqual([[1200 * 255 * 127 - 255]]);
});

it('weights with scales along another axis stay with the host', () => {
  const g = new QdqGraph();
  const weight = g.constant({
    type: 'int8',
    shape: [1, 2, 1, 1],
    data: [2, 3],
    scales: [0.5, 0.25],
    axis: 1,
  });
  const real = g.node('Conv', [g.input('x', [1, 2, 1, 1], uint8(0.5, 0)), weight]);
  const fed = [tensor('uint8', [1, 2, 1, 1], Uint8Array.of(4, 8))];
  const { graph, codes } = runImportedOnnx(g.parts(g.q(real, uint8(0.5, 0))), fed);
  expect(graph.nodes.every(({ op }) => op === 'float')).toBe(true);
  // 2 · 1 + 4 · 0.75, in steps of 0.5.
  expect(codes).toEqual([[10]]);
});
