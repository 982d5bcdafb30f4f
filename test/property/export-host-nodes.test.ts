import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INT8, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import type { AffineGrid } from '../../src/arith/affine.js';
import { UserError } from '../../src/core/errors.js';
import { IntegerRunner } from '../../src/engine/run.js';
import { writeOnnxQdq } from '../../src/exporters/onnx-qdq/write.js';
import { GraphBuilder } from '../../src/ir/builder.js';
import { FLOAT32, type IntGraph, type ValueType } from '../../src/ir/graph.js';
import type { FloatNode, FloatOperator, IntNode } from '../../src/ir/operators.js';
import type { UnaryFunction } from '../../src/ir/ops/elementwise.js';
import { elementCount } from '../../src/tensor/shape.js';
import { tensorFrom, type FloatTensor } from '../../src/tensor/tensor.js';
import * as any from '../arbitraries/float-nodes.js';
import { differencesFrom } from '../support/export-differences.js';
import { OrtModel, type Optimization } from '../support/onnx-runtime.js';
import type { UnplacedNode } from '../support/run-node.js';

/** A node of the host between float32 ports; the output is NCHW where `swapped`. */
function hostGraph(
  operator: FloatOperator,
  inputs: readonly FloatTensor[],
  constant: boolean,
  swapped: boolean,
  result: ValueType = FLOAT32,
): { readonly graph: IntGraph; readonly fed: readonly FloatTensor[] } {
  const builder = new GraphBuilder<IntNode>();
  const isFed = (index: number): boolean => index === 0 || !constant;
  const ids = inputs.map((operand, i) =>
    isFed(i) ? builder.addInput(`x${i}`, operand.shape) : builder.addConstant(`x${i}`, operand),
  );
  builder.addNode({ op: 'float', operator, name: 'node', inputs: ids, output: 'y' }, result);
  const ports = ids.flatMap((value, i) => (isFed(i) ? [{ name: value, value, permutation: null }] : []));
  const graph = builder.finish<IntGraph>(
    'integer',
    'host',
    ports,
    [{ name: 'result', value: 'y', permutation: null }],
    {},
  );
  const y = graph.values.get('y')!.shape;
  const permutation = swapped && y.length === 4 ? [0, 3, 1, 2] : null;
  return {
    graph: { ...graph, outputs: [{ ...graph.outputs[0]!, permutation }] },
    fed: inputs.filter((_, i) => isFed(i)),
  };
}

/** The largest relative difference of ONNX Runtime's results from the host's; null where the node has no form in the file. */
async function hostDifference(
  graph: IntGraph,
  fed: readonly FloatTensor[],
  optimization: Optimization = 'disabled',
): Promise<number | null> {
  let bytes: Uint8Array;
  try {
    bytes = writeOnnxQdq(graph);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
  const model = await OrtModel.load(bytes, optimization);
  const [theirs] = await model.run(fed);
  await model.release();
  const ours = new IntegerRunner(graph).run(fed).reals[0]!;
  expect(theirs!.shape).toEqual(ours.shape);
  return ours.data.reduce((most, want, i) => {
    const got = theirs!.data[i]!;
    const same = got === want || (Number.isNaN(got) && Number.isNaN(want));
    return same ? most : Math.max(most, Math.abs(got - want) / (1 + Math.abs(want)));
  }, 0);
}

function operatorOf({
  name: _name,
  inputs: _inputs,
  output: _output,
  ...operator
}: FloatNode): FloatOperator {
  return operator;
}

const RUNS = 15;
/** Wide pads and dilations have no form that ONNX Runtime takes. */
const REFUSED_OFTEN = 300;

/** Sums in float32 and other polynomials. */
const TOLERANCE = 1e-4;

describe('what an imported model leaves in float32 is the same operator of the file', () => {
  it.each([
    { op: 'conv2d', cases: any.anyConv2d },
    { op: 'convTranspose2d', cases: any.anyConvTranspose2d },
    { op: 'fullyConnected', cases: any.anyFullyConnected },
    { op: 'matMul', cases: any.anyMatMul },
    { op: 'add', cases: any.anyBinary('add') },
    { op: 'sub', cases: any.anyBinary('sub') },
    { op: 'mul', cases: any.anyBinary('mul') },
    { op: 'div', cases: any.anyBinary('div') },
    { op: 'pow', cases: any.anyBinary('pow') },
    { op: 'prelu', cases: any.anyPRelu },
    { op: 'batchNormalization', cases: any.anyBatchNormalization },
    { op: 'layerNormalization', cases: any.anyLayerNormalization },
    { op: 'softmax', cases: any.anySoftmax('softmax') },
    { op: 'logSoftmax', cases: any.anySoftmax('logSoftmax') },
    { op: 'maxPool', cases: any.anyPool('maxPool'), runs: REFUSED_OFTEN },
    { op: 'averagePool', cases: any.anyPool('averagePool'), runs: REFUSED_OFTEN },
    { op: 'mean', cases: any.anyMean },
    { op: 'resize', cases: any.anyResize },
  ])('$op', async ({ cases, runs = RUNS }) => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async ({ node, inputs, constant }, swapped) => {
        const { graph, fed } = hostGraph(operatorOf(node), inputs, constant, swapped);
        const difference = await hostDifference(graph, fed);
        if (difference === null) return;
        compared += 1;
        expect(difference).toBeLessThanOrEqual(TOLERANCE);
      }),
      { numRuns: runs },
    );
    expect(compared).toBeGreaterThan(3);
  });

  const reals = [-9, -4, -3, -1.5, -1, -0.25, 0.125, 0.5, 1, 2, 3, 7.5];
  const functions: readonly UnaryFunction[] = [
    { kind: 'clip', min: 0, max: Infinity },
    { kind: 'clip', min: -1, max: 1 },
    { kind: 'clip', min: -Infinity, max: 2 },
    { kind: 'leakyRelu', slope: 0.3 },
    { kind: 'sigmoid' },
    { kind: 'tanh' },
    { kind: 'hardSigmoid', slope: 0.3, offset: 0.4 },
    { kind: 'hardSwish' },
    { kind: 'elu' },
    { kind: 'abs' },
    { kind: 'gelu', approximation: 'none' },
    { kind: 'gelu', approximation: 'tanh' },
    { kind: 'erf' },
    { kind: 'exp' },
    { kind: 'sqrt' },
    { kind: 'reciprocal' },
    { kind: 'power', exponent: 3 },
    { kind: 'affine', scale: -2, offset: 0.5 },
    { kind: 'affine', scale: 1, offset: 0.5 },
  ];
  it.each(functions)('$kind of each element', async (f) => {
    const data = f.kind === 'sqrt' ? reals.map(Math.abs) : reals;
    const x = tensorFrom('float32', [1, 2, 2, 3], data);
    const { graph, fed } = hostGraph({ op: 'unary', function: f }, [x], true, true);
    expect(await hostDifference(graph, fed)).toBeLessThanOrEqual(1e-6);
  });

  it('moves elements, and repeats borders', async () => {
    const x = tensorFrom('float32', [1, 3, 2, 2], reals);
    const operators: readonly FloatOperator[] = [
      { op: 'reshape', shape: [4, 3] },
      { op: 'transpose', permutation: [0, 3, 1, 2] },
      { op: 'slice', starts: [0, 2, 0, 1], sizes: [1, 3, 1, 2], steps: [1, -1, 1, -1] },
      { op: 'gather', axis: 1, indices: [2, 0], indicesShape: [2] },
      { op: 'pad', before: [0, 2, 1, 0], after: [0, 3, 2, 1], mode: 'symmetric', value: 0 },
      { op: 'pad', before: [0, 2, 1, 0], after: [0, 1, 0, 1], mode: 'reflect', value: 0 },
      { op: 'pad', before: [0, 2, 1, 0], after: [0, 1, 0, 1], mode: 'constant', value: 2.5 },
    ];
    for (const operator of operators) {
      const { graph, fed } = hostGraph(operator, [x], true, true);
      expect(await hostDifference(graph, fed)).toBe(0);
    }
  });

  it.each([
    { keepDims: false, axis: 3 },
    { keepDims: true, axis: 1 },
  ])('gives indices as int32 (axis $axis, kept: $keepDims)', async ({ axis, keepDims }) => {
    const x = tensorFrom('float32', [1, 3, 2, 2], [1, 5, 3, 3, 4, 4, -1, 2, 0, 9, 8, 7]);
    const type: ValueType = { kind: 'int', format: { bits: 32, signed: true }, quantization: null };
    const { graph, fed } = hostGraph({ op: 'argMax', axis, keepDims }, [x], true, true, type);
    expect(await hostDifference(graph, fed)).toBe(0);
  });
});

const CODES = 7 * 5 * 4;
const grid = (scale: number, zeroPoint: number, format: IntFormat): AffineGrid => ({
  scale: Math.fround(scale),
  zeroPoint,
  format,
});

/** Operators by a stack's rule, and how many operands they take. */
const stackNodes = (a: AffineGrid, b: AffineGrid, y: AffineGrid) => {
  const clamp = y.format.signed ? { min: -100, max: 90 } : { min: 20, max: 250 };
  const ends = { inputGrid: a, outputGrid: y } as const;
  const window = {
    kernelHeight: 2,
    kernelWidth: 3,
    strideHeight: 1,
    strideWidth: 2,
    padTop: 1,
    padBottom: 0,
    padLeft: 1,
    padRight: 1,
    dilationHeight: 1,
    dilationWidth: 1,
  } as const;
  const binary = { op: 'stackBinary', inputGrids: [a, b], outputGrid: y, clamp } as const;
  const taps = { lower: [0, 0, 1, 3], upper: [0, 1, 2, 4], upperWeight: [0, 0.625, 0.25, 0.875] };
  const nodes: readonly { node: UnplacedNode; operands: number }[] = [
    { node: { ...binary, rule: 'xnnpack-add' }, operands: 2 },
    { node: { ...binary, rule: 'xnnpack-sub' }, operands: 2 },
    { node: { ...binary, rule: 'onnxruntime-mul' }, operands: 2 },
    { node: { ...binary, rule: 'float32-div' }, operands: 2 },
    { node: { ...binary, rule: 'tflite-prelu' }, operands: 2 },
    { node: { op: 'stackSoftmax', rule: 'tflite-softmax-table', ...ends, beta: 1.5 }, operands: 1 },
    { node: { op: 'stackSoftmax', rule: 'tflite-log-softmax', ...ends, beta: 1 }, operands: 1 },
    {
      node: {
        op: 'stackAveragePool',
        rule: 'onnxruntime-average-pool',
        ...window,
        ...ends,
        countIncludePad: false,
        clamp,
      },
      operands: 1,
    },
    {
      node: { op: 'stackMean', rule: 'xnnpack-mean', axes: [1, 2], keepDims: false, ...ends, clamp },
      operands: 1,
    },
    { node: { op: 'stackResize', rule: 'tflite-float-resize', rows: taps, columns: taps }, operands: 1 },
  ];
  // TensorFlow Lite's log-softmax is one of int8.
  return nodes.filter(
    ({ node }) => y.format.signed || !('rule' in node && node.rule === 'tflite-log-softmax'),
  );
};

describe('what follows the rule of a stack differs by at most one code', () => {
  it.each([INT8, UINT8])('with codes of $bits bits, signed: $signed', async (format) => {
    const middle = format.signed ? 0 : 128;
    const [a, b] = [grid(0.037, middle + 5, format), grid(0.021, middle - 9, format)];
    for (const { node, operands } of stackNodes(a, b, grid(0.051, middle - 3, format))) {
      const y = gridOfResult(node, a, format);
      const placed = 'outputGrid' in node ? { ...node, outputGrid: y } : node;
      const builder = new GraphBuilder<IntNode>();
      const ids = [a, b]
        .slice(0, operands)
        .map((each, i) => builder.addInput(`x${i}`, [1, 7, 5, 4], typeOf(each)));
      builder.addNode({ ...placed, name: 'node', inputs: ids, output: 'y' }, typeOf(y));
      const graph = builder.finish<IntGraph>(
        'integer',
        'stack',
        ids.map((value) => ({ name: value, value, permutation: null })),
        [{ name: 'result', value: 'y', permutation: null }],
        {},
      );
      const fed = [a, b].slice(0, operands).map((each, i) => {
        const codes = Array.from({ length: CODES }, (_, k) => ((k * 37 + i * 101) % 199) - 99 + middle);
        return tensorFrom(
          'float32',
          [1, 7, 5, 4],
          codes.map((code) => each.scale * (code - each.zeroPoint)),
        );
      });
      const model = await OrtModel.load(writeOnnxQdq(graph), 'disabled');
      const found = differencesFrom(graph, new IntegerRunner(graph).run(fed), await model.run(fed));
      await model.release();
      expect(found.values).toBe(elementCount(graph.values.get('y')!.shape));
      expect({ op: node.op, largest: found.largest }).toEqual({
        op: node.op,
        largest: expect.toSatisfy((largest: number) => largest <= 1),
      });
    }
  });
});

/** A softmax has its own grid, and a resize its operand's. */
function gridOfResult(node: UnplacedNode, input: AffineGrid, format: IntFormat): AffineGrid {
  if (node.op === 'stackResize') return input;
  if (node.op === 'stackSoftmax') {
    return node.rule === 'tflite-log-softmax'
      ? grid(16 / 256, format.signed ? 127 : 255, format)
      : grid(1 / 256, format.signed ? -128 : 0, format);
  }
  return 'outputGrid' in node ? node.outputGrid : input;
}

const typeOf = ({ scale, zeroPoint, format }: AffineGrid): ValueType => ({
  kind: 'int',
  format,
  quantization: { scales: [scale], zeroPoint, axis: null },
});
