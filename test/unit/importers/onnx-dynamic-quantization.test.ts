import { describe, expect, it } from 'vitest';
import { IntegerRunner } from '../../../src/engine/run.js';
import { simulate } from '../../../src/engine/simulate.js';
import { writeIntegerGraph } from '../../../src/exporters/integer-graph.js';
import { readIntegerGraph } from '../../../src/importers/integer-graph/read.js';
import { parseModel } from '../../../src/importers/load-model.js';
import type { PlainArray } from '../../../src/formats/elements.js';
import type { IntGraph } from '../../../src/ir/graph.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { quantize } from '../../../src/ptq/quantize.js';
import { tensor, tensorFrom, type ElementType } from '../../../src/tensor/tensor.js';
import { outsideShapes, tensorRunner } from '../../support/run-float.js';
import {
  codes,
  floats,
  importSmall,
  int64s,
  messageOf,
  onnxBytes,
  onnxNode,
  refusalOf,
  type ModelParts,
} from '../../support/onnx-model.js';
import { machineFixture } from '../../support/machine-fixture.js';

function integerGraph(parts: ModelParts, semantics?: string): IntGraph {
  return parseModel(onnxBytes(parts), { file: 'small.onnx', semantics }) as IntGraph;
}

function run(graph: IntGraph, inputs: readonly (readonly number[])[], kernels?: typeof referenceKernels) {
  const shapes = outsideShapes(graph);
  const given = graph.inputs.map(({ value }, index) => {
    const { type } = graph.values.get(value)!;
    const elementType: ElementType =
      type.kind === 'float32' ? 'float32' : type.format.signed ? 'int8' : 'uint8';
    return tensorFrom(elementType, shapes[index]!, inputs[index]!);
  });
  return new IntegerRunner(graph, kernels).run(given).codes.map(({ data }) => [...data]);
}

/** What a small model computes: as an integer graph under both kernel sets and after a file, and as the float graph. */
function outputsOf(parts: ModelParts, ...inputs: readonly (readonly number[])[]): number[][] {
  const graph = integerGraph(parts);
  const outputs = run(graph, inputs);
  const file = readIntegerGraph(writeIntegerGraph(graph));
  expect(file).toStrictEqual(graph);
  expect(run(file, inputs)).toEqual(outputs);
  expect(run(graph, inputs, referenceKernels)).toEqual(outputs);
  const asWritten = tensorRunner(importSmall(parts))(inputs);
  expect(asWritten.map(({ data }) => [...data])).toEqual(outputs);
  return outputs;
}

const dynamicQuantize = onnxNode('DynamicQuantizeLinear', ['x'], ['q', 's', 'z'], {}, 'dq');

describe('DynamicQuantizeLinear', () => {
  it('gives codes, scale and zero point of the range of its values and 0', () => {
    const parts = { inputs: { x: [1, 3] }, nodes: [dynamicQuantize], outputs: ['q', 's', 'z'] };
    expect(outputsOf(parts, [-42.5, 10, 85])).toEqual([[0, 105, 255], [0.5], [85]]);
    expect(outputsOf(parts, [255, 0.5, 1.5])).toEqual([[255, 0, 2], [1], [0]]);
    expect(outputsOf(parts, [0, 0, 0])).toEqual([[0, 0, 0], [1], [0]]);
  });

  it('makes only what is read', () => {
    const parts = { inputs: { x: [2] }, nodes: [dynamicQuantize], outputs: ['z'] };
    expect(importSmall(parts).nodes.map(({ op }) => op)).toEqual(['dynamicQuantize', 'quantizeLinear']);
  });

  it('takes the range over a tensor in whichever order and shape it lies', () => {
    const parts: ModelParts = {
      inputs: { x: [1, 2, 1, 2] },
      initializers: { w: floats([2, 2, 1, 1], [1, 0, 0, 1]), shape: int64s([2, 2]) },
      nodes: [
        onnxNode('Conv', ['x', 'w'], ['c']),
        onnxNode('DynamicQuantizeLinear', ['c'], ['q', 's', 'z']),
        onnxNode('Reshape', ['c', 'shape'], ['r']),
        onnxNode('DynamicQuantizeLinear', ['r'], ['p', 't', 'u']),
      ],
      outputs: ['q', 's', 'z', 'p', 't', 'u'],
    };
    const [all, scale, zeroPoint] = [[0, 105, 85, 255], [0.5], [85]];
    expect(outputsOf(parts, [-42.5, 10, 0, 85])).toEqual([all, scale, zeroPoint, all, scale, zeroPoint]);
    const own = importSmall({ ...parts, nodes: parts.nodes.slice(0, 2), outputs: ['q', 's', 'z'] });
    expect(own.nodes.filter(({ op }) => op === 'transpose')).toEqual([]);
  });

  it('leaves a reshape before it to who reads the codes', () => {
    const parts: ModelParts = {
      inputs: { x: [4] },
      initializers: { shape: int64s([2, 2]) },
      nodes: [
        onnxNode('Reshape', ['x', 'shape'], ['r']),
        onnxNode('DynamicQuantizeLinear', ['r'], ['q', 's', 'z']),
      ],
      outputs: ['q', 's', 'z'],
    };
    expect(outputsOf(parts, [-42.5, 10, 0, 85])).toEqual([[0, 105, 85, 255], [0.5], [85]]);
    const graph = importSmall(parts);
    const makers = graph.nodes.filter(({ op }) => op === 'dynamicQuantize');
    expect(makers.map(({ inputs }) => inputs)).toEqual([['x'], ['x'], ['x']]);
    expect(graph.outputs.map(({ value }) => graph.values.get(value)!.shape)).toEqual([[2, 2], [], []]);
  });

  it('works on what codes stand for', () => {
    const parts: ModelParts = {
      inputs: { c: [2] },
      inputTypes: { c: 'uint8' },
      initializers: { h: floats([], [0.5]), m: codes('uint8', [], [128]) },
      nodes: [onnxNode('DequantizeLinear', ['c', 'h', 'm'], ['x']), dynamicQuantize],
      outputs: ['q', 's', 'z'],
    };
    expect(outputsOf(parts, [255, 0])).toEqual([[255, 0], [0.5], [128]]);
  });
});

/** x · w less its zero point, on the grid of the run: (−85, 20, 170) · ((0, 1), (2, 3), (4, 5)) = (720, 825), in steps of 1/8. */
const layer: ModelParts = {
  inputs: { x: [1, 3] },
  initializers: {
    w: codes('int8', [3, 2], [1, 2, 3, 4, 5, 6]),
    wz: codes('int8', [], [1]),
    ws: floats([], [0.25]),
    b: floats([2], [1, -3.125]),
  },
  nodes: [
    dynamicQuantize,
    onnxNode('MatMulInteger', ['q', 'w', 'z', 'wz'], ['sums'], {}, 'product'),
    onnxNode('Cast', ['sums'], ['numbers'], { to: 1n }),
    onnxNode('Mul', ['s', 'ws'], ['scale']),
    onnxNode('Mul', ['numbers', 'scale'], ['scaled']),
    onnxNode('Add', ['scaled', 'b'], ['y']),
  ],
  outputs: ['sums', 'y'],
};

describe('a layer on dynamically quantized activations', () => {
  it('is exact', () => {
    expect(outputsOf(layer, [-42.5, 10, 85])).toEqual([
      [720, 825],
      [91, 100],
    ]);
  });

  it('may have weight scales per column', () => {
    const ws = floats([2], [0.25, 0.5]);
    const parts = { ...layer, initializers: { ...layer.initializers, ws }, outputs: ['y'] };
    expect(outputsOf(parts, [-42.5, 10, 85])).toEqual([[91, 203.125]]);
  });

  it('is work for the host', () => {
    const result = simulate(integerGraph(layer), machineFixture());
    const host = result.layers.filter(({ placement }) => placement === 'host').map(({ name }) => name);
    expect(host).toContain('product');
    expect(host).toContain('dq');
    expect(result.layers.filter(({ placement }) => placement === 'array')).toEqual([]);
  });

  it('is nothing that quantization makes integers of', () => {
    const scaleOnly = importSmall({ ...layer, nodes: [dynamicQuantize], outputs: ['s'] });
    const sample = tensor('float32', [1, 3], Float32Array.of(-1, 0, 1));
    expect(messageOf(() => quantize(scaleOnly, [[sample]]))).toContain(
      "node 'dq.scale' (dynamicQuantize): found an operator that quantization does not handle",
    );
  });
});

/** One product of matrices of uint8, whose inputs are what the initializers leave. */
function product(
  inputs: Readonly<Record<string, readonly number[]>>,
  initializers: Readonly<Record<string, PlainArray>> = {},
): ModelParts {
  return {
    inputs,
    inputTypes: Object.fromEntries(Object.keys(inputs).map((name) => [name, 'uint8'])),
    initializers,
    nodes: [onnxNode('MatMulInteger', ['a', 'b', 'az', 'bz'], ['y'], {}, 'n')],
    outputs: ['y'],
  };
}

const none = codes('uint8', [], [0]);

describe('MatMulInteger', () => {
  const a = [1, 2, 3, 4];
  const b = codes('uint8', [2, 2], [5, 6, 7, 8]);
  // (0, 1; 1, 2) · (5, 6; 7, 8) with zero points 1 and 2 of the rows.
  const perRow = [7, 8, 19, 22];

  it('takes zero points per row of A, of run time', () => {
    expect(outputsOf(product({ a: [2, 2], az: [2] }, { b, bz: none }), a, [1, 2])).toEqual([perRow]);
    const batched = product({ a: [2, 1, 2], az: [2, 1, 1] }, { b, bz: none });
    expect(outputsOf(batched, a, [1, 2])).toEqual([perRow]);
  });

  it('takes zero points per row of A, constant', () => {
    const az = codes('uint8', [2], [1, 2]);
    expect(outputsOf(product({ a: [2, 2] }, { b, az, bz: none }), a)).toEqual([perRow]);
  });

  it('takes zero points per column of B, of run time or constant, of a constant B or one of run time', () => {
    // (1, 2; 3, 4) · (0, 2; 2, 4) with zero points 5 and 4 of the columns.
    const want = [[4, 10, 8, 22]];
    const bz = codes('uint8', [2], [5, 4]);
    const bCodes = [5, 6, 7, 8];
    expect(outputsOf(product({ a: [2, 2], bz: [2] }, { b, az: none }), a, [5, 4])).toEqual(want);
    expect(outputsOf(product({ a: [2, 2] }, { b, az: none, bz }), a)).toEqual(want);
    expect(outputsOf(product({ a: [2, 2], b: [2, 2] }, { az: none, bz }), a, bCodes)).toEqual(want);
    const all = product({ a: [2, 2], b: [2, 2], bz: [1, 2] }, { az: none });
    expect(outputsOf(all, a, bCodes, [5, 4])).toEqual(want);
  });

  it('takes one zero point in any shape for vectors', () => {
    const b2 = codes('uint8', [2], [5, 6]);
    const parts = product({ a: [2], az: [1, 1] }, { b: b2, bz: codes('uint8', [1], [4]) });
    expect(outputsOf(parts, [1, 2], [3])).toEqual([[-4]]); // (−2, −1) · (1, 2)
  });

  const sum = 259 * 255 * 255; // odd, and 25 bits long
  const row = Array.from({ length: 259 }, () => 255);
  const column = codes('uint8', [259, 1], row);

  it('with constant zero points gives sums beyond 2^24 exactly, whatever requantizer is named', () => {
    const constants = product({ a: [1, 259] }, { az: none, b: column, bz: none });
    const activations = product({ a: [1, 259], b: [259, 1] }, { az: none, bz: none });
    for (const semantics of [undefined, 'tflite-reference', 'xnnpack-fp32']) {
      expect(run(integerGraph(constants, semantics), [row])).toEqual([[sum]]);
      expect(run(integerGraph(activations, semantics), [row, row])).toEqual([[sum]]);
    }
  });

  it('with constant zero points runs on the array', () => {
    const { layers } = simulate(
      integerGraph(product({ a: [1, 259] }, { az: none, b: column, bz: none })),
      machineFixture(),
    );
    expect(layers.map(({ name, placement }) => [name, placement])).toEqual([['n', 'array']]);
  });

  it('with a zero point of run time rounds them to float32 once', () => {
    const parts = product({ a: [1, 259], az: [] }, { b: column, bz: none });
    expect(outputsOf(parts, row, [0])).toEqual([[Math.fround(sum)]]);
    expect(Math.fround(sum)).toBe(sum + 1);
  });
});

const image = (
  inputs: Readonly<Record<string, readonly number[]>>,
  initializers: Readonly<Record<string, PlainArray>>,
): ModelParts => ({
  inputs: { x: [1, 1, 2, 2], ...inputs },
  inputTypes: { x: 'uint8', xz: 'uint8' },
  initializers,
  nodes: [onnxNode('ConvInteger', ['x', 'w', 'xz', 'wz'], ['y'], { pads: [1n, 1n, 1n, 1n] }, 'n')],
  outputs: ['y'],
});

describe('ConvInteger', () => {
  const w = codes('uint8', [1, 1, 2, 2], [1, 1, 1, 1]);

  it('pads with a zero point of run time', () => {
    // (0, 1; 2, 3) amid zeros, summed 2 x 2.
    const parts = image({ xz: [] }, { w, wz: none });
    expect(outputsOf(parts, [1, 2, 3, 4], [1])).toEqual([[0, 1, 1, 2, 6, 4, 2, 5, 3]]);
  });

  it('takes zero points per output channel that differ', () => {
    const twice = codes('uint8', [2, 1, 2, 2], [2, 2, 2, 2, 2, 2, 2, 2]);
    const parts = image({ xz: [1] }, { w: twice, wz: codes('uint8', [2], [1, 3]) });
    const sums = [0, 1, 1, 2, 6, 4, 2, 5, 3];
    expect(outputsOf(parts, [1, 2, 3, 4], [1])).toEqual([[...sums, ...sums.map((value) => 0 - value)]]);
  });

  it('works on images as they lie, less a zero point of run time', () => {
    const parts: ModelParts = {
      inputs: { x: [1, 2, 1, 2] },
      initializers: {
        v: floats([2, 2, 1, 1], [1, 0, 0, 1]),
        w: codes('int8', [1, 2, 1, 1], [2, 1]),
      },
      nodes: [
        onnxNode('Conv', ['x', 'v'], ['c']),
        onnxNode('DynamicQuantizeLinear', ['c'], ['q', 's', 'z']),
        onnxNode('ConvInteger', ['q', 'w', 'z'], ['sums']),
        onnxNode('Cast', ['sums'], ['numbers'], { to: 1n }),
        onnxNode('Mul', ['numbers', 's'], ['y']),
      ],
      outputs: ['y'],
    };
    // 2 · (−85, 20) + (0, 170), in steps of 1/2.
    expect(outputsOf(parts, [-42.5, 10, 0, 85])).toEqual([[-85, 105]]);
    expect(importSmall(parts).nodes.filter(({ op }) => op === 'transpose')).toEqual([]);
  });

  it('takes no zero points per channel of x', () => {
    expect(refusalOf(image({ xz: [2] }, { w, wz: none }))).toContain(
      "node 'n' (ConvInteger): found zero points of shape 2 for 1x1x2x2, expected one zero point",
    );
  });
});

describe('a zero point is refused', () => {
  const b = codes('uint8', [2, 2], [5, 6, 7, 8]);

  it.each([
    {
      why: 'along what is summed, of B',
      parts: product({ a: [2, 2], bz: [2, 1] }, { b, az: none }),
      want: 'found zero points of shape 2x1 for 2x2, expected one zero point, or one per column',
    },
    {
      why: 'along what is summed, of A',
      parts: product({ a: [2, 2], az: [1, 2] }, { b, bz: none }),
      want: 'found zero points of shape 1x2 for 2x2, expected one zero point, or one per row',
    },
    {
      why: 'as many as do not fit',
      parts: product({ a: [2, 2], az: [3] }, { b, bz: none }),
      want: 'found zero points of shape 3 for 2x2, expected one zero point, or one per row',
    },
    {
      why: 'in more axes than its operand',
      parts: product({ a: [2, 2], az: [3, 2, 1] }, { b, bz: none }),
      want: 'found zero points of shape 3x2x1 for 2x2',
    },
    {
      why: 'that is real',
      parts: { ...product({ a: [2, 2], az: [] }, { b, bz: none }), inputTypes: { a: 'uint8' } } as ModelParts,
      want: 'found a zero point of type float32, expected uint8, the type of the codes',
    },
    {
      why: 'of another type',
      parts: {
        ...product({ a: [2, 2], az: [] }, { b, bz: none }),
        inputTypes: { a: 'uint8', az: 'int8' },
      } as ModelParts,
      want: 'found a zero point of type int8, expected uint8, the type of the codes',
    },
  ])('$why', ({ parts, want }) => {
    expect(refusalOf(parts)).toContain(want);
  });
});
