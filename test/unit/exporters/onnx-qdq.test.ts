import { describe, expect, it } from 'vitest';
import { INT16, INT32, INT8, UINT8, type IntFormat } from '../../../src/arith/int-format.js';
import type { Requantizer } from '../../../src/arith/requantizer.js';
import { writeOnnxQdq } from '../../../src/exporters/onnx-qdq/write.js';
import type { OnnxAttributeValue, OnnxModel, OnnxNode } from '../../../src/formats/onnx.js';
import { parseOnnxModel } from '../../../src/formats/onnx-reader.js';
import { decodeOnnxTensor } from '../../../src/formats/onnx-tensor.js';
import type { Quantization } from '../../../src/ir/graph.js';
import { POINT_WINDOW } from '../../../src/tensor/window.js';
import { griddedNode } from '../../support/gridded-node.js';
import { activation, constant, type TestOperand, type UnplacedNode } from '../../support/run-node.js';

const HALF: Requantizer = { kind: 'shift', rounding: 'halfUp', shifts: [1] };
const FULL = { min: -128, max: 127 };
const stage = { requantizer: HALF, outputZeroPoint: 0, clamp: FULL };
const layer = { inputZeroPoint: 3, weightZeroPoint: 0, ...stage };
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
const count = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
const x = (...shape: number[]): TestOperand => activation(INT8, shape, zeros(count(shape)));
const numbered = (...shape: number[]): TestOperand =>
  constant(
    INT8,
    shape,
    zeros(count(shape)).map((_, i) => i),
  );
const bias = (...codes: number[]): TestOperand => constant(INT32, [codes.length], codes);

function exported(
  node: UnplacedNode,
  operands: readonly TestOperand[],
  format: IntFormat = INT8,
  swapped = false,
): OnnxModel {
  return parseOnnxModel(writeOnnxQdq(griddedNode({ node, operands, format }, swapped).graph));
}

const operators = ({ graph }: OnnxModel): string[] => graph.nodes.map(({ opType }) => opType);

/** What stands between quantizing and dequantizing. */
const core = (model: OnnxModel): string[] =>
  operators(model).filter((name) => !/^(De)?[qQ]uantizeLinear$/.test(name));

function nodeOf(model: OnnxModel, opType: string): OnnxNode {
  const node = model.graph.nodes.find((candidate) => candidate.opType === opType);
  if (node === undefined) throw new Error(`no ${opType} among ${operators(model).join(', ')}`);
  return node;
}

const plain = (attribute: OnnxAttributeValue): unknown => {
  if (attribute.kind === 'int') return Number(attribute.value);
  return attribute.kind === 'ints' ? attribute.value.map(Number) : attribute.value;
};

/** The attributes of the first node of a type: integers as numbers. */
function attributesOf(model: OnnxModel, opType: string): Record<string, unknown> {
  return Object.fromEntries(
    nodeOf(model, opType).attributes.map((attribute) => [attribute.name, plain(attribute)]),
  );
}

const version = (model: OnnxModel) => [model.opsetImports[0]!.version, model.irVersion];

/** A constant, by its name's beginning. */
function initializer(
  model: OnnxModel,
  stem: string,
): { type: string; shape: readonly number[]; values: number[] } {
  const found = model.graph.initializers.find(({ name }) => name.startsWith(stem));
  if (found === undefined) throw new Error(`no initializer ${stem}`);
  const { type, shape, data } = decodeOnnxTensor(found);
  return { type, shape, values: Array.from(data as ArrayLike<number>, Number) };
}

describe('a layer', () => {
  const window = { ...POINT_WINDOW, kernelHeight: 2, padTop: 1, strideWidth: 2 };
  const conv: UnplacedNode = { op: 'conv2d', ...window, groups: 1, ...layer };
  const operands = [x(1, 4, 4, 2), numbered(3, 2, 1, 2), bias(10, 20, 30)];

  it('is a Conv between its operands dequantized and its result quantized', () => {
    const model = exported(conv, operands, INT8, true);
    const dequantize = 'DequantizeLinear';
    expect(operators(model)).toEqual([
      'QuantizeLinear',
      dequantize,
      dequantize,
      dequantize,
      'Conv',
      'QuantizeLinear',
      dequantize,
    ]);
    expect(attributesOf(model, 'Conv')).toEqual({
      kernel_shape: [2, 1],
      strides: [1, 2],
      pads: [1, 0, 0, 0],
      group: 1,
    });
    expect(model.opsetImports).toEqual([{ domain: '', version: 13 }]);
  });

  it('has its weights as OIHW codes', () => {
    const { type, shape, values } = initializer(exported(conv, operands), 'operand1_quantized');
    expect({ type, shape }).toEqual({ type: 'int8', shape: [3, 2, 2, 1] });
    expect(values).toEqual([0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11]);
  });

  it('has its bias without the zero-point term: 10 + 3 · (0 + 1 + 2 + 3), …', () => {
    const { type, values } = initializer(exported(conv, operands), 'operand2_quantized');
    expect({ type, values }).toEqual({ type: 'int32', values: [10 + 18, 20 + 66, 30 + 114] });
  });

  it('with asymmetric weights: 10 + 3 · (0 + 1 + 2 + 3 − 4 · 1), …', () => {
    const asymmetric: UnplacedNode = { ...conv, weightZeroPoint: 1 };
    const model = exported(asymmetric, operands);
    expect(initializer(model, 'operand2_quantized').values).toEqual([10 + 6, 20 + 54, 30 + 102]);
    expect(initializer(model, 'operand1_zero_point').values).toEqual([1]);
  });

  it('has no bias where there is none', () => {
    const model = exported(conv, [operands[0]!, operands[1]!, bias(-18, -66, -114)]);
    expect(nodeOf(model, 'Conv').inputs).toHaveLength(2);
  });

  it('needs transposes where its ports are NHWC', () => {
    expect(core(exported(conv, operands, INT8, true))).toEqual(['Conv']);
    expect(core(exported(conv, operands))).toEqual(['Transpose', 'Conv', 'Transpose']);
  });

  it('has a scale a channel along the axis of the channels', () => {
    const perChannel: Requantizer = { kind: 'shift', rounding: 'halfUp', shifts: [1, 2, 3] };
    const model = exported({ ...conv, requantizer: perChannel }, operands);
    const scales = initializer(model, 'operand1_scale').values;
    expect(scales.map((scale) => scales[0]! / scale)).toEqual([1, 2, 4]);
    const weight = model.graph.nodes.find(({ name }) => name === 'operand1_DequantizeLinear')!;
    expect(weight.attributes).toEqual([{ name: 'axis', kind: 'int', value: 0n }]);
  });

  const clamped = (min: number, max: number, outputZeroPoint = -5) =>
    exported({ ...conv, outputZeroPoint, clamp: { min, max } }, operands, INT8, true);

  it('is clipped only where its clamp is narrower than its type', () => {
    expect(core(clamped(-128, 127))).toEqual(['Conv']);
    expect(core(clamped(-5, 127))).toEqual(['Conv', 'Relu']);
    expect(core(clamped(-128, 127, -128))).toEqual(['Conv']);
    expect(core(clamped(-5, 60))).toEqual(['Conv', 'Clip']);
    expect(core(clamped(-128, 60))).toEqual(['Conv', 'Clip']);
    expect(nodeOf(clamped(-128, 60), 'Clip').inputs[1]).toBe('');
  });

  it('of four bits is clipped to them', () => {
    const narrow = { ...conv, clamp: { min: -8, max: 7 } };
    const model = exported(narrow, operands, { bits: 4, signed: true }, true);
    expect(core(model)).toEqual(['Conv', 'Clip']);
    const scale = initializer(model, 'result_scale').values[0]!;
    expect(initializer(model, 'result_min').values[0]).toBeCloseTo(-8 * scale, 6);
    expect(initializer(model, 'result_max').values[0]).toBeCloseTo(7 * scale, 6);
  });

  it('of a matrix is a Gemm, of other tensors a MatMul', () => {
    const node: UnplacedNode = { op: 'fullyConnected', ...layer };
    const rest = [numbered(3, 2), bias(1, 2, 3)];
    const gemm = exported(node, [x(4, 2), ...rest]);
    expect(core(gemm)).toEqual(['Gemm']);
    expect(attributesOf(gemm, 'Gemm')).toEqual({ transB: 1 });
    const product = exported(node, [x(5, 4, 2), ...rest]);
    expect(core(product)).toEqual(['MatMul', 'Add']);
    expect(initializer(product, 'operand1_quantized')).toMatchObject({
      shape: [2, 3],
      values: [0, 2, 4, 1, 3, 5],
    });
  });

  it('that spreads has its weights input channels first', () => {
    const node: UnplacedNode = {
      op: 'convTranspose2d',
      ...window,
      strideWidth: 1,
      padTop: 0,
      groups: 2,
      outputPaddingHeight: 0,
      outputPaddingWidth: 0,
      ...layer,
    };
    const model = exported(node, [x(1, 4, 4, 2), numbered(4, 2, 1, 1), bias(0, 0, 0, 0)]);
    expect(attributesOf(model, 'ConvTranspose')).toMatchObject({ group: 2, kernel_shape: [2, 1] });
    const { shape, values } = initializer(model, 'operand1_quantized');
    expect({ shape, values }).toEqual({ shape: [2, 2, 2, 1], values: [0, 1, 2, 3, 4, 5, 6, 7] });
  });
});

describe('other nodes', () => {
  const window = { ...POINT_WINDOW, kernelHeight: 2, kernelWidth: 2 };
  const same = { inputZeroPoint: 0, ...stage };

  it.each<{
    node: UnplacedNode;
    operands: TestOperand[];
    becomes: string[];
    attributes: object;
    format?: IntFormat;
  }>([
    {
      node: { op: 'matMul', inputZeroPoints: [0, 0], ...stage },
      operands: [x(2, 3), x(3, 4)],
      becomes: ['MatMul'],
      attributes: {},
    },
    {
      node: { op: 'mul', inputZeroPoints: [0, 0], ...stage },
      operands: [x(2, 3), numbered(3)],
      becomes: ['Mul'],
      attributes: {},
    },
    {
      node: { op: 'sub', inputZeroPoints: [0, 0], leftShift: 4, inputRequantizers: [HALF, HALF], ...stage },
      operands: [x(2, 3), x(2, 3)],
      becomes: ['Sub'],
      attributes: {},
    },
    { node: { op: 'requantize', ...same }, operands: [x(5)], becomes: [], attributes: {} },
    {
      node: { op: 'maxPool', ...window },
      operands: [x(1, 3, 3, 2)],
      becomes: ['MaxPool'],
      attributes: { kernel_shape: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0] },
    },
    {
      node: { op: 'averagePool', ...window, countIncludePad: true, inputZeroPoint: 0, clamp: FULL },
      operands: [x(1, 3, 3, 2)],
      becomes: ['AveragePool'],
      attributes: { kernel_shape: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0], count_include_pad: 1 },
    },
    {
      node: { op: 'mean', axes: [1, 2], keepDims: false, ...same },
      operands: [x(1, 3, 3, 2)],
      becomes: ['ReduceMean'],
      attributes: { axes: [2, 3], keepdims: 0 }, // the port is NCHW
    },
    {
      node: { op: 'softmax', multiplier: 2 ** 30, leftShift: 22, smallestDifference: -248 },
      operands: [x(1, 3, 3, 2)],
      becomes: ['Softmax'],
      attributes: { axis: 1 },
    },
    {
      node: { op: 'layerNormalization', epsilon: 4, fractionBits: 8, ...stage },
      operands: [x(2, 3), constant(INT16, [3], [9, 9, 9]), bias(1, 2, 3)],
      becomes: ['LayerNormalization'],
      attributes: { axis: -1, epsilon: expect.closeTo(4 * (0.0371 / 3) ** 2, 7) },
    },
    {
      node: { op: 'lut' },
      operands: [activation({ bits: 2, signed: true }, [1], [0]), constant(UINT8, [4], [9, 8, 7, 6])],
      becomes: ['Clip', 'Cast', 'Add', 'Gather'],
      attributes: { axis: 0 },
      format: UINT8,
    },
  ])('$node.op', ({ node, operands, becomes, attributes, format = INT8 }) => {
    const model = exported(node, operands, format, true);
    expect(core(model)).toEqual(becomes);
    const last = becomes.at(-1) ?? 'DequantizeLinear';
    expect(attributesOf(model, last)).toEqual(attributes);
  });

  it('a softmax whose factor is not its input’s scale multiplies first', () => {
    const { graph } = griddedNode(
      {
        node: { op: 'softmax', multiplier: 2 ** 30, leftShift: 22, smallestDifference: -248 },
        operands: [x(2, 3)],
        format: INT8,
      },
      false,
    );
    const values = new Map(graph.values);
    const input = values.get('operand0')!;
    const halved: Quantization = { scales: [2 ** -6], zeroPoint: 0, axis: null };
    values.set('operand0', { ...input, type: { kind: 'int', format: INT8, quantization: halved } });
    const model = parseOnnxModel(writeOnnxQdq({ ...graph, values }));
    expect(core(model)).toEqual(['Mul', 'Softmax']);
    expect(initializer(model, 'node_beta').values).toEqual([2]); // 2^30 · 2^(22 − 57) / 2^−6
  });

  it.each([
    { why: 'half_pixel', weights: [0, 256, 768, 256, 768, 0], mode: 'Resize' },
    { why: 'taps of no rule', weights: [0, 256, 768, 256, 700, 0], mode: 'MatMul' },
  ])('a resize by $why is a $mode', ({ weights, mode }) => {
    const taps = { lower: [0, 0, 0, 1, 1, 2], upper: [1, 1, 1, 2, 2, 2], upperWeight: weights };
    const node: UnplacedNode = {
      op: 'resize',
      rows: taps,
      columns: taps,
      rounding: 'halfAwayFromZero',
      weightBits: 10,
    };
    expect(core(exported(node, [x(1, 3, 3, 2)], INT8, true))[0]).toBe(mode);
  });

  it('are written for the opset that has them', () => {
    const requantize: UnplacedNode = { op: 'requantize', ...same };
    const normalize: UnplacedNode = { op: 'layerNormalization', epsilon: 4, fractionBits: 8, ...stage };
    const parameters = [constant(INT16, [3], [9, 9, 9]), bias(1, 2, 3)];
    expect(version(exported(requantize, [x(2)]))).toEqual([13, 7]);
    expect(version(exported(normalize, [x(2, 3), ...parameters]))).toEqual([17, 8]);
    expect(version(exported(requantize, [x(2)], INT16))).toEqual([21, 10]);
    const mean: UnplacedNode = { op: 'mean', axes: [0], keepDims: true, ...same };
    expect(nodeOf(exported(mean, [x(2, 3)], INT16), 'ReduceMean').inputs).toHaveLength(2);
    expect(nodeOf(exported(mean, [x(2, 3)]), 'ReduceMean').inputs).toHaveLength(1);
  });
});
