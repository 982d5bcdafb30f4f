import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { parseModel } from '../../../src/importers/load-model.js';
import { importedInteger } from '../../support/onnx-imported.js';
import { messageOf, onnxBytes } from '../../support/onnx-model.js';
import { int16, int8, QdqGraph, uint8, type Grid } from '../../support/qdq-graph.js';

/** A layer of one product, with a bias where one is given. */
const layer = (input: Grid, weight: number, output: Grid, bias?: number): Uint8Array => {
  const g = new QdqGraph();
  const operands = [
    g.input('x', [1, 1], input),
    g.constant({ type: 'int8', shape: [1, 1], data: [127], scales: [weight] }),
  ];
  if (bias !== undefined) {
    operands.push(g.constant({ type: 'int32', shape: [1], data: [bias], scales: [input.scale * weight] }));
  }
  return onnxBytes(g.parts(g.q(g.node('Gemm', operands), output)));
};
const refusal = (model: Uint8Array, semantics?: string): string =>
  messageOf(() => importedInteger(model, semantics));

describe('a model is refused', () => {
  it('for semantics nobody knows, with the nearest name', () => {
    const message = refusal(layer(int8(1), 1, int8(1)), 'onnxruntme');
    expect(message).toContain("--semantics: found 'onnxruntme', expected tflite-reference, tflite-xnnpack,");
    expect(message).toContain("did you mean 'onnxruntime'?");
  });

  it('for a requantizer that is not made for any factor', () => {
    expect(refusal(layer(int8(1), 1, int8(1)), 'shift-half-up')).toContain(
      "found 'shift-half-up', a rule that is not made for any factor and zero point",
    );
  });

  it('for semantics of a float model', () => {
    const g = new QdqGraph();
    const model = onnxBytes(g.parts(g.node('Relu', [g.reals('x', [1])])));
    const load = (): unknown => parseModel(model, { file: 'm.onnx', semantics: 'onnxruntime' });
    expect(load).toThrow(UserError);
    expect(load).toThrow(
      'm.onnx: --semantics: found onnxruntime for a float model, which has no integer arithmetic yet',
    );
  });

  it('for a factor beyond a requantizer that was named', () => {
    expect(refusal(layer(int8(1e6), 1e6, int8(1e-3)), 'cmsis-nn-double')).toMatch(
      /^model\.onnx: node 'Gemm_\d+' \(fullyConnected\): found a factor of 9999999\d+, expected factors within the reach of requantizer cmsis-nn-double; see 'bitmac rounding show cmsis-nn-double'$/,
    );
  });

  it.each(['onnxruntime', 'tflite-reference', 'tflite-xnnpack'])(
    'for a factor beyond what ends sums under %s',
    (semantics) => {
      expect(refusal(layer(int8(1e6), 1e6, int8(1e-3)), semantics)).toMatch(
        /^model\.onnx: integer graph: found node 'Gemm_\d+' \(fullyConnected\): 9999999\d+ as 'scale' of rule '.+', expected a float/,
      );
    },
  );

  it('for biases that leave 32 bits with the input zero point', () => {
    expect(refusal(layer(uint8(0.5, 255), 1, int8(1), -(2 ** 31)))).toMatch(
      /^model\.onnx: node 'Gemm_\d+' \(fullyConnected\): found a bias of -2147516033 with the input's zero point, in channel 0, expected biases of 32 bits$/,
    );
  });

  it('for sums that leave 32 bits', () => {
    const g = new QdqGraph();
    const weight = g.constant({ type: 'int8', shape: [600, 1], data: Array(600).fill(127), scales: [1] });
    const model = onnxBytes(
      g.parts(g.q(g.node('MatMul', [g.input('x', [1, 600], int16(1)), weight]), int16(1))),
    );
    expect(refusal(model)).toMatch(/\(fullyConnected\): sums of up to 2496921600 leave int32$/);
  });
});
