import { describe, expect, it } from 'vitest';
import type { FloatGraph } from '../../../src/ir/graph.js';
import { floatModel, importFloatModel } from '../../support/models.js';
import { floats, importSmall, int64s, onnxNode, type ModelParts } from '../../support/onnx-model.js';
import { describeShared } from '../../support/shared.js';

const opsOf = (graph: FloatGraph): string[] => graph.nodes.map(({ op }) => op);
const ones = (...shape: number[]) =>
  floats(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 1),
  );

/** A node of a chain: its operator, operands after the first, attributes. */
interface Link {
  readonly op: string;
  readonly more?: readonly string[];
  readonly attributes?: Parameters<typeof onnxNode>[3];
}

/** Nodes in a row on an image of 1 x 2 x 4 x 4: each reads the one before. */
function chain(
  links: readonly Link[],
  initializers: NonNullable<ModelParts['initializers']> = {},
): ModelParts {
  return {
    inputs: { x: [1, 2, 4, 4] },
    initializers: { w: ones(2, 2, 1, 1), ...initializers },
    nodes: links.map(({ op, more = [], attributes }, index) =>
      onnxNode(op, [index === 0 ? 'x' : `v${index - 1}`, ...more], [`v${index}`], attributes),
    ),
    outputs: [`v${links.length - 1}`],
  };
}

const conv: Link = { op: 'Conv', more: ['w'] };

describeShared('trained CNNs', () => {
  it.each([
    'mnist-8',
    'resnet20',
    'resnet_2b',
    'mobilenetv1-vww',
    'squeezenet',
    'dscnn_small',
    'espcn',
    'mnist-net_256x2',
  ])('%s has no transpose left', (name) => {
    expect(opsOf(importFloatModel(floatModel(name)))).not.toContain('transpose');
  });

  it('the vision transformer keeps four per attention: queries, keys, values, heads', () => {
    const transposes = opsOf(importFloatModel(floatModel('vit_ibp_3_3_8'))).filter(
      (op) => op === 'transpose',
    );
    expect(transposes).toHaveLength(3 * 4);
  });
});

describe('transposes go', () => {
  it('into the ports of a single convolution', () => {
    const graph = importSmall(chain([conv]));
    expect(opsOf(graph)).toEqual(['conv2d']);
    expect(graph.inputs[0]!.permutation).toEqual([0, 2, 3, 1]);
    expect(graph.values.get(graph.inputs[0]!.value)!.shape).toEqual([1, 4, 4, 2]);
    expect(graph.outputs[0]!.permutation).toEqual([0, 3, 1, 2]);
  });

  it('through what comes between an input and its convolution', () => {
    const graph = importSmall(
      chain([{ op: 'Sub', more: ['mean'] }, { op: 'Relu' }, conv], { mean: ones(2, 1, 1) }),
    );
    expect(opsOf(graph)).toEqual(['sub', 'unary', 'conv2d']);
    expect(graph.constants.get('mean')!.shape).toEqual([2]);
  });

  it('into a port, where a model begins with a transpose of its own', () => {
    const graph = importSmall({
      ...chain([{ op: 'Transpose', attributes: { perm: [0n, 3n, 1n, 2n] } }, conv]),
      inputs: { x: [1, 4, 4, 2] },
    });
    expect(opsOf(graph)).toEqual(['conv2d']);
    expect(graph.inputs[0]!.permutation).toBeNull();
  });

  it('past a squeeze-and-excitation branch', () => {
    const graph = importSmall({
      ...chain([conv]),
      nodes: [
        onnxNode('Conv', ['x', 'w'], ['a']),
        onnxNode('GlobalAveragePool', ['a'], ['pooled']),
        onnxNode('Conv', ['pooled', 'w'], ['b']),
        onnxNode('HardSigmoid', ['b'], ['gate']),
        onnxNode('Mul', ['a', 'gate'], ['y']),
      ],
      outputs: ['y'],
    });
    expect(opsOf(graph)).toEqual(['conv2d', 'mean', 'conv2d', 'unary', 'mul']);
  });

  it('past pads, slices and joins of channels', () => {
    const graph = importSmall({
      ...chain([]),
      initializers: {
        w: ones(2, 2, 1, 1),
        pads: int64s([0, 0, 1, 1, 0, 0, 1, 1]),
        from: int64s([1]),
        to: int64s([3]),
        axis: int64s([2]),
      },
      nodes: [
        onnxNode('Conv', ['x', 'w'], ['a']),
        onnxNode('Pad', ['a', 'pads'], ['b']),
        onnxNode('Slice', ['b', 'from', 'to', 'axis'], ['c']),
        onnxNode('Concat', ['c', 'c'], ['d'], { axis: 1n }),
        onnxNode('MaxPool', ['d'], ['y'], { kernel_shape: [2n, 2n] }),
      ],
      outputs: ['y'],
    });
    expect(opsOf(graph)).toEqual(['conv2d', 'pad', 'slice', 'concat', 'maxPool']);
    expect(graph.nodes[3]).toMatchObject({ axis: 3 });
  });

  it('into the weights of a layer behind an image, and reshapes go behind activations', () => {
    const weights = floats(
      [32, 1],
      Array.from({ length: 32 }, (_, index) => index),
    );
    const graph = importSmall(
      chain([conv, { op: 'Flatten' }, { op: 'Relu' }, { op: 'Gemm', more: ['dense'] }], { dense: weights }),
    );
    expect(opsOf(graph)).toEqual(['conv2d', 'unary', 'reshape', 'fullyConnected']);
    // Feature (row 0, column 0, channel 1) was number 16 of the flattened channels-first image.
    expect(graph.nodes[3]!.inputs[1]).toBe('dense');
    const columns = graph.constants.get('dense')!;
    expect(Array.from(columns.data.subarray(0, 4))).toEqual([0, 16, 1, 17]);
  });

  it('but for one where a channel shuffle really moves elements', () => {
    const shapes = { split: int64s([1, 2, 2, 4, 4]), whole: int64s([1, 4, 4, 4]), w4: ones(4, 4, 1, 1) };
    const graph = importSmall({
      ...chain(
        [
          { op: 'Conv', more: ['w4'] },
          { op: 'Reshape', more: ['split'] },
          { op: 'Transpose', attributes: { perm: [0n, 2n, 1n, 3n, 4n] } },
          { op: 'Reshape', more: ['whole'] },
          { op: 'Conv', more: ['w4'] },
        ],
        shapes,
      ),
      inputs: { x: [1, 4, 4, 4] },
    });
    expect(opsOf(graph)).toEqual(['conv2d', 'reshape', 'transpose', 'reshape', 'conv2d']);
  });

  it('and a convolution along one axis becomes one of height 1', () => {
    const graph = importSmall({
      ...chain(
        [
          { op: 'Conv', more: ['w3'], attributes: { pads: [1n, 1n] } },
          { op: 'Relu' },
          { op: 'Conv', more: ['w3'], attributes: { pads: [1n, 1n] } },
        ],
        {
          w3: ones(2, 2, 3),
        },
      ),
      inputs: { x: [1, 2, 8] },
    });
    expect(opsOf(graph)).toEqual(['reshape', 'conv2d', 'unary', 'conv2d', 'reshape']);
    expect(graph.nodes[1]).toMatchObject({ kernelHeight: 1, kernelWidth: 3, padTop: 0, padLeft: 1 });
    expect(graph.inputs[0]!.permutation).toEqual([0, 2, 1]);
  });
});
