import { describe, expect, it } from 'vitest';
import { INT32, UINT8 } from '../../../src/arith/int-format.js';
import type { PlainArray } from '../../../src/formats/elements.js';
import type { FloatGraph } from '../../../src/ir/graph.js';
import {
  codes,
  evaluateSmall,
  floats,
  importSmall,
  int64s,
  onnxNode,
  refusalOf,
  type AttributeValue,
  type ModelParts,
} from '../../support/onnx-model.js';

const byte = { x: 'uint8' } as const;
const half = floats([], [0.5]);
const zero = codes('uint8', [], [128]);
const scalars = { s: half, z: zero };

/** One node of com.microsoft. */
function microsoft(
  opType: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
) {
  return { ...onnxNode(opType, inputs, ['y'], attributes, 'n'), domain: 'com.microsoft' };
}

const opsOf = (graph: FloatGraph): string[] => graph.nodes.map(({ op }) => op);

describe('codes in a graph', () => {
  it('get their grid where they are dequantized, also what came before', () => {
    const graph = importSmall({
      inputs: { x: [1, 2, 4, 4] },
      inputTypes: byte,
      initializers: scalars,
      nodes: [
        onnxNode('MaxPool', ['x'], ['p'], { kernel_shape: [2n, 2n], strides: [2n, 2n] }),
        onnxNode('DequantizeLinear', ['p', 's', 'z'], ['y']),
      ],
      outputs: ['y'],
    });
    expect(opsOf(graph)).toEqual(['maxPool', 'dequantizeLinear']);
    expect(graph.values.get('x')!.type).toEqual({
      kind: 'int',
      format: UINT8,
      quantization: { scales: [0.5], zeroPoint: 128, axis: null },
    });
    expect(graph.inputs[0]!.takesCodes).toBe(true);
  });

  it('are copied where they are dequantized in two ways', () => {
    const parts: ModelParts = {
      inputs: { x: [3] },
      inputTypes: byte,
      initializers: { ...scalars, t: floats([], [2]) },
      nodes: [
        onnxNode('DequantizeLinear', ['x', 's', 'z'], ['a']),
        onnxNode('Reshape', ['x', 'shape'], ['r']),
        onnxNode('DequantizeLinear', ['r', 't'], ['b']),
      ],
      outputs: ['a', 'b'],
    };
    const shaped = { ...parts, initializers: { ...parts.initializers, shape: int64s([3, 1]) } };
    expect(evaluateSmall(shaped, [127, 128, 130])).toEqual([
      [-0.5, 0, 1],
      [254, 256, 260],
    ]);
  });

  it('stay codes through what only moves them, with a pad of a code', () => {
    const parts: ModelParts = {
      inputs: { x: [1, 3] },
      inputTypes: byte,
      initializers: {
        pads: int64s([0, 1, 0, 0]),
        fill: codes('uint8', [], [7]),
        c: codes('uint8', [1, 1], [9]),
      },
      nodes: [
        onnxNode('Pad', ['x', 'pads', 'fill'], ['p']),
        onnxNode('Concat', ['p', 'c'], ['q'], { axis: 1n }),
        onnxNode('Transpose', ['q'], ['y']),
      ],
      outputs: ['y'],
    };
    expect(evaluateSmall(parts, [1, 2, 3])).toEqual([[7, 1, 2, 3, 9]]);
    const { values, outputs } = importSmall(parts);
    expect(values.get(outputs[0]!.value)!.type).toEqual({ kind: 'int', format: UINT8, quantization: null });
  });

  it('are quantized and dequantized along an axis by constants of its extent', () => {
    const parts: ModelParts = {
      inputs: { x: [2, 2] },
      initializers: {
        s: floats([2], [0.5, 2]),
        z: codes('int8', [2], [1, 1]),
        t: floats([2], [1, 0.25]),
        u: codes('int8', [2], [1, -3]),
      },
      nodes: [
        onnxNode('QuantizeLinear', ['x', 's', 'z'], ['q'], { axis: 0n }),
        onnxNode('DequantizeLinear', ['q', 't', 'u'], ['y'], { axis: 1n }),
      ],
      outputs: ['q', 'y'],
    };
    // 1.25 / 0.5 = 2.5 and 3 / 2 = 1.5 are ties.
    expect(evaluateSmall(parts, [1.25, -1, 3, 1000])).toEqual([
      [3, -1, 3, 127],
      [2, 0.5, 2, 32.5],
    ]);
  });

  it('that are integers become the real numbers they are in a cast', () => {
    const parts: ModelParts = {
      inputs: { x: [3] },
      inputTypes: byte,
      nodes: [onnxNode('Cast', ['x'], ['f'], { to: 1n }), onnxNode('Relu', ['f'], ['y'])],
      outputs: ['y'],
    };
    expect(evaluateSmall(parts, [0, 3, 255])).toEqual([[0, 3, 255]]);
  });
});

/** The type of the codes behind the weight of the only layer. */
function weightOf(graph: FloatGraph) {
  const layer = graph.nodes.find(({ op }) => op === 'fullyConnected' || op === 'convTranspose2d')!;
  const maker = graph.nodes.find(({ output }) => output === layer.inputs[1])!;
  const id = maker.inputs[0]!;
  return { op: maker.op, type: graph.values.get(id)!.type, data: [...graph.constants.get(id)!.data] };
}

describe('a dequantized weight', () => {
  const weight = codes('int8', [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
  const perRow = { w: weight, ws: floats([2], [0.5, 0.25]), wz: codes('int8', [2], [0, 0]) };

  it('takes its scales along when it is transposed, and a factor into them', () => {
    const graph = importSmall({
      inputs: { x: [1, 2] },
      initializers: perRow,
      nodes: [
        onnxNode('DequantizeLinear', ['w', 'ws', 'wz'], ['v'], { axis: 0n }),
        onnxNode('Gemm', ['x', 'v'], ['y'], { alpha: 2 }),
      ],
      outputs: ['y'],
    });
    expect(weightOf(graph)).toMatchObject({
      op: 'dequantizeLinear',
      type: { quantization: { scales: [1, 0.5], axis: 1 } },
      data: [1, 5, 2, 6, 3, 7, 4, 8],
    });
  });

  it('repeats its scales where groups are merged', () => {
    const graph = importSmall({
      inputs: { x: [1, 2, 2, 2] },
      initializers: {
        w: codes('int8', [2, 2, 1, 1], [1, 2, 3, 4]),
        ws: perRow.ws,
        wz: perRow.wz,
      },
      nodes: [
        onnxNode('DequantizeLinear', ['w', 'ws', 'wz'], ['v'], { axis: 1n }),
        onnxNode('ConvTranspose', ['x', 'v'], ['y'], { group: 2n }),
      ],
      outputs: ['y'],
    });
    expect(weightOf(graph)).toMatchObject({
      type: { quantization: { scales: [0.5, 0.25, 0.5, 0.25], axis: 0 } },
      data: [1, 2, 3, 4],
    });
  });

  it('has its columns put in order where an image is flattened as codes', () => {
    const shape = int64s([1, 4]);
    const graph = (nodes: ModelParts['nodes']): ModelParts => ({
      inputs: { x: [1, 2, 1, 2] },
      initializers: { ...perRow, shape, k: floats([2, 2, 1, 1], [1, 2, 3, 4]), ...scalars },
      nodes: [
        onnxNode('Conv', ['x', 'k'], ['c']),
        ...nodes,
        onnxNode('DequantizeLinear', ['w', 'ws', 'wz'], ['v'], { axis: 0n }),
        onnxNode('Gemm', ['f', 'v'], ['y'], { transB: 1n }),
      ],
      outputs: ['y'],
    });
    const quantized = graph([
      onnxNode('QuantizeLinear', ['c', 's', 'z'], ['q']),
      onnxNode('Reshape', ['q', 'shape'], ['r']),
      onnxNode('DequantizeLinear', ['r', 's', 'z'], ['f']),
    ]);
    const imported = importSmall(quantized);
    expect(opsOf(imported).filter((op) => op === 'transpose' || op === 'reshape')).toEqual(['reshape']);
    expect(weightOf(imported)).toMatchObject({
      type: { quantization: { scales: [0.5, 0.25], axis: 0 } },
      data: [1, 3, 2, 4, 5, 7, 6, 8],
    });
    // All of it fits the grid exactly, so the codes change nothing.
    const plain = graph([onnxNode('Reshape', ['c', 'shape'], ['f'])]);
    const x = [1, 2, 3, -4];
    expect(evaluateSmall(quantized, x)).toEqual(evaluateSmall(plain, x));
  });

  it('of one number stays an operand', () => {
    const graph = importSmall({
      inputs: { x: [2] },
      initializers: { w: codes('int8', [], [3]), s: half },
      nodes: [onnxNode('DequantizeLinear', ['w', 's'], ['v']), onnxNode('Mul', ['x', 'v'], ['y'])],
      outputs: ['y'],
    });
    expect(opsOf(graph)).toEqual(['dequantizeLinear', 'mul']);
  });

  it('has a bias beside it that is dequantized and added', () => {
    const graph = importSmall({
      inputs: { x: [1, 4] },
      initializers: { ...perRow, b: codes('int32', [2], [100, -100]), bs: half },
      nodes: [
        onnxNode('DequantizeLinear', ['w', 'ws', 'wz'], ['v'], { axis: 0n }),
        onnxNode('DequantizeLinear', ['b', 'bs'], ['c']),
        onnxNode('Gemm', ['x', 'v'], ['p'], { transB: 1n }),
        onnxNode('Add', ['p', 'c'], ['y']),
      ],
      outputs: ['y'],
    });
    expect(opsOf(graph)).toEqual(['dequantizeLinear', 'dequantizeLinear', 'fullyConnected']);
    const bias = graph.nodes.find(({ output }) => output === graph.nodes[2]!.inputs[2])!;
    expect(graph.values.get(bias.inputs[0]!)!.type).toMatchObject({ format: INT32 });
  });
});

describe('an operator on codes is dequantize, operator, quantize', () => {
  const grids = {
    as: floats([], [0.5]),
    az: codes('uint8', [], [3]),
    bs: floats([], [0.25]),
    bz: codes('uint8', [], [100]),
    ys: floats([], [0.75]),
    yz: codes('uint8', [], [128]),
    b: codes('uint8', [1, 2, 2, 2], [0, 50, 100, 150, 200, 250, 99, 101]),
  };
  const x = [0, 10, 20, 30, 130, 200, 254, 255];
  const [dequantizedX, dequantizedB] = [
    onnxNode('DequantizeLinear', ['x', 'as', 'az'], ['a']),
    onnxNode('DequantizeLinear', ['b', 'bs', 'bz'], ['c']),
  ];
  const quantized = onnxNode('QuantizeLinear', ['r', 'ys', 'yz'], ['y']);
  const a = ['x', 'as', 'az'] as const;
  const b = ['b', 'bs', 'bz'] as const;
  const y = ['ys', 'yz'] as const;

  function run(nodes: ModelParts['nodes'], shape: readonly number[] = [1, 2, 2, 2]): number[][] {
    return evaluateSmall(
      { inputs: { x: shape }, inputTypes: byte, initializers: grids, nodes, outputs: ['y'] },
      x,
    );
  }

  it.each([
    {
      name: 'QLinearAdd',
      node: microsoft('QLinearAdd', [...a, ...b, ...y]),
      real: onnxNode('Add', ['a', 'c'], ['r']),
    },
    {
      name: 'QLinearMul',
      node: microsoft('QLinearMul', [...a, ...b, ...y]),
      real: onnxNode('Mul', ['a', 'c'], ['r']),
    },
    {
      name: 'QLinearConcat',
      node: microsoft('QLinearConcat', [...y, ...a, ...b], { axis: 1n }),
      real: onnxNode('Concat', ['a', 'c'], ['r'], { axis: 1n }),
    },
    {
      name: 'QLinearSigmoid',
      node: microsoft('QLinearSigmoid', [...a, ...y]),
      real: onnxNode('Sigmoid', ['a'], ['r']),
    },
    {
      name: 'QLinearLeakyRelu',
      node: microsoft('QLinearLeakyRelu', [...a, ...y], { alpha: 0.5 }),
      real: onnxNode('LeakyRelu', ['a'], ['r'], { alpha: 0.5 }),
    },
    {
      name: 'QLinearSoftmax',
      node: microsoft('QLinearSoftmax', [...a, ...y], { axis: 1n, opset: 13n }),
      real: onnxNode('Softmax', ['a'], ['r'], { axis: 1n }),
    },
    {
      name: 'QLinearSoftmax of opset 12',
      node: microsoft('QLinearSoftmax', [...a, ...y], { opset: 12n }),
      real: [onnxNode('Flatten', ['a'], ['f']), onnxNode('Softmax', ['f'], ['r'])],
    },
    {
      name: 'QLinearAveragePool',
      node: microsoft('QLinearAveragePool', [...a, ...y], { kernel_shape: [2n, 1n] }),
      real: onnxNode('AveragePool', ['a'], ['r'], { kernel_shape: [2n, 1n] }),
    },
    {
      name: 'QLinearGlobalAveragePool',
      node: microsoft('QLinearGlobalAveragePool', [...a, ...y], { channels_last: 0n }),
      real: onnxNode('GlobalAveragePool', ['a'], ['r']),
    },
    {
      name: 'QLinearGlobalAveragePool, channels last',
      node: microsoft('QLinearGlobalAveragePool', [...a, ...y], { channels_last: 1n }),
      real: onnxNode('ReduceMean', ['a'], ['r'], { axes: [1n, 2n] }),
    },
  ])('$name', ({ node, real }) => {
    const got = run([node]);
    const written = run([dequantizedX, dequantizedB, real, quantized].flat());
    expect(new Set(got[0]).size).toBeGreaterThan(1);
    expect(got).toEqual(written);
  });

  it('QLinearAveragePool with its channels last gives them last', () => {
    const node = microsoft('QLinearAveragePool', [...a, ...y], { kernel_shape: [1n, 2n], channels_last: 1n });
    const graph = importSmall({
      inputs: { x: [1, 2, 2, 2] },
      inputTypes: byte,
      initializers: grids,
      nodes: [node],
      outputs: ['y'],
    });
    expect(opsOf(graph)).toEqual(['dequantizeLinear', 'averagePool', 'quantizeLinear']);
    // Codes of two pixels in a row have the means 10, 20, 192 and 227.5; less 3, times 0.5 / 0.75, plus 128.
    expect(run([node])).toEqual([[133, 139, 254, 255]]);
  });

  /** `alpha · x · w' + C` of one row. */
  function gemm(inputs: readonly string[], initializers: Readonly<Record<string, PlainArray>>): number[][] {
    const node = microsoft('QGemm', inputs, { transB: 1n, alpha: 2 });
    const parts = { inputs: { x: [1, 2] }, inputTypes: byte, nodes: [node], outputs: ['y'] };
    return evaluateSmall({ ...parts, initializers: { ...grids, ...initializers } }, [5, 7]);
  }

  it('QGemm has a C in units of the product, and real outputs where it has no output scale', () => {
    const parameters = {
      w: codes('int8', [2, 2], [1, 2, 3, 4]),
      ws: floats([2], [0.5, 1]),
      wz: codes('int8', [2], [0, 0]),
      c: codes('int32', [2], [10, 20]),
    };
    // x is 1, 2. Rows of w: 0.5, 1 and 3, 4. alpha · x · w': 5 and 22. C: 10 · 2 · 0.5 · 0.5 and 20 · 2 · 0.5 · 1.
    const inputs = [...a, 'w', 'ws', 'wz', 'c'];
    expect(gemm(inputs, parameters)).toEqual([[10, 42]]);
    // In steps of 0.75 from 128: 13.33 and 56.
    expect(gemm([...inputs, ...y], parameters)).toEqual([[141, 184]]);
  });
});

const onBytes = (nodes: ModelParts['nodes'], initializers: ModelParts['initializers'] = {}): ModelParts => ({
  inputs: { x: [1, 2] },
  inputTypes: byte,
  initializers: { ...scalars, ...initializers },
  nodes,
  outputs: ['y'],
});
/** A node that dequantizes the bytes of an input. */
const dequantize = (attributes: Readonly<Record<string, AttributeValue>> = {}) =>
  onnxNode('DequantizeLinear', ['x', 's', 'z'], ['y'], attributes, 'n');

describe('a quantized model is refused', () => {
  it.each([
    {
      why: 'where codes meet an operator on real numbers',
      parts: onBytes([onnxNode('Relu', ['x'], ['y'], {}, 'n')]),
      want: "node 'n' (Relu): found operand 'x' of type uint8, expected real numbers; dequantize it first, or leave the operator out of the quantized part of the model",
    },
    {
      why: 'where scales are computed',
      parts: {
        ...onBytes([onnxNode('DequantizeLinear', ['x', 't'], ['y'], {}, 'n')]),
        inputs: { x: [1, 2], t: [1] },
      },
      want: "found a scale computed at run time ('t'), expected a scale that are constant; export the model with its parameters as initializers and with constant folding",
    },
    {
      why: 'for scales per block',
      parts: { ...onBytes([dequantize({ block_size: 2n })]), opset: 21 },
      want: 'found block_size 2, expected one scale, or one per index of an axis',
    },
    {
      why: 'for a scale that is none',
      parts: onBytes([dequantize()], { s: floats([], [-1]) }),
      want: 'found scale -1, expected positive, finite scales',
    },
    {
      why: 'for more scales than the axis has indices',
      parts: onBytes([dequantize()], { s: floats([3], [1, 1, 1]) }),
      want: 'found scales and zero points of shapes 3 and scalar for 1x2, expected one scale and zero point, or one for each of the 2 indices of axis 1',
    },
    {
      why: 'for a zero point of another type',
      parts: onBytes([dequantize()], { z: codes('int8', [], [0]) }),
      want: 'found a zero point of type int8, expected uint8, the type of the codes',
    },
    {
      why: 'for weights with several zero points',
      parts: onBytes([onnxNode('DequantizeLinear', ['w', 't', 'u'], ['y'], {}, 'n')], {
        w: codes('int8', [1, 2], [1, 2]),
        t: floats([2], [1, 1]),
        u: codes('int8', [2], [0, 5]),
      }),
      want: 'found zero points 0 and 5 along axis 1, expected one zero point for all of them, as ONNX Runtime asks of weights; quantize symmetrically per channel, or asymmetrically per tensor',
    },
    {
      why: 'for codes of 8-bit floats',
      parts: {
        ...onBytes([onnxNode('QuantizeLinear', ['r', 's'], ['y'], { output_dtype: 17n }, 'n')]),
        inputTypes: {},
        inputs: { r: [1, 2] },
        opset: 21,
      },
      want: 'found codes of type float8e4m3fn, expected int8, uint8, int16 or uint16',
    },
    {
      why: 'where real numbers are dequantized',
      parts: { ...onBytes([dequantize()]), inputTypes: {} },
      want: 'found an operand of type float32, expected codes: integers of 8, 16 or 32 bits',
    },
    {
      why: 'for a cast between integers',
      parts: onBytes([onnxNode('Cast', ['x'], ['y'], { to: 3n }, 'n')]),
      want: 'found a cast to int8 at run time, expected a floating-point type',
    },
    {
      why: 'for codes of two types side by side',
      parts: onBytes([onnxNode('Concat', ['x', 'c'], ['y'], { axis: 1n }, 'n')], {
        c: codes('int8', [1, 1], [0]),
      }),
      want: "node 'n' (Concat), constant 'c': found elements of type int8, expected uint8 as beside it",
    },
    {
      why: 'for a pad that is no code',
      parts: onBytes([onnxNode('Pad', ['x', 'p', 'v'], ['y'], {}, 'n')], {
        p: int64s([0, 0, 0, 1]),
        v: codes('int32', [], [256]),
      }),
      want: 'found a fill value of 256, expected a code of uint8',
    },
    {
      why: 'for a bias with fewer elements than the weights have scales',
      parts: onBytes([microsoft('QGemm', ['x', 's', 'z', 'w', 't', 'u', 'c'])], {
        w: codes('int8', [2, 2], [1, 2, 3, 4]),
        t: floats([2], [1, 1]),
        u: codes('int8', [2], [0, 0]),
        c: codes('int32', [1], [5]),
      }),
      want: 'found a bias of shape 1, expected 2 elements along its last axis, one per scale of the weights',
    },
    {
      why: 'for more zero points than rows',
      parts: onBytes([onnxNode('MatMulInteger', ['x', 'w', 'u'], ['y'], {}, 'n')], {
        w: codes('int8', [2, 1], [1, 2]),
        u: codes('uint8', [2], [0, 1]),
      }),
      want: 'found zero points of shape 2 for 1x2, expected one zero point, or one per row',
    },
    {
      why: 'for a grid made of codes',
      parts: onBytes([onnxNode('DynamicQuantizeLinear', ['x'], ['y'], {}, 'n')]),
      want: "node 'n' (DynamicQuantizeLinear): found operand 'x' of type uint8, expected real numbers",
    },
  ])('$why', ({ parts, want }) => {
    expect(refusalOf(parts)).toContain(want);
  });
});
