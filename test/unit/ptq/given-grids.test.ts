import { describe, expect, it } from 'vitest';
import { IntegerRunner } from '../../../src/engine/run.js';
import type { GivenGrid, GivenGrids } from '../../../src/ir/given-grids.js';
import type { FloatGraph, IntGraph, Quantization, ValueId } from '../../../src/ir/graph.js';
import { fastKernels } from '../../../src/kernels/fast/index.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { quantize, type QuantizedModel } from '../../../src/ptq/quantize.js';
import type { Recipe } from '../../../src/ptq/recipe.js';
import { tensorFrom } from '../../../src/tensor/tensor.js';
import { FloatNet, runFloat } from '../../support/float-net.js';
import { windowWith } from '../../support/identity.js';

const grid = (scale: number | readonly number[], zeroPoint = 0, bits = 8): GivenGrid => ({
  bits,
  scales: typeof scale === 'number' ? [scale] : scale,
  zeroPoint,
});

function given(
  activations: Readonly<Record<string, GivenGrid>>,
  parameters: Readonly<Record<string, GivenGrid>> = {},
): GivenGrids {
  return {
    file: 'e.json',
    activations: new Map(Object.entries(activations)),
    parameters: new Map(Object.entries(parameters)),
  };
}

const sample = tensorFrom('float32', [1, 2, 2, 2], [1, -1, 0.5, 0.25, 0, 2, -2, 3]);

const quantized = (
  graph: FloatGraph,
  grids: GivenGrids,
  recipe: Partial<Recipe> = {},
  samples = [[sample]],
): QuantizedModel => quantize(graph, samples, { grids, recipe });

function gridOf(graph: IntGraph, id: ValueId): Quantization {
  const { type } = graph.values.get(id)!;
  if (type.kind !== 'int' || type.quantization === null) throw new Error(`'${id}' has no grid`);
  return type.quantization;
}

/** x → maxPool → leaky ReLU. */
function pooled(): FloatGraph {
  const net = new FloatNet();
  const pool = net.node({ op: 'maxPool', ...windowWith([2, 2]) }, [net.input([1, 2, 2, 2], 'x')], 'pool');
  return net.finish([net.node({ op: 'unary', function: { kind: 'leakyRelu', slope: 0.1 } }, [pool], 'y')]);
}

/** x → 1 x 1 convolution with weights 1, −1 and 3, −2 per channel. */
function convolved(): FloatGraph {
  const net = new FloatNet();
  const weight = net.constant([2, 1, 1, 2], [1, -1, 3, -2]);
  const conv = { op: 'conv2d', ...windowWith([1, 1]), groups: 1, activation: null } as const;
  return net.finish([net.node(conv, [net.input([1, 2, 2, 2], 'x'), weight], 'y')]);
}

describe('an activation', () => {
  it('has the grid that is given; the others are calibrated', () => {
    const { graph, warnings } = quantized(pooled(), given({ y: grid(0.5, -7) }));
    expect(gridOf(graph, 'y')).toEqual({ scales: [0.5], zeroPoint: -7, axis: null });
    expect(gridOf(graph, 'x').scales[0]).toBe(Math.fround(5 / 255));
    expect(warnings).toEqual([]);
  });

  it('needs no data where all have one, and says what it needs otherwise', () => {
    const { graph } = quantized(pooled(), given({ x: grid(0.5), y: grid(0.25) }), {}, []);
    expect(gridOf(graph, 'pool').scales).toEqual([0.5]);
    expect(() => quantized(pooled(), given({ x: grid(0.5) }), {}, [])).toThrow(
      "found no calibration data, and no encoding of 'y', expected data, or an encoding for every activation; " +
        'calibrate as well: what has an encoding keeps it',
    );
  });

  it('gives its grid to the value whose codes it holds', () => {
    const { graph } = quantized(pooled(), given({ pool: grid(0.5, 3) }));
    expect(gridOf(graph, 'x')).toMatchObject({ scales: [0.5], zeroPoint: 3 });
  });

  it('yields to the value whose codes it holds, with a warning', () => {
    const { graph, warnings } = quantized(pooled(), given({ x: grid(0.5, 3), pool: grid(0.25, 3) }));
    expect(gridOf(graph, 'pool')).toEqual(gridOf(graph, 'x'));
    expect(gridOf(graph, 'x').scales).toEqual([0.5]);
    expect(warnings).toEqual([
      "the encoding of 'pool' (scale 0.25, offset -131) is not used: it shares scale 0.5, offset -131 with 'x', whose codes it holds",
    ]);
  });

  it('contradicts another of the same codes', () => {
    const net = new FloatNet();
    const x = net.input([1, 2, 2, 2], 'x');
    const flat = net.node({ op: 'reshape', shape: [8] }, [x], 'flat');
    const pair = net.node({ op: 'reshape', shape: [4, 2] }, [x], 'pair');
    const graph = net.finish([flat, pair]);
    expect(() => quantized(graph, given({ flat: grid(0.5), pair: grid(0.25) }))).toThrow(
      "e.json: encoding of 'pair': found scale 0.25, offset -128, expected scale 0.5, offset -128, the encoding of 'flat': " +
        "both hold codes of 'x'; give 'x' an encoding, or only one of the two",
    );
  });

  it('before a concatenation keeps its own grid and is brought over', () => {
    const net = new FloatNet();
    const x = net.input([1, 2, 2, 2], 'x');
    const small = net.node({ op: 'unary', function: { kind: 'leakyRelu', slope: 0.1 } }, [x], 'small');
    const graph = net.finish([net.node({ op: 'concat', axis: 3 }, [small, x], 'y')]);
    const own = quantized(graph, given({ small: grid(0.25), y: grid(0.5), x: grid(0.5) })).graph;
    expect(gridOf(own, 'small').scales).toEqual([0.25]);
    expect(own.nodes.map(({ op }) => op)).toEqual(['lut', 'requantize', 'concat']);
    const shared = quantized(graph, given({ y: grid(0.5), x: grid(0.5) })).graph;
    expect(gridOf(shared, 'small').scales).toEqual([0.5]);
  });

  it('after a softmax has the grid of the softmax, whatever is given', () => {
    const net = new FloatNet();
    const graph = net.finish([net.node({ op: 'softmax' }, [net.input([1, 2, 2, 2], 'x')], 'y')]);
    const { graph: integer, warnings } = quantized(graph, given({ y: grid(0.5, -128) }));
    expect(gridOf(integer, 'y')).toMatchObject({ scales: [2 ** -8], zeroPoint: -128 });
    expect(warnings).toEqual([
      "the encoding of 'y' (scale 0.5, offset 0) is not used: softmax always has scale 0.00390625, offset 0",
    ]);
  });

  it.each([
    { why: 'other bits', grids: given({ y: grid(1, 0, 4) }), recipe: {}, says: '4 bits, expected 8 bits' },
    {
      why: 'more bits than there are',
      grids: given({ y: grid(1, 0, 16) }),
      recipe: {},
      says: '16 bits, expected 8 bits, as the recipe says; bitmac quantizes to 2 … 8 bits',
    },
    {
      why: 'scales per channel',
      grids: given({ y: grid([1, 2]) }),
      recipe: {},
      says: '2 scales, expected one',
    },
    {
      why: 'a scale that is no power of two, of a machine that shifts',
      grids: given({ y: grid(0.3) }),
      recipe: { requantizer: 'shift' as const },
      says: 'scale 0.3, expected a power of two',
    },
    { why: 'a scale below float32', grids: given({ y: grid(1e-60) }), recipe: {}, says: 'scale 1e-60' },
  ])('is refused $why', ({ grids, recipe, says }) => {
    expect(() => quantized(pooled(), grids, recipe)).toThrow(`e.json: encoding of 'y': found ${says}`);
  });
});

/** The weights of a model's first node. */
const weights = (model: QuantizedModel): { codes: number[]; grid: Quantization; zeroPoint: number } => {
  const node = model.graph.nodes[0]!;
  if (node.op !== 'conv2d') throw new Error(node.op);
  const id = node.inputs[1]!;
  const codes = Array.from(model.graph.constants.get(id)!.data);
  return { codes, grid: gridOf(model.graph, id), zeroPoint: node.weightZeroPoint };
};

describe('weights', () => {
  it('have the scales that are given, per channel', () => {
    const model = quantized(convolved(), given({}, { constant: grid([0.5, 0.25]) }));
    expect(weights(model)).toEqual({
      codes: [2, -2, 12, -8],
      grid: { scales: [0.5, 0.25], zeroPoint: 0, axis: 0 },
      zeroPoint: 0,
    });
    expect(model.warnings).toEqual([]);
  });

  it('have one scale where one is given, whatever the recipe', () => {
    const model = quantized(convolved(), given({}, { constant: grid(0.5) }));
    expect(weights(model)).toMatchObject({ codes: [2, -2, 6, -4], grid: { scales: [0.5], axis: null } });
  });

  it('may be asymmetric: outputs are the float ones to a step, in both kernels', () => {
    const float = convolved();
    const model = quantized(float, given({}, { constant: grid(0.03125, 5) }));
    expect(weights(model)).toMatchObject({ codes: [37, -27, 101, -59], zeroPoint: 5 });
    const bias = model.graph.constants.get(model.graph.nodes[0]!.inputs[2]!)!.data;
    expect(bias).toEqual(Int32Array.of(0, 26 * (101 - 5 - 59 - 5))); // the input's zero point is −26
    const expected = runFloat(float, [sample])[0]!.data;
    for (const kernels of [referenceKernels, fastKernels]) {
      const { reals } = new IntegerRunner(model.graph, kernels).run([sample]);
      const scale = gridOf(model.graph, 'y').scales[0]!;
      const steps = Array.from(expected, (value, i) => Math.abs(value - reals[0]!.data[i]!) / scale);
      expect(Math.max(...steps)).toBeLessThan(4); // half a step of the input, weighted by 3 + 2, and one rounding
    }
  });

  it('are clipped to the narrow range of a symmetric grid, with a warning', () => {
    const model = quantized(convolved(), given({}, { constant: grid([1 / 128, 1]) }));
    expect(weights(model).codes).toEqual([127, -127, 3, -2]);
    expect(model.warnings).toEqual(["the encoding of 'constant' clips 2 of 4 weights"]);
  });

  it.each([
    {
      why: 'for other channels',
      grid: grid([1, 2, 3]),
      says: 'scales for 3 channels, expected one for the tensor',
    },
    {
      why: 'with other bits',
      grid: grid(1, 0, 4),
      says: '4 bits, expected 8 bits, as the recipe says; say --weight-bits 4',
    },
  ])('are refused $why', ({ grid: wrong, says }) => {
    expect(() => quantized(convolved(), given({}, { constant: wrong }))).toThrow(
      `e.json: encoding of 'constant': found ${says}`,
    );
  });
});

it('weights that two layers share have a grid a layer, the second by its own name where the file has that', () => {
  const net = new FloatNet();
  const weight = net.constant([2, 1, 1, 2], [1, -1, 3, -2]);
  const conv = { op: 'conv2d', ...windowWith([1, 1]), groups: 1, activation: null } as const;
  const first = net.node(conv, [net.input([1, 2, 2, 2], 'x'), weight], 'first');
  const graph = net.finish([net.node(conv, [first, weight], 'second')]);
  const scalesWith = (parameters: Readonly<Record<string, GivenGrid>>): (readonly number[])[] => {
    const integer = quantized(graph, given({}, parameters)).graph;
    return integer.nodes.map(({ inputs }) => gridOf(integer, inputs[1]!).scales);
  };
  expect(scalesWith({ constant: grid(0.5) })).toEqual([[0.5], [0.5]]);
  expect(scalesWith({ constant: grid(0.5), 'constant.1': grid(0.25) })).toEqual([[0.5], [0.25]]);
});

it('outputs go by the names of their ports', () => {
  const graph = pooled();
  const renamed = { ...graph, outputs: [{ name: 'out', value: 'y', permutation: null }] };
  const { graph: integer, warnings } = quantized(renamed, given({ out: grid(0.5) }));
  expect({ scales: gridOf(integer, 'y').scales, warnings }).toEqual({ scales: [0.5], warnings: [] });
});

it('names that stand for nothing are listed', () => {
  const unknown = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`n${i}`, grid(1)]));
  expect(quantized(pooled(), given(unknown)).warnings).toEqual([
    "7 encodings name tensors that the model does not have: 'n0', 'n1', 'n2', 'n3', 'n4' and 2 more",
  ]);
});

it('a constant operand has the grid that is given, once for all its readers', () => {
  const net = new FloatNet();
  const c = net.constant([1], [0.75]);
  const sum = net.node({ op: 'add', activation: null }, [net.input([1, 2, 2, 2], 'x'), c], 'sum');
  const graph = net.finish([net.node({ op: 'mul', activation: null }, [sum, c], 'y')]);
  const { graph: integer } = quantized(graph, given({}, { constant: grid(0.25, -128) }));
  expect([...integer.constants]).toMatchObject([['constant', { data: Int8Array.of(-125) }]]);
  expect(gridOf(integer, 'constant')).toMatchObject({ scales: [0.25], zeroPoint: -128 });
});
