import { describe, expect, it } from 'vitest';
import { INT8, type IntFormat } from '../../../src/arith/int-format.js';
import { writeOnnxQdq } from '../../../src/exporters/onnx-qdq/write.js';
import { GraphBuilder } from '../../../src/ir/builder.js';
import type { IntGraph, Port, Quantization } from '../../../src/ir/graph.js';
import type { IntNode } from '../../../src/ir/operators.js';
import { griddedNode } from '../../support/gridded-node.js';
import { messageOf } from '../../support/onnx-model.js';
import { activation, type UnplacedNode } from '../../support/run-node.js';

const requantize: UnplacedNode = {
  op: 'requantize',
  inputZeroPoint: 0,
  requantizer: { kind: 'shift', rounding: 'halfUp', shifts: [1] },
  outputZeroPoint: 0,
  clamp: { min: -128, max: 127 },
};
const port = (value: string): Port => ({ name: value, value, permutation: null });
const grid = (scale: number, zeroPoint = 0): Quantization => ({ scales: [scale], zeroPoint, axis: null });

/** One node over `x` [2, 3] on the grids given. */
function refusal(
  node: UnplacedNode,
  input: Quantization | null,
  output: Quantization | null,
  format: IntFormat = INT8,
): string {
  const builder = new GraphBuilder<IntNode>();
  builder.addInput('x', [2, 3], { kind: 'int', format: INT8, quantization: input });
  builder.addNode(
    { ...node, name: 'n', inputs: ['x'], output: 'y' },
    {
      kind: 'int',
      format,
      quantization: output,
    },
  );
  const graph = builder.finish<IntGraph>('integer', 'refused', [port('x')], [port('y')], {});
  return messageOf(() => writeOnnxQdq(graph));
}

describe('what the form has no words for is refused, naming the node and the reason:', () => {
  it('a value without a grid', () => {
    expect(refusal(requantize, null, grid(2))).toBe(
      "value 'x': found codes without a grid, expected one scale for the whole tensor, which QuantizeLinear takes",
    );
  });

  it('codes of more than 16 bits', () => {
    expect(refusal(requantize, grid(1), grid(2), { bits: 20, signed: true })).toMatch(
      /^value 'y': found codes of 20 bits/,
    );
  });

  it('a factor that the scales do not say', () => {
    expect(refusal(requantize, grid(1), grid(3))).toBe(
      "node 'n' (requantize): found a requantizer that multiplies by 0.5, expected 0.3333333333333333, as its scales say",
    );
  });

  it('another zero point', () => {
    expect(refusal(requantize, grid(1, 7), grid(2))).toBe(
      "node 'n' (requantize): found zero point 0 beside a grid of zero point 7, expected the same",
    );
  });

  it('a requantizer that adds no zero point', () => {
    const node: UnplacedNode = {
      ...requantize,
      requantizer: { kind: 'stack', rule: 'rvv-vssra-rnu', channels: [{ shift: 1 }] },
      outputZeroPoint: 4,
    };
    expect(refusal(node, grid(1), grid(2, 4))).toMatch(
      /^node 'n' \(requantize\): found requantizer 'rvv-vssra-rnu', which/,
    );
  });

  it('codes copied to another grid', () => {
    expect(refusal({ op: 'reshape', shape: [6] }, grid(1), grid(2))).toMatch(
      /^node 'n' \(reshape\): found codes copied/,
    );
  });

  it('two ports of one name', () => {
    const { graph } = griddedNode(
      { node: requantize, operands: [activation(INT8, [2, 3], [0, 0, 0, 0, 0, 0])], format: INT8 },
      false,
    );
    const outputs = [{ ...graph.outputs[0]!, name: graph.inputs[0]!.name }];
    expect(messageOf(() => writeOnnxQdq({ ...graph, outputs }))).toMatch(/^port 'operand0': found another/);
  });
});
