import { describe, expect, it } from 'vitest';
import { IntegerRunner } from '../../../src/engine/run.js';
import type { FloatGraph, IntGraph, ValueId } from '../../../src/ir/graph.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { quantize, type QuantizedModel } from '../../../src/ptq/quantize.js';
import type { Recipe } from '../../../src/ptq/recipe.js';
import { elementCount, type Shape } from '../../../src/tensor/shape.js';
import { tensorFrom, type FloatTensor } from '../../../src/tensor/tensor.js';
import { FloatNet, runFloat, type UnplacedFloatNode } from '../../support/float-net.js';

function row(shape: Shape, value: (i: number) => number): FloatTensor {
  return tensorFrom(
    'float32',
    shape,
    Array.from({ length: elementCount(shape) }, (_, i) => value(i)),
  );
}

/** Calibrated on one sample. */
const quantized = (graph: FloatGraph, sample: FloatTensor, recipe: Partial<Recipe> = {}): QuantizedModel =>
  quantize(graph, [[sample]], { recipe });

/** The largest difference of the first output, in steps of its grid. */
function largestSteps(graph: FloatGraph, integer: IntGraph, sample: FloatTensor): number {
  const { type } = integer.values.get(integer.outputs[0]!.value)!;
  const scale = type.kind === 'int' ? type.quantization!.scales[0]! : Number.NaN;
  const reals = new IntegerRunner(integer, referenceKernels).run([sample]).reals[0]!.data;
  const expected = runFloat(graph, [sample])[0]!.data;
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - reals[i]!) / scale), 0);
}

/** One node over one input, with constants as its other operands. */
function single(
  node: UnplacedFloatNode,
  shape: Shape,
  constants: readonly { shape: Shape; values: ArrayLike<number> }[] = [],
): FloatGraph {
  const net = new FloatNet();
  const operands = constants.map((constant) => net.constant(constant.shape, constant.values));
  return net.finish([net.node(node, [net.input(shape), ...operands], 'y')]);
}

const wave = (shape: Shape, size = 1): FloatTensor => row(shape, (i) => size * Math.sin(3 * i + 1));

describe('data and graphs at the edge of what can be quantized', () => {
  it.each(['minMax', 'mse'] as const)('an activation that never changes (%s)', (activationRange) => {
    for (const value of [0, 5, -3e9]) {
      const graph = single({ op: 'softmax' }, [1, 4]);
      const { graph: integer } = quantized(
        graph,
        row([1, 4], () => value),
        { activationRange },
      );
      expect(
        largestSteps(
          graph,
          integer,
          row([1, 4], () => value),
        ),
      ).toBeLessThanOrEqual(1);
    }
  });

  it('a constant operand with more elements than a call may have arguments', () => {
    const shape = [1, 500, 500];
    const values = Float32Array.from({ length: 250_000 }, (_, i) => Math.cos(i));
    const graph = single({ op: 'add', activation: null }, shape, [{ shape, values }]);
    expect(quantized(graph, wave(shape)).graph.nodes).toHaveLength(1);
  });

  it('a branch that depends on no input', () => {
    const net = new FloatNet();
    const x = net.input([1, 3]);
    const gate = net.node({ op: 'softmax' }, [net.constant([1, 3], [1, 2, 3])]);
    const flat = net.node({ op: 'reshape', shape: [1, 3] }, [gate]);
    const graph = net.finish([net.node({ op: 'mul', activation: { min: 0, max: 1 } }, [x, flat])]);
    const { graph: integer } = quantized(graph, wave([1, 3]));
    expect(integer.nodes.map(({ op }) => op)).toEqual(['mul']);
    expect(largestSteps(graph, integer, wave([1, 3]))).toBeLessThan(2);
  });

  it('an output that depends on no input', () => {
    const net = new FloatNet();
    net.input([1, 3]);
    const graph = net.finish([net.node({ op: 'softmax' }, [net.constant([1, 3], [1, 2, 3])])]);
    const { graph: integer } = quantized(graph, wave([1, 3]));
    expect(integer.nodes).toEqual([]);
    expect(largestSteps(graph, integer, wave([1, 3]))).toBeLessThanOrEqual(0.5);
  });

  it('an input that leaves the graph as it came', () => {
    const net = new FloatNet();
    const graph = net.finish([net.input([1, 3])]);
    expect(largestSteps(graph, quantized(graph, wave([1, 3])).graph, wave([1, 3]))).toBeLessThanOrEqual(0.5);
  });

  it('activations that are named like the constants of a node', () => {
    const net = new FloatNet();
    const dense = (x: ValueId, name: string): ValueId =>
      net.node(
        { op: 'fullyConnected', activation: null },
        [x, net.constant([3, 3], wave([3, 3]).data)],
        name,
      );
    const graph = net.finish([dense(dense(dense(net.input([1, 3]), 'a'), 'a.weight'), 'a.bias')]);
    const { graph: integer } = quantized(graph, wave([1, 3]));
    expect(integer.nodes.map(({ output }) => output)).toEqual(['a', 'a.weight', 'a.bias']);
  });
});

describe('layer normalization', () => {
  const shape = [1, 2, 4];
  it.each([
    { name: 'a beta far larger than gamma', gamma: 0.01, beta: 5 },
    { name: 'a gamma far larger than beta', gamma: 50, beta: 0.01 },
    { name: 'a beta alone', gamma: 0, beta: 1 },
  ])('keeps $name within a step', ({ gamma, beta }) => {
    const graph = single({ op: 'layerNormalization', epsilon: 1e-5 }, shape, [
      { shape: [4], values: [gamma, -gamma, gamma / 2, gamma] },
      { shape: [4], values: [beta, beta, -beta, beta / 2] },
    ]);
    expect(largestSteps(graph, quantized(graph, wave(shape)).graph, wave(shape))).toBeLessThan(
      1 + 2.5 * (gamma / (gamma + beta)),
    );
  });

  it('with an epsilon that swamps the variance gives beta', () => {
    const graph = single({ op: 'layerNormalization', epsilon: 1e6 }, shape, [
      { shape: [4], values: [1, 1, 1, 1] },
      { shape: [4], values: [1, 2, 3, 4] },
    ]);
    const { graph: integer } = quantized(graph, wave(shape, 1e-6));
    expect(integer.nodes[0]).toMatchObject({ epsilon: Number.MAX_SAFE_INTEGER });
    expect(largestSteps(graph, integer, wave(shape, 1e-6))).toBeLessThan(1);
  });
});

describe('log-softmax of logits in the tens of thousands', () => {
  it('keeps its sums in int32 and its answers within a step', () => {
    const graph = single({ op: 'logSoftmax' }, [1, 8]);
    const logits = wave([1, 8], 60_000);
    const { graph: integer } = quantized(graph, logits);
    expect(largestSteps(graph, integer, logits)).toBeLessThan(2);
  });
});

describe('what cannot be quantized is refused by name', () => {
  const dense = (weight: number, bias = 0): FloatGraph =>
    single(
      { op: 'fullyConnected', activation: { min: 0, max: 6 } },
      [1, 1],
      [
        { shape: [1, 1], values: [weight] },
        { shape: [1], values: [bias] },
      ],
    );
  const one = row([1, 1], () => 1);

  it.each([
    { name: 'a weight that is NaN', graph: dense(Number.NaN), found: "constant 'constant': found NaN" },
    { name: 'an infinite bias', graph: dense(1, Infinity), found: "constant 'constant.1': found Infinity" },
    {
      name: 'an activation that becomes infinite',
      graph: single({ op: 'unary', function: { kind: 'reciprocal' } }, [1, 1]),
      found: "value 'y': found Infinity during calibration, expected finite activations",
      sample: row([1, 1], () => 0),
    },
    {
      name: 'a softmax over more terms than its sum holds',
      graph: single({ op: 'softmax' }, [1, 4096]),
      found: "node 'y' (softmax): found 4096 terms, expected at most 4095",
      sample: wave([1, 4096]),
    },
    {
      name: 'a log-softmax over more terms than its sum holds',
      graph: single({ op: 'logSoftmax' }, [1, 32768]),
      found: "node 'y' (logSoftmax): found 32768 terms, expected at most 32767",
      sample: wave([1, 32768]),
    },
    {
      name: 'a mean whose range vanishes beside its input',
      graph: single({ op: 'mean', axes: [1], keepDims: true }, [1, 3]),
      found: "node 'y': found a requantization factor of",
      sample: row([1, 3], (i) => [-1e8, 1e8, 6e-8][i]!),
    },
    {
      name: 'a slope per element',
      graph: single({ op: 'prelu' }, [1, 2, 2], [{ shape: [2, 2], values: [1, 2, 3, 4] }]),
      found:
        "node 'y' (PRelu): found slopes of shape 2x2, expected one constant slope, or one per channel (2)",
      sample: wave([1, 2, 2]),
    },
  ])('$name', ({ graph, found, sample = one }) => {
    expect(() => quantized(graph, sample)).toThrow(found);
  });

  it.each(['gamma', 'beta'])('a layer normalization whose %s is computed at run time', (which) => {
    const net = new FloatNet();
    const x = net.input([1, 2]);
    const computed = net.node({ op: 'reshape', shape: [2] }, [x]);
    const fixed = net.constant([2], [1, 1]);
    const parameters = which === 'gamma' ? [computed, fixed] : [fixed, computed];
    const graph = net.finish([
      net.node({ op: 'layerNormalization', epsilon: 1e-5 }, [x, ...parameters], 'y'),
    ]);
    expect(() => quantized(graph, wave([1, 2]))).toThrow(
      "node 'y' (layerNormalization): found a gamma or beta that is computed at run time, expected constants",
    );
  });

  it.each([1, 9, 4.5])('%d bits', (bits) => {
    expect(() => quantized(dense(1), one, { weightBits: bits })).toThrow("recipe field 'weightBits'");
    expect(() => quantized(dense(1), one, { activationBits: bits })).toThrow("recipe field 'activationBits'");
  });
});

it('reports progress up to the last sample, twice over for a search of ranges', () => {
  const graph = single({ op: 'softmax' }, [1, 4]);
  const samples = [[wave([1, 4])], [wave([1, 4], 2)]];
  const seen: string[] = [];
  const progress = (done: number, total: number): void => void seen.push(`${done}/${total}`);
  quantize(graph, samples, { progress });
  quantize(graph, samples, { progress, recipe: { activationRange: 'mse' } });
  expect(seen).toEqual(['1/2', '2/2', '1/4', '2/4', '3/4', '4/4']);
});

it('records the recipe and the facts it was given', () => {
  const { graph, recipe } = quantize(single({ op: 'softmax' }, [1, 4]), [[wave([1, 4])]], {
    metadata: { source: 'a.onnx' },
  });
  expect(graph.metadata).toEqual({ source: 'a.onnx', recipe: JSON.stringify(recipe) });
});
