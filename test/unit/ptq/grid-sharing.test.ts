import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import type { FloatGraph, IntGraph, Quantization, ValueId } from '../../../src/ir/graph.js';
import { gridLeaders } from '../../../src/ptq/grid-sharing.js';
import { quantize } from '../../../src/ptq/quantize.js';
import { tensorFrom } from '../../../src/tensor/tensor.js';
import { elementCount } from '../../../src/tensor/shape.js';
import { FloatNet, type UnplacedFloatNode } from '../../support/float-net.js';
import { windowWith } from '../../support/identity.js';

const image = [1, 4, 4, 2] as const;

/** Quantizes with data of the given spread per input, in order. */
function quantized(graph: FloatGraph, ...spreads: readonly number[]): IntGraph {
  const random = new Random(8);
  const sample = graph.inputs.map(({ value }, index) => {
    const { shape } = graph.values.get(value)!;
    const spread = spreads[index] ?? 1;
    const values = Array.from({ length: elementCount(shape) }, () => random.uniform(-spread, spread));
    return tensorFrom('float32', shape, values);
  });
  return quantize(graph, [sample]).graph;
}

function gridOf(graph: IntGraph, id: ValueId): Quantization {
  const { type } = graph.values.get(id)!;
  if (type.kind !== 'int' || type.quantization === null) throw new Error(`'${id}' has no grid`);
  return type.quantization;
}

const operators = (graph: IntGraph): string[] => graph.nodes.map(({ op }) => op);

const clip = (net: FloatNet, x: ValueId, max: number): ValueId =>
  net.node({ op: 'unary', function: { kind: 'clip', min: 0, max } }, [x]);

describe('an operator that copies or selects codes stays on the grid of its input', () => {
  const taps = { lower: [0, 1], upper: [1, 2], upperWeight: [0.5, 0.25] };
  it.each<{ name: string; node: UnplacedFloatNode }>([
    { name: 'maxPool', node: { op: 'maxPool', ...windowWith([2, 2]) } },
    { name: 'averagePool', node: { op: 'averagePool', ...windowWith([2, 2]), countIncludePad: true } },
    { name: 'resize', node: { op: 'resize', rows: taps, columns: taps } },
    { name: 'reshape', node: { op: 'reshape', shape: [1, 32] } },
    { name: 'transpose', node: { op: 'transpose', permutation: [0, 3, 1, 2] } },
    {
      name: 'slice',
      node: { op: 'slice', starts: [0, 1, 0, 0], sizes: [1, 2, 1, 2], steps: [1, 1, 1, 1] },
    },
    {
      name: 'pad',
      node: { op: 'pad', before: [0, 1, 1, 0], after: [0, 0, 0, 0], mode: 'reflect', value: 0 },
    },
    { name: 'gather', node: { op: 'gather', axis: 3, indices: [1, 1, 0], indicesShape: [3] } },
  ])('$name', ({ node }) => {
    const net = new FloatNet();
    const x = net.input(image, 'x');
    const graph = quantized(net.finish([net.node(node, [x], 'y')]));
    expect(gridOf(graph, 'y')).toEqual(gridOf(graph, 'x'));
    expect(operators(graph)).toEqual([node.op]);
  });

  it('through a chain of them', () => {
    const net = new FloatNet();
    const pooled = net.node({ op: 'maxPool', ...windowWith([2, 2]) }, [net.input(image, 'x')]);
    const flat = net.node({ op: 'reshape', shape: [1, 18] }, [pooled]);
    const leader = gridLeaders(net.finish([flat]));
    expect([flat, pooled, 'x'].map(leader)).toEqual(['x', 'x', 'x']);
  });

  it('and operators that compute have grids of their own', () => {
    const net = new FloatNet();
    const x = net.input(image, 'x');
    const mean = net.node({ op: 'mean', axes: [1, 2], keepDims: true }, [x]);
    const leader = gridLeaders(net.finish([mean]));
    expect(leader(mean)).toBe(mean);
  });
});

describe('the branches of a concatenation', () => {
  it('are made on its grid where it is all that reads them', () => {
    const net = new FloatNet();
    const x = net.input(image, 'x');
    const [narrow, wide] = [clip(net, x, 0.5), clip(net, x, 6)];
    const joined = net.node({ op: 'concat', axis: 3 }, [narrow, wide]);
    const graph = quantized(net.finish([joined]), 6);
    expect(gridOf(graph, narrow)).toEqual(gridOf(graph, joined));
    expect(gridOf(graph, wide)).toEqual(gridOf(graph, joined));
    expect(operators(graph)).toEqual(['lut', 'lut', 'concat']);
  });

  it('keep a grid of their own, and are regridded, where something else reads them', () => {
    const net = new FloatNet();
    const x = net.input(image, 'x');
    const [narrow, wide] = [clip(net, x, 0.5), clip(net, x, 6)];
    const joined = net.node({ op: 'concat', axis: 3 }, [narrow, wide]);
    const graph = quantized(net.finish([joined, narrow]), 6);
    expect(gridOf(graph, narrow).scales[0]).toBeCloseTo(0.5 / 255, 6);
    expect(gridOf(graph, wide)).toEqual(gridOf(graph, joined));
    expect(operators(graph)).toEqual(['lut', 'lut', 'requantize', 'concat']);
  });

  it('that are inputs of the graph are regridded to the wider range', () => {
    const net = new FloatNet();
    const [a, b] = [net.input(image, 'a'), net.input(image, 'b')];
    const joined = net.node({ op: 'concat', axis: 3 }, [a, b]);
    const graph = quantized(net.finish([joined]), 1, 3);
    expect(gridOf(graph, joined).scales[0]).toBe(gridOf(graph, 'b').scales[0]);
    expect(gridOf(graph, 'a').scales[0]!).toBeLessThan(gridOf(graph, 'b').scales[0]!);
    expect(operators(graph)).toContain('requantize');
  });

  it('are regridded where only their zero point differs', () => {
    const net = new FloatNet();
    const joined = net.node({ op: 'concat', axis: 1 }, [net.input([1, 2], 'a'), net.input([1, 2], 'b')]);
    const sample = [tensorFrom('float32', [1, 2], [0, 1.9]), tensorFrom('float32', [1, 2], [-0.05, 0.5])];
    const { graph } = quantize(net.finish([joined]), [sample], { recipe: { requantizer: 'shift' } });
    expect(gridOf(graph, 'a')).toEqual({ scales: [2 ** -7], zeroPoint: -128, axis: null });
    expect(gridOf(graph, joined)).toEqual({ scales: [2 ** -7], zeroPoint: -122, axis: null });
    expect(operators(graph)).toEqual(['requantize', 'requantize', 'concat']);
  });

  it('that are the same value twice are one branch', () => {
    const net = new FloatNet();
    const branch = clip(net, net.input(image, 'x'), 1);
    const joined = net.node({ op: 'concat', axis: 3 }, [branch, branch]);
    expect(operators(quantized(net.finish([joined])))).toEqual(['lut', 'concat']);
  });

  it('that are concatenations themselves follow the outermost', () => {
    const net = new FloatNet();
    const x = net.input(image, 'x');
    const inner = net.node({ op: 'concat', axis: 3 }, [clip(net, x, 1), clip(net, x, 2)]);
    const outer = net.node({ op: 'concat', axis: 3 }, [inner, clip(net, x, 6)]);
    const graph = net.finish([outer]);
    const leader = gridLeaders(graph);
    expect(new Set(graph.nodes.map(({ output }) => leader(output)))).toEqual(new Set([outer]));
  });

  it('that are constants become codes of its grid', () => {
    const net = new FloatNet();
    const branch = clip(net, net.input([1, 2], 'x'), 6);
    const joined = net.node({ op: 'concat', axis: 1 }, [branch, net.constant([1, 2], [-3, 1.5])]);
    const graph = quantized(net.finish([joined]), 6);
    const { scales, zeroPoint } = gridOf(graph, joined);
    const constant = graph.constants.get(graph.nodes.at(-1)!.inputs[1]!)!;
    const reals = Array.from(constant.data, (code) => scales[0]! * (code - zeroPoint));
    expect(operators(graph)).toEqual(['lut', 'concat']);
    expect(Math.abs(reals[0]! + 3)).toBeLessThanOrEqual(scales[0]! / 2);
    expect(Math.abs(reals[1]! - 1.5)).toBeLessThanOrEqual(scales[0]! / 2);
  });
});

describe('softmax', () => {
  const softmaxGrid = { scales: [2 ** -8], zeroPoint: -128, axis: null };

  it('has the grid its recipe fixes, whatever was observed', () => {
    const net = new FloatNet();
    const y = net.node({ op: 'softmax' }, [net.input([1, 2], 'x')]);
    expect(gridOf(quantized(net.finish([y]), 0.01), y)).toEqual(softmaxGrid);
  });

  it('keeps it as a branch of a concatenation, which regrids it', () => {
    const net = new FloatNet();
    const x = net.input([1, 2], 'x');
    const y = net.node({ op: 'softmax' }, [x]);
    const joined = net.node({ op: 'concat', axis: 1 }, [y, clip(net, x, 6)]);
    const graph = quantized(net.finish([joined]), 6);
    expect(gridOf(graph, y)).toEqual(softmaxGrid);
    expect(operators(graph)).toContain('requantize');
  });
});

const padded = (net: FloatNet, x: ValueId, value: number, mode: 'constant' | 'edge' = 'constant'): ValueId =>
  net.node({ op: 'pad', before: [0, 1], after: [0, 0], mode, value }, [x], 'y');

describe('a pad', () => {
  it('writes the code of its value, and widens the shared grid to it', () => {
    const net = new FloatNet();
    const y = padded(net, net.input([1, 3], 'x'), -4);
    const graph = quantized(net.finish([y]));
    const { scales, zeroPoint } = gridOf(graph, 'x');
    const [node] = graph.nodes;
    if (node?.op !== 'pad') throw new Error('no pad');
    expect(gridOf(graph, y)).toEqual(gridOf(graph, 'x'));
    expect(Math.abs(scales[0]! * (node.value - zeroPoint) + 4)).toBeLessThanOrEqual(scales[0]! / 2);
  });

  it('of real zero writes the zero point', () => {
    const net = new FloatNet();
    const graph = quantized(net.finish([padded(net, net.input([1, 3], 'x'), 0)]));
    expect(graph.nodes[0]).toMatchObject({ op: 'pad', value: gridOf(graph, 'x').zeroPoint });
  });

  it.each([
    { value: -2, mode: 'constant', lowest: -2, operations: ['softmax', 'requantize', 'pad'] },
    { value: 0, mode: 'constant', lowest: 0, operations: ['softmax', 'pad'] },
    { value: -2, mode: 'edge', lowest: 0, operations: ['softmax', 'pad'] },
  ] as const)(
    'with $value ($mode) after a softmax takes $operations',
    ({ value, mode, lowest, operations }) => {
      const net = new FloatNet();
      const y = padded(net, net.node({ op: 'softmax' }, [net.input([1, 3], 'x')]), value, mode);
      const graph = quantized(net.finish([y]));
      const { scales, zeroPoint } = gridOf(graph, y);
      expect(operators(graph)).toEqual(operations);
      expect(scales[0]! * (-128 - zeroPoint)).toBeCloseTo(lowest, 2);
    },
  );
});
