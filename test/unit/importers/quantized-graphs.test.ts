import { describe, expect, it } from 'vitest';
import { quantizeLinear } from '../../../src/arith/onnxruntime/quantize-linear.js';
import type { IntGraph } from '../../../src/ir/graph.js';
import { tensor, type Tensor } from '../../../src/tensor/tensor.js';
import type { ModelParts } from '../../support/onnx-model.js';
import { runImportedOnnx } from '../../support/onnx-imported.js';
import { int8, QdqGraph, uint8, type Grid } from '../../support/qdq-graph.js';

const bytes = (...codes: number[]): Tensor => tensor('int8', [codes.length], Int8Array.from(codes));
const float32s = (...reals: number[]): Tensor => tensor('float32', [reals.length], Float32Array.from(reals));

/** Operators of a graph, those of the host marked. */
const opsOf = ({ nodes }: IntGraph): string[] =>
  nodes.map((node) => (node.op === 'float' ? `host ${node.operator.op}` : node.op));

/** A model out of one description, run on one input. */
function run(build: (g: QdqGraph) => readonly string[], fed: readonly Tensor[], semantics?: string) {
  const g = new QdqGraph();
  const outputs = build(g);
  const result = runImportedOnnx(g.parts(...outputs), fed, semantics);
  return { ...result, ops: opsOf(result.graph) };
}

const square = (g: QdqGraph): string =>
  g.constant({ type: 'int8', shape: [2, 2], data: [1, 2, 3, -4], scales: [1] });
const row = (...codes: number[]): Tensor => tensor('int8', [1, codes.length], Int8Array.from(codes));

describe('codes between operators', () => {
  it('are read through one dequantization by two operators', () => {
    const { ops, codes } = run(
      (g) => {
        const x = g.input('x', [3], int8(0.5));
        return [g.q(g.node('Relu', [x]), int8(0.5)), g.q(g.node('Neg', [x]), int8(0.5))];
      },
      [bytes(-5, 0, 7)],
    );
    expect(ops).toEqual(['lut', 'lut']);
    expect(codes).toEqual([
      [0, 0, 7],
      [5, 0, -7],
    ]);
  });

  it('are dequantized twice and quantized once', () => {
    const grid = int8(0.5, 1);
    const { ops, codes } = run(
      (g) => {
        const quantized = g.q(g.node('Relu', [g.input('x', [3], int8(0.25))]), grid);
        const [a, b] = [g.dq(quantized, grid), g.dq(quantized, grid)];
        return [g.q(g.node('Add', [a, b]), grid), g.q(g.node('Mul', [a, b]), grid)];
      },
      [bytes(-5, 4, 6)],
    );
    expect(ops).toEqual(['lut', 'stackBinary', 'stackBinary']);
    // Reals 0, 1, 1.5; twice that and its square, in steps of 0.5 from 1. QLinearMul rounds 4.5 + 1, the even neighbour of which is 6.
    expect(codes).toEqual([
      [1, 5, 7],
      [1, 3, 6],
    ]);
  });

  // Codes −12, 1, 3, 127 of 0.25. TensorFlow Lite rounds 0.25 twice: to a half of the last bit but one, and that away from zero.
  it.each([
    { semantics: 'onnxruntime', want: [125, 128, 129, 160] },
    { semantics: 'tflite-reference', want: [125, 129, 129, 160] },
  ])('come onto another grid under $semantics', ({ semantics, want }) => {
    const { codes } = run(
      (g) => [g.q(g.qdq(g.reals('x', [4]), int8(0.25)), uint8(1))],
      [float32s(-3, 0.25, 0.75, 300)],
      semantics,
    );
    expect(codes).toEqual([want]);
  });

  it('stay where they are for another quantization on the same grid', () => {
    const { ops, codes } = run((g) => [g.q(g.input('x', [2], int8(0.3, 4)), int8(0.3, 4))], [bytes(-5, 9)]);
    expect(ops).toEqual([]);
    expect(codes).toEqual([[-5, 9]]);
  });

  it('leave the graph as codes and as real numbers', () => {
    const { graph, codes, reals } = run(
      (g) => {
        const quantized = g.q(g.node('Relu', [g.input('x', [2], int8(0.5))]), uint8(0.25, 10));
        return [quantized, g.dq(quantized, uint8(0.25, 10))];
      },
      [bytes(-5, 9)],
    );
    expect(graph.outputs.map(({ takesCodes }) => takesCodes)).toEqual([true, undefined]);
    expect(codes).toEqual([
      [10, 28],
      [10, 28],
    ]);
    expect(reals[1]).toEqual([0, 4.5]);
  });

  it('of 32 bits leave as float32 numbers, rounded twice', () => {
    const wide: Grid = { type: 'int32', scale: 3, zeroPoint: 0 };
    const { reals } = run(
      (g) => [g.input('x', [1], wide)],
      [tensor('int32', [1], Int32Array.of(2 ** 24 + 1))],
    );
    // 2^24 + 1 is no float32: 2^24. Three times that is one; 3 · (2^24 + 1) would go to 3 · 2^24 + 4.
    expect(reals).toEqual([[3 * 2 ** 24]]);
  });
});

describe('a graph input', () => {
  it('of real numbers that are quantized is codes', () => {
    const { graph, ops } = run((g) => [g.qdq(g.reals('x', [1]), int8(0.5))], [float32s(1)]);
    expect(ops).toEqual([]);
    expect(graph.values.get(graph.inputs[0]!.value)!.type.kind).toBe('int');
  });

  it('rounds as QuantizeLinear does: the quotient is a float32', () => {
    // The double quotient is beside the tie that the float32 quotient is.
    const scale = Math.fround(0.1);
    const reals = Array.from({ length: 100 }, (_, k) => Math.fround(Math.fround(k + 0.5) * scale));
    const besides = reals.filter((x) => Math.fround(x / scale) % 1 === 0.5 && (x / scale) % 1 !== 0.5);
    const { codes } = run((g) => [g.q(g.reals('x', [besides.length]), int8(0.1))], [float32s(...besides)]);
    const format = { bits: 8, signed: true };
    const want = besides.map((x) => quantizeLinear(x, { scale, zeroPoint: 0, format }));
    expect(want.filter((code, i) => code !== Math.round(besides[i]! / scale)).length).toBeGreaterThan(5);
    expect(codes).toEqual([want]);
  });

  it('that two quantizations read stays real', () => {
    const { ops, codes } = run(
      (g) => {
        const x = g.reals('x', [2]);
        return [g.q(x, int8(0.5)), g.q(x, int8(0.25))];
      },
      [float32s(-1, 2.25)],
    );
    expect(ops).toEqual(['host quantizeLinear', 'host quantizeLinear']);
    expect(codes).toEqual([
      [-2, 4],
      [-4, 9],
    ]);
  });
});

describe('what has no integer form is left to the host', () => {
  it('an operator in the middle, with what brings its operands and takes its result', () => {
    const { ops, codes } = run(
      (g) => {
        const x = g.qdq(g.node('MatMul', [g.input('x', [1, 2], int8(0.5)), square(g)]), int8(0.5));
        const y = g.qdq(g.node('Exp', [x]), uint8(1, 0));
        return [g.q(g.node('MatMul', [y, square(g)]), int8(1))];
      },
      [row(4, 0)],
    );
    expect(ops).toEqual([
      'fullyConnected',
      'host dequantizeLinear',
      'host unary',
      'host quantizeLinear',
      'fullyConnected',
    ]);
    // Reals 2, 4; exponentials 7.39 and 54.6, so 7 and 55; 7 + 3 · 55 and 14 − 4 · 55.
    expect(codes).toEqual([[127, -128]]);
  });

  it('an operator beside a real constant', () => {
    const { ops, codes } = run(
      (g) => [g.q(g.node('Add', [g.input('x', [2], int8(0.5)), g.floats([2], [0.75, 1])]), int8(0.5))],
      [bytes(1, 2)],
    );
    expect(ops).toEqual(['host dequantizeLinear', 'host add', 'host quantizeLinear']);
    expect(codes).toEqual([[2, 4]]);
  });

  it('a layer whose activation has other readers', () => {
    const { ops, codes, reals } = run(
      (g) => {
        const y = g.node('Relu', [g.node('MatMul', [g.input('x', [1, 2], int8(0.5)), square(g)])]);
        return [g.q(y, int8(1)), y];
      },
      [row(1, 1)],
    );
    expect(ops.filter((op) => !op.startsWith('host'))).toEqual([]);
    // Reals 2 and −1.
    expect([codes[0], reals[1]]).toEqual([
      [2, 0],
      [2, 0],
    ]);
  });

  it('a layer whose result is read before the activation, too', () => {
    const { ops, codes, reals } = run(
      (g) => {
        const y = g.node('MatMul', [g.input('x', [1, 2], int8(0.5)), square(g)]);
        return [g.q(g.node('Relu', [y]), int8(1)), y];
      },
      [row(1, 1)],
    );
    expect(ops.filter((op) => !op.startsWith('host'))).toEqual([]);
    expect([codes[0], reals[1]]).toEqual([
      [2, 0],
      [2, -1],
    ]);
  });

  const wide: Grid = { type: 'int32', scale: 0.5, zeroPoint: 0 };
  const operators: readonly (readonly [string, (g: QdqGraph, x: string) => string, readonly number[]])[] = [
    ['Relu', (g, x) => g.node('Relu', [x]), [0, 14]],
    ['Add', (g, x) => g.node('Add', [x, x]), [-20, 28]],
    ['MatMul', (g, x) => g.node('MatMul', [x, square(g)]), [32, -76]],
    ['Concat', (g, x) => g.node('Concat', [x, g.input('y', [1, 1], int8(1))], { axis: 1n }), [-10, 14, 12]],
    ['nothing', (_, x) => x, [-10, 14]],
  ];
  it.each(
    operators.flatMap(([name, build, want]) =>
      ['onnxruntime', 'tflite-reference', 'tflite-xnnpack', 'cmsis-nn-double'].map((semantics) => ({
        name,
        build,
        want,
        semantics,
      })),
    ),
  )('$name of codes of 32 bits under $semantics', ({ build, want, semantics }) => {
    const g = new QdqGraph();
    const parts = (): ModelParts => g.parts(g.q(build(g, g.input('x', [1, 2], wide)), int8(0.5)));
    const fed: Tensor[] = [
      tensor('int32', [1, 2], Int32Array.of(-10, 14)),
      tensor('int8', [1, 1], Int8Array.of(6)),
    ];
    const model = parts();
    const { codes } = runImportedOnnx(model, fed.slice(0, Object.keys(model.inputs!).length), semantics);
    expect(codes).toEqual([want]);
  });
});
