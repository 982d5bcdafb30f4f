import { describe, expect, it } from 'vitest';
import { importedInteger } from '../../support/onnx-imported.js';
import { onnxBytes } from '../../support/onnx-model.js';
import { int16, int8, QdqGraph, uint8, type Grid } from '../../support/qdq-graph.js';

/** The rules of the operators on codes in a model, and operators of the host. */
function rulesOf(build: (g: QdqGraph) => readonly string[]): string[] {
  const g = new QdqGraph();
  const outputs = build(g);
  const { nodes } = importedInteger(onnxBytes(g.parts(...outputs)), 'onnxruntime');
  return nodes.map((node) =>
    node.op === 'float' ? `host ${node.operator.op}` : 'rule' in node ? node.rule : node.op,
  );
}

const uint16: Grid = { type: 'uint16', scale: 0.5, zeroPoint: 9 };
/** An activation that is quantized in the graph, and one that arrives as codes. */
const made = (g: QdqGraph, name: string, grid: Grid): string => g.qdq(g.reals(name, [4]), grid);
const given = (g: QdqGraph, name: string, grid: Grid): string => g.input(name, [4], grid);

/** See `fusionOf`. */
describe('ONNX Runtime adds codes of a QDQ graph', () => {
  it.each<{ how: string; build: (g: QdqGraph) => readonly string[]; rule: string }>([
    {
      how: 'of uint8 as they are',
      build: (g) => [g.q(g.node('Add', [given(g, 'a', uint8(1)), given(g, 'b', uint8(2))]), uint8(3))],
      rule: 'onnxruntime-add',
    },
    {
      how: 'of int8 as uint8, once they are quantized and dequantized once',
      build: (g) => [g.qdq(g.node('Add', [made(g, 'a', int8(1)), made(g, 'b', int8(2))]), int8(3))],
      rule: 'onnxruntime-qdq-add',
    },
    {
      how: 'of int8 as they are, where they arrive and leave as codes',
      build: (g) => [g.q(g.node('Add', [given(g, 'a', int8(1)), given(g, 'b', int8(2))]), int8(3))],
      rule: 'onnxruntime-add',
    },
    {
      how: 'in float32, where some are int8 and others turned into uint8',
      build: (g) => [g.q(g.node('Add', [made(g, 'a', int8(1)), made(g, 'b', int8(2))]), int8(3))],
      rule: 'float32-add',
    },
    {
      how: 'in float32, where one value is both operands and so dequantized twice',
      build: (g) => {
        const x = made(g, 'a', int8(1));
        return [g.qdq(g.node('Add', [x, x]), int8(3))];
      },
      rule: 'float32-add',
    },
    {
      how: 'in float32, where their types differ',
      build: (g) => [g.q(g.node('Add', [given(g, 'a', uint8(1)), given(g, 'b', uint16)]), uint8(3))],
      rule: 'float32-add',
    },
    {
      how: 'in float32, where they have 16 bits',
      build: (g) => [g.q(g.node('Add', [given(g, 'a', int16(1)), given(g, 'b', int16(2))]), int16(3))],
      rule: 'float32-add',
    },
  ])('$how', ({ build, rule }) => {
    expect(rulesOf(build)).toEqual([rule]);
  });
});

const pooled = (grid: Grid) => (g: QdqGraph) => {
  const x = g.input('x', [1, 1, 4, 4], grid);
  return [g.q(g.node('AveragePool', [x], { kernel_shape: [2n, 2n] }), grid)];
};
const soft = (grid: Grid) => (g: QdqGraph) => [
  g.q(g.node('Softmax', [given(g, 'x', grid)], { axis: -1n }), { ...grid, zeroPoint: 0 }),
];

it('codes of 16 bits have no pool and no softmax of ONNX Runtime', () => {
  expect(rulesOf(pooled(uint8(0.5)))).toEqual(['onnxruntime-average-pool']);
  expect(rulesOf(pooled(uint16))).toContain('host averagePool');
  expect(rulesOf(soft(uint8(2 ** -8)))).toEqual(['onnxruntime-softmax']);
  expect(rulesOf(soft(uint16))).toContain('host softmax');
});
