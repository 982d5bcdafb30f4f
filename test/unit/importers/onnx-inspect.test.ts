import { describe, expect, it } from 'vitest';
import { inspectOnnx } from '../../../src/importers/onnx/inspect.js';
import { writeOnnxModel } from '../../../src/formats/onnx-writer.js';
import { floatModels, readShared } from '../../support/models.js';
import {
  floats,
  messageOf,
  onnxBytes,
  onnxModel,
  onnxNode,
  valueInfo,
  type ModelParts,
} from '../../support/onnx-model.js';
import { describeShared } from '../../support/shared.js';

const inspect = (parts: ModelParts) => inspectOnnx(onnxBytes(parts), { file: 'small.onnx' });

const twoConvolutions: ModelParts = {
  inputs: { x: [1, 2, 4, 4] },
  initializers: {
    w: floats(
      [3, 2, 3, 3],
      Array.from({ length: 54 }, () => 1),
    ),
    b: floats([3], [1, 2, 3]),
  },
  nodes: [
    onnxNode('Conv', ['x', 'w', 'b'], ['a'], {}, 'first'),
    onnxNode('Mish', ['a'], ['m'], {}, 'odd'),
    onnxNode('Relu', ['m'], ['y'], {}, 'last'),
  ],
  outputs: ['y'],
};

describe('an inspection', () => {
  it('goes on behind a node that would be refused', () => {
    const { nodes, totals, opset, outputs } = inspect(twoConvolutions);
    expect(nodes).toMatchObject([
      {
        name: 'first',
        operator: 'Conv',
        outputs: [{ name: 'a', shape: [1, 3, 2, 2] }],
        parameters: 57,
        macs: 12 * 18,
        refusal: null,
      },
      {
        name: 'odd',
        operator: 'Mish',
        outputs: [{ name: 'm', shape: null }],
        refusal: { place: "node 'odd' (Mish)", found: 'operator Mish' },
      },
      { name: 'last', outputs: [{ name: 'y', shape: null }], parameters: null, macs: null, refusal: null },
    ]);
    expect(totals).toEqual({ nodes: 3, refused: 1, unknown: 2, parameters: 57, macs: 216 });
    expect(opset).toBe(17);
    expect(outputs).toEqual([{ name: 'y', type: 'float32[…]', shape: null }]);
  });

  it('takes shapes that the file declares where it cannot know them itself', () => {
    const model = onnxModel(twoConvolutions);
    const declared = { ...model.graph, valueInfos: [valueInfo('m', [1, 3, 2, 2])] };
    const { nodes } = inspectOnnx(writeOnnxModel({ ...model, graph: declared }), { file: 'small.onnx' });
    expect(nodes[2]).toMatchObject({ outputs: [{ shape: [1, 3, 2, 2] }], macs: 0 });
  });

  it('says what is wrong beside the nodes', () => {
    const { problems, nodes } = inspect({ ...twoConvolutions, opset: 5, inputs: { x: ['N', 2, 'h', 'w'] } });
    expect(problems.map(({ found }) => found)).toEqual([
      'opset 5 of ai.onnx',
      "a dynamic dimension 'h' (axis 2)",
    ]);
    expect(nodes[0]!.outputs).toEqual([{ name: 'a', shape: null }]);
  });

  it('counts the multiplications of every kind of layer', () => {
    const { nodes } = inspect({
      inputs: { x: [1, 2, 3, 3], q: [2, 5, 4] },
      initializers: {
        up: floats(
          [2, 4, 2, 2],
          Array.from({ length: 32 }, () => 1),
        ),
        dense: floats(
          [36, 7],
          Array.from({ length: 252 }, () => 1),
        ),
        back: floats(
          [4, 6],
          Array.from({ length: 24 }, () => 1),
        ),
      },
      nodes: [
        onnxNode('ConvTranspose', ['x', 'up'], ['a'], { strides: [2n, 2n] }),
        onnxNode('MaxPool', ['a'], ['p'], { kernel_shape: [2n, 2n], strides: [2n, 2n] }),
        onnxNode('Flatten', ['p'], ['f']),
        onnxNode('Gemm', ['f', 'dense'], ['g']),
        onnxNode('Transpose', ['q'], ['k'], { perm: [0n, 2n, 1n] }),
        onnxNode('MatMul', ['q', 'k'], ['s']),
        onnxNode('MatMul', ['q', 'back'], ['o']),
      ],
      outputs: ['g', 's', 'o'],
    });
    const macs = nodes.filter((node) => node.macs !== 0).map((node) => [node.operator, node.macs]);
    expect(macs).toEqual([
      ['ConvTranspose', 9 * 2 * 4 * 4],
      ['Gemm', 36 * 7],
      ['MatMul', 2 * 5 * 5 * 4],
      ['MatMul', 2 * 5 * 6 * 4],
    ]);
  });

  it('refuses only what cannot be read', () => {
    expect(messageOf(() => inspectOnnx(new Uint8Array([7]), { file: 'a.onnx' }))).toMatch(/^a.onnx: byte 0/);
  });
});

describeShared('an inspection of a trained model', () => {
  it.each([
    { name: 'mobilenetv1-vww', macs: 7_489_664, parameters: 210_850 },
    { name: 'squeezenet', macs: 349_151_936, parameters: 1_235_496 },
    { name: 'resnet20', macs: 40_813_184, parameters: 274_042 },
    { name: 'mnist-8', macs: 786_560, parameters: 5_994 },
  ])('$name has $macs multiply-accumulates', ({ name, macs, parameters }) => {
    const model = floatModels.find((candidate) => candidate.name === name)!;
    const { totals } = inspectOnnx(readShared(model.file), { file: model.file });
    expect(totals).toMatchObject({ macs, parameters, refused: 0, unknown: 0 });
  });

  it('counts the codes of a quantized model, and the weights as its parameters', () => {
    const bytes = readShared('models/mlperf-tiny-resnet8/resnet8_qdq_int8.onnx');
    const { nodes, totals } = inspectOnnx(bytes, { file: 'resnet8.onnx' });
    expect(totals).toMatchObject({ refused: 0, unknown: 0, macs: 12_501_632, parameters: 77_706 });
    expect(nodes.every(({ outputs }) => outputs.every(({ shape }) => shape !== null))).toBe(true);
  });
});
