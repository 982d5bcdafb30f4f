import { describe, expect, it } from 'vitest';
import { cli, digits, quantizedDigits } from '../support/cli.js';
import { floats, onnxBytes, onnxNode } from '../support/onnx-model.js';

/** Inspects a file, as text and as JSON. */
async function inspected(file: string, content?: Uint8Array, ...options: readonly string[]) {
  const files = new Map(content === undefined ? [] : [[file, content]]);
  const text = await cli(['inspect', file, ...options], files);
  const json = await cli(['inspect', file, ...options, '--json'], files);
  expect([text.exitCode, json.exitCode, text.stderr]).toEqual([0, 0, '']);
  expect(text.stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  return { text: text.stdout, json: JSON.parse(json.stdout) as { totals: Record<string, number> } };
}

describe('inspect', () => {
  it('lists the nodes of an ONNX model with shapes, parameters and MACs', async () => {
    const { text, json } = await inspected(digits.model);
    expect(text).toMatch(/^10 {2}Conv_10 +Conv +1 x 32 x 7 x 7 +9,216 +451,584$/m);
    expect(text).toContain('Every node can be imported.');
    expect(json.totals).toMatchObject({ nodes: 26, refused: 0, macs: 1_097_984 });
  });

  it('says which node would be refused, and still describes the others', async () => {
    const model = onnxBytes({
      inputs: { x: [1, 3, 4, 4] },
      initializers: { w: floats([2, 3, 1, 1], [1, 2, 3, 4, 5, 6]) },
      nodes: [onnxNode('LRN', ['x'], ['n'], { size: 3n }), onnxNode('Conv', ['n', 'w'], ['y'])],
      outputs: ['y'],
    });
    const { text, json } = await inspected('net.onnx', model);
    expect(text).toMatchInlineSnapshot(`
      "net.onnx: 2 nodes, 0 MACs

      graph     small
      producer  test 1
      format    IR version 8, opset 17
      input     x float32[1x3x4x4]
      output    y float32[…]

      Nodes

      #  node    operator  output shape  parameters  MACs  note
      ------------------------------------------------------------
      0  LRN_0   LRN       ?                      –     –  refused
      1  Conv_1  Conv      ?                      –     –
      ------------------------------------------------------------
         total                                    0     0

      Would be refused

        0  LRN_0: found operator LRN; expected one of Abs, Add, AveragePool, BatchNormalization, Cast,
           Clip, Concat, Constant, Conv, ConvInteger, ConvTranspose, DepthToSpace, DequantizeLinear, Div,
           Dropout, DynamicQuantizeLinear, Erf, Exp, Flatten, Gather, Gelu, Gemm, GlobalAveragePool,
           GlobalMaxPool, HardSigmoid, HardSwish, Identity, LayerNormalization, LeakyRelu, LogSoftmax,
           MatMul, MatMulInteger, MaxPool, Mul, Neg, PRelu, Pad, Pow, QLinearConv, QLinearMatMul,
           QuantizeLinear, Reciprocal, ReduceMean, Relu, Reshape, Resize, Shape, Sigmoid, Size, Slice,
           Softmax, SpaceToDepth, Split, Sqrt, Squeeze, Sub, Sum, Tanh, Transpose, Unsqueeze, Upsample,
           com.microsoft.DequantizeLinear, com.microsoft.Gelu, com.microsoft.QGemm,
           com.microsoft.QLinearAdd, com.microsoft.QLinearAveragePool, com.microsoft.QLinearConcat,
           com.microsoft.QLinearGlobalAveragePool, com.microsoft.QLinearLeakyRelu,
           com.microsoft.QLinearMul, com.microsoft.QLinearSigmoid, com.microsoft.QLinearSoftmax,
           com.microsoft.QuantizeLinear; and on constants Ceil, ConstantOfShape, Equal, Expand, Floor,
           Greater, GreaterOrEqual, Less, LessOrEqual, Max, Min, Mod, Not, Range, Where

      Verdict

      Cannot be imported: 1 node refused, 0 other problems. 2 nodes of unknown size not in the sums."
    `);
    expect(json.totals).toMatchObject({ nodes: 2, refused: 1 });
  });

  it('fixes open dimensions', async () => {
    const model = onnxBytes({
      inputs: { x: [1, 3, 'height', 'width'] },
      initializers: { w: floats([2, 3, 1, 1], [1, 2, 3, 4, 5, 6]) },
      nodes: [onnxNode('Conv', ['x', 'w'], ['y'])],
      outputs: ['y'],
    });
    const { text, json } = await inspected('net.onnx', model, '--input-shape', 'x=1x3x5x7');
    expect(text).toContain('1 x 2 x 5 x 7');
    expect(json.totals['macs']).toBe(2 * 3 * 5 * 7);
  });

  it('lists the nodes of an integer model with the grids of their outputs', async () => {
    const { text, json } = await inspected('d.safetensors', await quantizedDigits());
    expect(text).toMatch(/^source +digits\.onnx$/m);
    expect(text).toMatch(/^ 4 {2}Conv_10 +conv2d +1 x 7 x 7 x 32 +int8 +0\.\d+ +-128 +9,344 +451,584$/m);
    expect(json.totals).toEqual({ nodes: 12, parameterBytes: 23_144, macs: 1_097_984 });
  });

  it('prints a CSV record a node, of a float model and of an integer one', async () => {
    const files = new Map([['d.safetensors', await quantizedDigits()]]);
    for (const [file, nodes] of [
      [digits.model, 26],
      ['d.safetensors', 12],
    ] as const) {
      const { exitCode, stdout } = await cli(['inspect', file, '--csv'], files);
      expect(exitCode).toBe(0);
      const [header, ...records] = stdout.split('\n').map((line) => line.split(','));
      const macs = records.map((record) => Number(record[header!.indexOf('macs')]));
      expect(records).toHaveLength(nodes);
      expect(macs.reduce((sum, count) => sum + count, 0)).toBe(1_097_984);
    }
  });

  it('describes a machine by the name of its preset', async () => {
    const { text, json } = await inspected('systolic-16x16-ws');
    expect(text).toMatch(/^array +16 x 16 systolic, weight-stationary/m);
    expect(json).toMatchObject({ machine: { array: { rows: 16, columns: 16 } } });
  });

  it('asks whether a machine was meant', async () => {
    const { exitCode, stderr } = await cli(['inspect', 'whitepaper']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/did you mean the machine 'whitepaper-16x16'\?$/);
  });
});
