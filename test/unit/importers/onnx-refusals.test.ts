import { describe, expect, it } from 'vitest';
import { encodeOnnxTensor } from '../../../src/formats/onnx-tensor.js';
import { writeOnnxModel } from '../../../src/formats/onnx-writer.js';
import { importOnnx } from '../../../src/importers/onnx/import.js';
import {
  floats,
  int64s,
  messageOf,
  onnxModel,
  onnxNode,
  refusalOf,
  type ModelParts,
} from '../../support/onnx-model.js';

const relu = onnxNode('Relu', ['x'], ['y'], {}, 'act');
const small: ModelParts = { inputs: { x: [1, 4] }, nodes: [relu], outputs: ['y'] };
const image = { x: [1, 2, 4, 4] };
const kernel = floats(
  [3, 2, 3, 3],
  Array.from({ length: 54 }, () => 1),
);

/** A model of one node on an image. */
function oneNode(
  opType: string,
  attributes: Parameters<typeof onnxNode>[3] = {},
  initializers: NonNullable<ModelParts['initializers']> = {},
): ModelParts {
  const node = onnxNode(opType, ['x', ...Object.keys(initializers)], ['y'], attributes, 'n');
  return { inputs: image, initializers, nodes: [node], outputs: ['y'] };
}

describe('a model as a whole is refused', () => {
  it.each([
    {
      why: 'for an opset that is too old',
      parts: { ...small, opset: 6 },
      want: 'small.onnx: opset_import: found opset 6 of ai.onnx, expected opset 7 to 21; convert the model with onnx.version_converter, or export it with another opset_version',
    },
    {
      why: 'for an opset that is too new',
      parts: { ...small, opset: 22 },
      want: 'small.onnx: opset_import: found opset 22 of ai.onnx, expected opset 7 to 21; convert the model with onnx.version_converter, or export it with another opset_version',
    },
    {
      why: 'where a node reads what nobody makes',
      parts: { ...small, nodes: [onnxNode('Relu', ['nowhere'], ['y'], {}, 'act')] },
      want: "small.onnx: node 'act' (Relu): found input 'nowhere', which nothing makes, expected a graph input, an initializer or the output of another node",
    },
    {
      why: 'where two nodes make one value',
      parts: { ...small, nodes: [relu, onnxNode('Exp', ['x'], ['y'])] },
      want: "small.onnx: node 'Exp_1' (Exp): found output 'y', which already is made by 'act', expected names that are given once",
    },
    {
      why: 'where a node makes an input',
      parts: { ...small, nodes: [onnxNode('Relu', ['x'], ['x'], {}, 'act')], outputs: ['x'] },
      want: "small.onnx: node 'act' (Relu): found output 'x', which already is an input or initializer, expected names that are given once",
    },
    {
      why: 'for a cycle',
      parts: {
        ...small,
        nodes: [onnxNode('Add', ['x', 'z'], ['y'], {}, 'a'), onnxNode('Relu', ['y'], ['z'])],
      },
      want: "small.onnx: node 'a' (Add): found a node that depends on its own output, expected a graph without cycles",
    },
    {
      why: 'for an output that nothing makes',
      parts: { ...small, outputs: ['z'] },
      want: "small.onnx: graph: found output 'z', which nothing makes, expected at least one output, made by a node",
    },
    {
      why: 'without outputs',
      parts: { ...small, outputs: [] },
      want: 'small.onnx: graph: found no outputs, expected at least one output, made by a node',
    },
  ])('$why', ({ parts, want }) => {
    expect(refusalOf(parts)).toBe(want);
  });

  it('where an initializer is given twice', () => {
    const model = onnxModel(small);
    const twice = [0, 1].map(() => encodeOnnxTensor('w', floats([1], [1])));
    const bytes = writeOnnxModel({ ...model, graph: { ...model.graph, initializers: twice } });
    expect(messageOf(() => importOnnx(bytes, { file: 'a.onnx' }))).toBe(
      "a.onnx: graph: found an initializer 'w' twice, expected unique names",
    );
  });
});

describe('an input is refused', () => {
  it('with a dynamic dimension besides the batch', () => {
    expect(refusalOf({ ...small, inputs: { x: ['N', 3, 'height', 'width'] } })).toBe(
      "small.onnx: input 'x': found a dynamic dimension 'height' (axis 2), expected fixed dimensions besides the batch; give its shape, for example --input-shape x=1x3x224x224",
    );
  });

  it('without a shape', () => {
    expect(refusalOf({ ...small, inputs: { x: null } })).toContain("input 'x': found no shape");
  });

  it('where the shape given is another one than the model has', () => {
    expect(refusalOf(small, { inputShapes: new Map([['x', [1, 5]]]) })).toBe(
      "small.onnx: input 'x': found a given shape 1x5 (5 elements), expected the model's float32[1x4]",
    );
  });

  it('where the shape given is for an input there is not', () => {
    expect(refusalOf(small, { inputShapes: new Map([['data', [1, 4]]]) })).toBe(
      "small.onnx: options: found an input named 'data', expected one of the model's inputs: x",
    );
  });
});

describe('a node is refused', () => {
  it('for its operator, naming those there are', () => {
    const message = refusalOf({ ...small, nodes: [onnxNode('LSTM', ['x'], ['y'], {}, 'rnn')] });
    expect(message).toMatch(
      /^small.onnx: node 'rnn' \(LSTM\): found operator LSTM, expected one of Abs, Add, /,
    );
    expect(message).toMatch(/, com.microsoft.QuantizeLinear; and on constants Ceil, .*, Where$/);
  });

  it.each([
    {
      why: 'for an attribute it does not have',
      parts: oneNode('Relu', { alpha: 0.5 }),
      want: "found attribute 'alpha', expected only attributes of this operator in this opset",
    },
    {
      why: 'for an attribute of another kind',
      parts: oneNode('LeakyRelu', { alpha: 1n }),
      want: 'found alpha of kind int, expected float',
    },
    {
      why: 'for a mode that is not understood',
      parts: oneNode('Pad', { mode: 'wrap' }, { pads: int64s([0, 0, 0, 0, 0, 0, 1, 1]) }),
      want: "found mode 'wrap', expected one of constant, reflect, edge",
    },
    {
      why: 'for three spatial axes',
      parts: { ...oneNode('GlobalMaxPool'), inputs: { x: [1, 2, 3, 3, 3] } },
      want: 'found a tensor of shape 1x2x3x3x3, expected batch, channels and one or two spatial axes',
    },
    {
      why: 'for a window larger than its input',
      parts: oneNode('MaxPool', { kernel_shape: [5n, 5n] }),
      want: 'found a result of shape 1x0x0x2 for inputs 1x4x4x2, expected at least one element along every axis',
    },
    {
      why: 'for pads that hold a whole window',
      parts: oneNode('MaxPool', { kernel_shape: [2n, 2n], pads: [2n, 0n, 0n, 0n] }),
      want: 'found pads 2, 0, 0, 0, expected pads smaller than the window',
    },
    {
      why: 'for a kernel_shape that its weights do not have',
      parts: oneNode('Conv', { kernel_shape: [5n, 5n] }, { w: kernel }),
      want: 'found kernel_shape 5x5, expected 3x3 as the weights have it',
    },
    {
      why: 'for groups that do not divide its channels',
      parts: oneNode('Conv', { group: 2n }, { w: kernel }),
      want: 'found 2 input channels, expected 2 groups of 2, 3 output channels do not divide into 2 groups, expected operands that fit a conv2d',
    },
    {
      why: 'for a cubic resize',
      parts: oneNode(
        'Resize',
        { mode: 'cubic' },
        { roi: floats([0], []), scales: floats([4], [1, 1, 2, 2]) },
      ),
      want: "found mode 'cubic', expected one of nearest, linear",
    },
    {
      why: 'for resizing channels',
      parts: oneNode('Resize', {}, { roi: floats([0], []), scales: floats([4], [1, 2, 1, 1]) }),
      want: 'found axis 1 of shape 1x2x4x4 resized, expected only spatial axes (2 and 3)',
    },
    {
      why: 'for a cast to integers at run time',
      parts: oneNode('Cast', { to: 7n }),
      want: 'found a cast to int64 at run time, expected a floating-point type',
    },
    {
      why: 'for training',
      parts: oneNode(
        'BatchNormalization',
        { training_mode: 1n },
        Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, floats([2], [1, 1])])),
      ),
      want: 'found training mode, expected inference; export the model in evaluation mode',
    },
    {
      why: 'for a reshape that loses elements',
      parts: oneNode('Reshape', {}, { shape: int64s([1, 31]) }),
      want: 'found shape 1, 31 for an input of shape 1x2x4x4, expected 32 elements',
    },
    {
      why: 'for an index outside',
      parts: oneNode('Gather', { axis: 1n }, { indices: int64s([2]) }),
      want: 'found index 2, expected -2 to 1',
    },
    {
      why: 'for an axis there is not',
      parts: oneNode('Softmax', { axis: 4n }),
      want: 'found axis 4, expected an axis of a tensor of rank 4',
    },
    {
      why: 'for a result that nobody can hold',
      parts: oneNode('Pad', {}, { pads: int64s([0, 0, 2 ** 30, 0, 0, 0, 0, 0]) }),
      want: 'found a result of shape 1x2x1073741828x4 for inputs 1x2x4x4, expected at most 268435456 elements',
    },
    {
      why: 'where all of it is sliced away',
      parts: oneNode('Slice', {}, { starts: int64s([3]), ends: int64s([1]), axes: int64s([2]) }),
      want: 'found a result of shape 1x2x0x4 for inputs 1x2x4x4, expected at least one element along every axis',
    },
  ])('$why', ({ parts, want }) => {
    const message = refusalOf(parts);
    expect(message.replace(/^small.onnx: node 'n' \(\w+\): /, '')).toBe(want);
  });

  it('for weights that are not constant', () => {
    const node = onnxNode('Conv', ['x', 'w'], ['y'], {}, 'c');
    expect(refusalOf({ inputs: { ...image, w: [3, 2, 3, 3] }, nodes: [node], outputs: ['y'] })).toBe(
      "small.onnx: node 'c' (Conv): found weights computed at run time ('w'), expected weights that are constant; export the model with its parameters as initializers and with constant folding",
    );
  });

  it('for a second output that somebody reads', () => {
    const node = onnxNode('MaxPool', ['x'], ['y', 'where'], { kernel_shape: [2n, 2n] }, 'p');
    expect(refusalOf({ inputs: image, nodes: [node], outputs: ['y', 'where'] })).toBe(
      "small.onnx: node 'p' (MaxPool): found a reader of output 'where' (number 2), expected none: it is not computed",
    );
    expect(() => refusalOf({ inputs: image, nodes: [node], outputs: ['y'] })).toThrow('nothing was refused');
  });
});

describe('weights are refused', () => {
  it.each([
    { what: 'NaN', value: Number.NaN },
    { what: 'Infinity', value: Infinity },
  ])('that are $what', ({ what, value }) => {
    const damaged = floats([3, 2, 3, 3], [...kernel.data].map(Number).with(7, value));
    expect(refusalOf(oneNode('Conv', {}, { w: damaged }))).toBe(
      `small.onnx: node 'n' (Conv), constant 'w': found ${what}, expected finite float32 numbers; the model looks damaged: export it again, or train it again`,
    );
  });

  it('that are larger than a constant may be', () => {
    const node = onnxNode('ConstantOfShape', ['shape'], ['y'], {}, 'huge');
    const parts = { initializers: { shape: int64s([2 ** 20, 2 ** 10]) }, nodes: [node], outputs: ['y'] };
    expect(refusalOf(parts)).toBe(
      "small.onnx: node 'huge' (ConstantOfShape): found a constant of shape 1048576x1024, expected extents of at least 0, and at most 268435456 elements",
    );
  });

  it('that a small model doubles again and again', () => {
    const nodes = Array.from({ length: 40 }, (_, step) =>
      onnxNode('Concat', [`x${step}`, `x${step}`], [`x${step + 1}`], { axis: 0n }, `double${step}`),
    );
    expect(refusalOf({ initializers: { x0: int64s([1]) }, nodes, outputs: ['x40'] })).toBe(
      "small.onnx: node 'double22' (Concat): found a constant of shape 8388608, made by folding, expected at most 6 more elements of such constants",
    );
  });

  it('that operators together fill beyond what a large network holds', () => {
    const initializers = { few: int64s([1024]), many: int64s([2 ** 10, 160 * 2 ** 10]) };
    const nodes = ['few', 'many'].map((extents) =>
      onnxNode('ConstantOfShape', [extents], [`y_${extents}`], {}, `fill_${extents}`),
    );
    expect(refusalOf({ initializers, nodes, outputs: ['y_few', 'y_many'] })).toBe(
      "small.onnx: node 'fill_many' (ConstantOfShape): found a constant of shape 1024x163840, made by folding, expected at most 167771136 more elements of such constants",
    );
  });

  it('that a range of a small model counts up', () => {
    const scalars = { start: 0, limit: 2 ** 28, delta: 1 };
    const initializers = Object.fromEntries(
      Object.entries(scalars).map(([name, value]) => [name, { ...int64s([value]), shape: [] }]),
    );
    const node = onnxNode('Range', Object.keys(scalars), ['y'], {}, 'count');
    expect(refusalOf({ initializers, nodes: [node], outputs: ['y'] })).toBe(
      "small.onnx: node 'count' (Range): found a constant of shape 268435456, made by folding, expected at most 8388620 more elements of such constants",
    );
  });

  it('but not that a network fills its weights and reorders them', () => {
    const initializers = { extents: int64s([2 ** 12, 2 ** 11 + 1]) };
    const nodes = [
      onnxNode('ConstantOfShape', ['extents'], ['w'], {}, 'fill'),
      onnxNode('Transpose', ['w'], ['y'], {}, 't'),
    ];
    expect(() => refusalOf({ initializers, nodes, outputs: ['y'] })).toThrow('nothing was refused');
  });

  it('but not that a large model reorders', () => {
    const large = floats(
      [2 ** 12, 2 ** 11 + 1],
      Array.from<number>({ length: 2 ** 12 * (2 ** 11 + 1) }).fill(1),
    );
    const node = onnxNode('Transpose', ['w'], ['y'], {}, 't');
    expect(() => refusalOf({ initializers: { w: large }, nodes: [node], outputs: ['y'] })).toThrow(
      'nothing was refused',
    );
  });
});

/** What is said of a node that reads a name which nothing makes. */
function refusalOfReading(name: string): string {
  return refusalOf({ inputs: { x: [1] }, nodes: [onnxNode('Relu', [name], ['y'], {}, 'r')], outputs: ['y'] });
}

describe('a refusal stays one line of a length that can be read', () => {
  it('where a name breaks the line or colours the terminal', () => {
    expect(refusalOfReading('two\nlines, \u001B[31mred')).toBe(
      String.raw`small.onnx: node 'r' (Relu): found input 'two\u{a}lines, \u{1b}[31mred', which nothing makes, expected a graph input, an initializer or the output of another node`,
    );
  });

  it('where a name is longer than a page', () => {
    const message = refusalOfReading(`${'long '.repeat(20_000)}end`);
    expect(message.length).toBeLessThan(400);
    expect(message).toMatch(
      /^small\.onnx: node 'r' \(Relu\): found input 'long .*….* long end', which nothing makes, /,
    );
  });
});
