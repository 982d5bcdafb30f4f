import { describe, expect, it } from 'vitest';
import { tensor, type Tensor } from '../../../src/tensor/tensor.js';
import { roundRational } from '../../oracle/rational.js';
import { exactly } from '../../oracle/float32.js';
import { rescaled, sumCode } from '../../oracle/tflite-operators.js';
import { runImportedOnnx } from '../../support/onnx-imported.js';
import { int8, QdqGraph, uint8, type Grid } from '../../support/qdq-graph.js';

const [A, B, Y] = [int8(0.5, 3), int8(0.25, -2), int8(0.5)];
const as = [-128, -60, -1, 3, 4, 5, 8, 40, 127];
const bs = [-128, 31, -3, -2, 0, 5, 3, -40, 127];
const bytes = (codes: readonly number[]): Tensor => tensor('int8', [codes.length], Int8Array.from(codes));
const clamp8 = (code: number): number => Math.max(-128, Math.min(127, code));
/** To the nearest, ties to even. */
const nearestEven = (value: number): number => Number(roundRational(exactly(value), 'halfEven'));

/** What a binary operator of int8 codes makes under some semantics, and its operators. */
function binary(op: string, semantics: string, activation: string | null = null) {
  const g = new QdqGraph();
  let real = g.node(op, [g.input('a', [as.length], A), g.input('b', [bs.length], B)]);
  if (activation !== null) real = g.node(activation, [real]);
  const { graph, codes } = runImportedOnnx(g.parts(g.q(real, Y)), [bytes(as), bytes(bs)], semantics);
  return { ops: graph.nodes.map(({ op: name }) => name), codes: codes[0] };
}

/** On these grids every step in float32 is exact but the last. */
const reals = as.map((a, i) => [(a - A.zeroPoint) * A.scale, (bs[i]! - B.zeroPoint) * B.scale] as const);

describe('a binary operator between codes', () => {
  it.each([
    { op: 'Add', of: (a: number, b: number) => a + b },
    { op: 'Sub', of: (a: number, b: number) => a - b },
    { op: 'Mul', of: (a: number, b: number) => a * b },
    { op: 'Div', of: (a: number, b: number) => (a === 0 && b === 0 ? 0 : a / b) },
  ])('$op is a rule of ONNX Runtime', ({ op, of }) => {
    const want = reals.map(([a, b]) => {
      const steps = Math.fround(of(a, b)) / Y.scale;
      return Number.isFinite(steps) ? clamp8(nearestEven(steps)) : Math.sign(steps) > 0 ? 127 : -128;
    });
    expect(binary(op, 'onnxruntime')).toEqual({ ops: ['stackBinary'], codes: want });
    const rectified = want.map((code) => Math.max(0, code));
    expect(binary(op, 'onnxruntime', 'Relu')).toEqual({ ops: ['stackBinary'], codes: rectified });
  });

  it.each([
    { op: 'Add', sign: 1 },
    { op: 'Sub', sign: -1 },
  ] as const)('$op is three rescalings of TensorFlow Lite', ({ op, sign }) => {
    const output = { zeroPoint: Y.zeroPoint, min: -128, max: 127 };
    const want = as.map((a, i) =>
      sumCode([a - A.zeroPoint, bs[i]! - B.zeroPoint], [A.scale, B.scale], sign, Y.scale, output),
    );
    expect(binary(op, 'tflite-reference')).toEqual({ ops: [op.toLowerCase()], codes: want });
  });

  it.each(['tflite-reference', 'tflite-micro'])(
    'Mul is one rescaling of TensorFlow Lite (%s)',
    (semantics) => {
      const output = { zeroPoint: Y.zeroPoint, min: -128, max: 127 };
      const want = as.map((a, i) => rescaled((a - A.zeroPoint) * (bs[i]! - B.zeroPoint), 0.25, output));
      expect(binary('Mul', semantics)).toEqual({ ops: ['mul'], codes: want });
    },
  );

  it('Div is left to the host by TensorFlow Lite', () => {
    expect(new Set(binary('Div', 'tflite-reference').ops)).toEqual(new Set(['float']));
  });
});

/** All codes of int8. */
const all = Array.from({ length: 256 }, (_, i) => i - 128);

describe.each(['onnxruntime', 'tflite-reference', 'tflite-xnnpack'])('under %s', (semantics) => {
  const [from, to] = [int8(0.0625, 5), int8(0.0078125, -3)];

  it.each([
    { op: 'Sigmoid', f: (x: number) => 1 / (1 + Math.exp(-x)) },
    { op: 'Tanh', f: Math.tanh },
  ])('$op is a table', ({ op, f }) => {
    const g = new QdqGraph();
    const y = g.q(g.node(op, [g.input('x', [256], from)]), to);
    const { graph, codes } = runImportedOnnx(g.parts(y), [bytes(all)], semantics);
    expect(graph.nodes.map((node) => node.op)).toEqual(['lut']);
    const want = all.map((code) =>
      clamp8(Math.round(f((code - from.zeroPoint) * from.scale) / to.scale) + to.zeroPoint),
    );
    expect(codes[0]).toEqual(want);
  });

  it('LeakyRelu is a table', () => {
    const g = new QdqGraph();
    const y = g.q(g.node('LeakyRelu', [g.input('x', [256], int8(0.25, 5))], { alpha: 0.25 }), int8(0.25, 5));
    const { graph, codes } = runImportedOnnx(g.parts(y), [bytes(all)], semantics);
    expect(graph.nodes.map((node) => node.op)).toEqual(['lut']);
    // Below the zero point a quarter of the difference: where that is no whole step, the stacks' roundings are in their own tests.
    const known = all.filter((code) => code >= 5 || (code - 5) % 4 === 0);
    const want = known.map((code) => (code < 5 ? (code - 5) / 4 + 5 : code));
    expect(known.length).toBeGreaterThan(150);
    expect(known.map((code) => codes[0]![code + 128])).toEqual(want);
  });

  it('Softmax onto 256 steps is an integer operator', () => {
    const g = new QdqGraph();
    const y = g.q(g.node('Softmax', [g.input('x', [2, 4], int8(0.25))], { axis: -1n }), int8(2 ** -8, -128));
    const fed = tensor('int8', [2, 4], Int8Array.of(7, 7, 7, 7, 100, 100, -128, -128));
    const { graph, codes } = runImportedOnnx(g.parts(y), [fed], semantics);
    expect(graph.nodes.map((node) => node.op.toLowerCase().includes('softmax'))).toEqual([true]);
    // Four quarters; two halves.
    expect(codes[0]).toEqual([-64, -64, -64, -64, 0, 0, -128, -128]);
  });

  it.each(['Softmax', 'Sigmoid', 'Tanh', 'LeakyRelu'])('%s with a real result is left to the host', (op) => {
    const g = new QdqGraph();
    const {
      graph,
      reals: [got],
    } = runImportedOnnx(
      g.parts(g.node(op, [g.input('x', [1, 2], int8(0.5))])),
      [tensor('int8', [1, 2], Int8Array.of(0, 0))],
      semantics,
    );
    expect(graph.nodes.map((node) => (node.op === 'float' ? node.operator.op : node.op))[0]).toBe(
      'dequantizeLinear',
    );
    expect(graph.nodes).toHaveLength(2);
    const half = op === 'Softmax' || op === 'Sigmoid' ? 0.5 : 0;
    expect(got).toEqual([half, half]);
  });
});

describe('a pool between codes', () => {
  const [from, to]: [Grid, Grid] = [uint8(0.5, 10), uint8(0.25, 7)];
  const image = tensor('uint8', [1, 1, 2, 2], Uint8Array.of(12, 14, 16, 19)); // reals 1, 2, 3, 4.5

  function pool(
    op: string,
    attributes: Parameters<QdqGraph['node']>[2],
    grid: Grid,
    semantics = 'onnxruntime',
  ) {
    const g = new QdqGraph();
    const real = g.node(op, [g.input('x', [1, 1, 2, 2], from)], attributes);
    const { graph, codes } = runImportedOnnx(g.parts(g.q(real, grid)), [image], semantics);
    return [graph.nodes.map((node) => node.op).join(), ...codes[0]!];
  }
  const around = { kernel_shape: [2n, 2n], strides: [2n, 2n], pads: [1n, 1n, 1n, 1n] };

  it('AveragePool counts its padding or does not', () => {
    // Each window holds one pixel; the padded ones are real zeros. In steps of 0.25 from 7.
    expect(pool('AveragePool', { ...around, count_include_pad: 1n }, to)).toEqual([
      'stackAveragePool',
      8,
      9,
      10,
      12,
    ]);
    expect(pool('AveragePool', { ...around, count_include_pad: 0n }, to)).toEqual([
      'stackAveragePool',
      11,
      15,
      19,
      25,
    ]);
  });

  it.each([
    { op: 'AveragePool', attributes: { kernel_shape: [2n, 2n] } },
    { op: 'GlobalAveragePool', attributes: {} },
  ])('$op over the whole image is a mean', ({ op, attributes }) => {
    // 10.5 / 4 = 2.625, 10.5 steps.
    expect(pool(op, attributes, to)).toEqual(['mean', 17]);
  });

  it('TensorFlow Lite averages codes on one grid only', () => {
    const whole = { kernel_shape: [2n, 2n] };
    // Codes 12, 14, 16, 19: 15.25.
    expect(pool('AveragePool', whole, from, 'tflite-reference')).toEqual(['averagePool', 15]);
    expect(pool('AveragePool', whole, to, 'tflite-reference')[0]).toBe('float,float,float');
    expect(pool('GlobalAveragePool', {}, to, 'tflite-reference')).toEqual(['mean', 18]);
  });
});
