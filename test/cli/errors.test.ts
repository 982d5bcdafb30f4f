import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OnnxModel } from '../../src/formats/onnx.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';
import { encodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import { writeNpy } from '../../src/formats/npy.js';
import { digits, quantizedDigits } from '../support/cli.js';
import { onnxBytes, onnxNode } from '../support/onnx-model.js';
import { refusal } from './refusal.js';

const digitsBytes = readFileSync(digits.model);

function changedDigits(change: (model: OnnxModel) => OnnxModel): Uint8Array {
  return writeOnnxModel(change(parseOnnxModel(digitsBytes)));
}

const quantizing = (model: string, calibration = digits.calibration): string[] => [
  'quantize',
  model,
  '--calibration',
  calibration,
  '-o',
  'out.safetensors',
];

describe('a model that cannot be read', () => {
  it('is missing', async () => {
    expect(await refusal(quantizing('nowhere.onnx'))).toMatchInlineSnapshot(
      `"bitmac: nowhere.onnx: found no such file or folder, expected a file that can be read; check the path"`,
    );
  });

  it('is truncated', async () => {
    const files = { 'cut.onnx': digitsBytes.subarray(0, digitsBytes.length / 2) };
    expect(await refusal(quantizing('cut.onnx'), files)).toMatchInlineSnapshot(
      `"bitmac: cut.onnx: byte 26 (model, field 7): found a length of 97252 bytes, expected at most the 48614 bytes that are left of the message; the file looks truncated or damaged: fetch or export it again"`,
    );
  });

  it('is something else', async () => {
    const files = { 'page.onnx': '<!doctype html><title>404</title>' };
    expect(await refusal(quantizing('page.onnx'), files)).toMatchInlineSnapshot(
      `"bitmac: page.onnx: byte 0 (model, field 7): found field number 7 of wire type 4, expected a field number from 1 and one of the wire types 0, 1, 2, 5; the file is damaged, or is not of this format"`,
    );
  });

  it('is a damaged TFLite model', async () => {
    const files = { 'net.tflite': Uint8Array.of(28, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33, 0, 0, 0, 0) };
    expect(await refusal(quantizing('net.tflite'), files)).toMatchInlineSnapshot(
      `"bitmac: net.tflite: byte 28 (model): found 4 bytes from byte 28 on, expected a place within the 12 bytes of the file; the file looks truncated or damaged: fetch or export it again"`,
    );
  });

  it('is an integer model that was cut off', async () => {
    const bytes = await quantizedDigits();
    const files = { 'cut.safetensors': bytes.subarray(0, bytes.length - 100) };
    const args = ['run', 'cut.safetensors', '--input', digits.images, '--rows', '0'];
    expect(await refusal(args, files)).toMatchInlineSnapshot(
      `"bitmac: cut.safetensors: tensor 'Gemm_25.weight': found data_offsets [22504, 23144], expected a start at 22504, where the tensor before ends, and an end within 23044 bytes; the file looks truncated or damaged: fetch or export it again"`,
    );
  });
});

describe('a model with something in it that is refused', () => {
  it('has an operator we do not know', async () => {
    const lstm = changedDigits((model) => ({
      ...model,
      graph: {
        ...model.graph,
        nodes: model.graph.nodes.map((node, i) => (i === 3 ? { ...node, opType: 'LSTM' } : node)),
      },
    }));
    expect(await refusal(quantizing('lstm.onnx'), { 'lstm.onnx': lstm })).toMatchInlineSnapshot(
      `"bitmac: lstm.onnx: node 'Conv_3' (LSTM): found operator LSTM, expected one of Abs, Add, AveragePool, BatchNormalization, Cast, Clip, Concat, Constant, Conv, ConvInteger, ConvTranspose, DepthToSpace, DequantizeLinear, Div, Dropout, DynamicQuantizeLinear, Erf, Exp, Flatten, Gather, Gelu, Gemm, GlobalAveragePool, GlobalMaxPool, HardSigmoid, HardSwish, Identity, LayerNormalization, LeakyRelu, LogSoftmax, MatMul, MatMulInteger, MaxPool, Mul, Neg, PRelu, Pad, Pow, QLinearConv, QLinearMatMul, QuantizeLinear, Reciprocal, ReduceMean, Relu, Reshape, Resize, Shape, Sigmoid, Size, Slice, Softmax, SpaceToDepth, Split, Sqrt, Squeeze, Sub, Sum, Tanh, Transpose, Unsqueeze, Upsample, com.microsoft.DequantizeLinear, com.microsoft.Gelu, com.microsoft.QGemm, com.microsoft.QLinearAdd, com.microsoft.QLinearAveragePool, com.microsoft.QLinearConcat, com.microsoft.QLinearGlobalAveragePool, com.microsoft.QLinearLeakyRelu, com.microsoft.QLinearMul, com.microsoft.QLinearSigmoid, com.microsoft.QLinearSoftmax, com.microsoft.QuantizeLinear; and on constants Ceil, ConstantOfShape, Equal, Expand, Floor, Greater, GreaterOrEqual, Less, LessOrEqual, Max, Min, Mod, Not, Range, Where"`,
    );
  });

  it('has NaN weights', async () => {
    const nan = changedDigits((model) => {
      const [first, ...others] = model.graph.initializers;
      const count = first!.dims.reduce((product, extent) => product * extent, 1);
      const data = new Float32Array(count).fill(Number.NaN);
      const weights = encodeOnnxTensor(first!.name, { type: 'float32', shape: first!.dims, data });
      return { ...model, graph: { ...model.graph, initializers: [weights, ...others] } };
    });
    expect(await refusal(quantizing('nan.onnx'), { 'nan.onnx': nan })).toMatchInlineSnapshot(
      `"bitmac: nan.onnx: node 'Conv_0' (Conv), constant 'Conv_0.weight': found NaN, expected finite float32 numbers; the model looks damaged: export it again, or train it again"`,
    );
  });
});

describe('data that does not fit', () => {
  it('has rows of another shape', async () => {
    const data = writeNpy({ type: 'uint8', shape: [2, 5, 5], data: new Uint8Array(50) });
    expect(await refusal(quantizing(digits.model, 'small.npy'), { 'small.npy': data })).toMatchInlineSnapshot(
      `"bitmac: small.npy: data: found rows of 5x5, expected rows for an input of 1x1x28x28; choose data of this shape, or another --input-shape"`,
    );
  });

  it('has fewer rows than asked for', async () => {
    const args = [...quantizing(digits.model), '--calibration-rows', '900:1200'];
    expect(await refusal(args)).toMatchInlineSnapshot(
      `"bitmac: --calibration-rows: found '900:1200', expected a row or a range first:end:step within 0 … 200; for example --calibration-rows 0:100"`,
    );
  });

  it('is an archive of several arrays', async () => {
    const archive = digits.calibration.split('#')[0]!;
    expect(await refusal(quantizing(digits.model, archive))).toMatchInlineSnapshot(
      `"bitmac: examples/digits/digits.npz: npz archive: found 3 arrays and no choice among them, expected one of calibration_images, test_images, test_labels; name one: file.npz#array"`,
    );
  });

  it('is not given', async () => {
    expect(await refusal(['quantize', digits.model, '-o', 'x.safetensors'])).toMatchInlineSnapshot(
      `"bitmac: examples/digits/digits.onnx: found a float model and no calibration data, expected --calibration <data>; or say --data-free: cycles, traffic and energy do not depend on values"`,
    );
  });

  it('is named twice for one input', async () => {
    const args = ['quantize', digits.model, '-o', 'x', '--calibration', 'image=a.npy', 'image=b.npy'];
    expect(await refusal(args)).toBe(
      "bitmac: data: found two files for input 'image', expected one per input: image",
    );
  });

  it('has fewer labels than rows', async () => {
    const bytes = await quantizedDigits();
    const labels = writeNpy({ type: 'uint8', shape: [3], data: new Uint8Array(3) });
    const args = ['evaluate', 'd.safetensors', '--data', digits.images, '--labels', 'l.npy'];
    expect(await refusal(args, { 'd.safetensors': bytes, 'l.npy': labels })).toMatchInlineSnapshot(
      `"bitmac: l.npy: found 3 labels, expected 1000, one for each row of the data"`,
    );
  });
});

describe('an option with a value out of range', () => {
  it.each(['12', '1', '4.5', '-3', 'NaN', '1e400'])('asks for weights of %s bits', async (bits) => {
    expect(await refusal([...quantizing(digits.model), '--weight-bits', bits])).toBe(
      `bitmac: --weight-bits: found '${bits}', expected a whole number from 2 to 8`,
    );
  });

  it.each(['-1', '1.5', 'abc', '1000'])('asks for row %s of 1000', async (row) => {
    const files = { 'd.safetensors': await quantizedDigits() };
    const simulating = ['simulate', 'd.safetensors', '--hw', 'whitepaper-16x16'];
    const args = [...simulating, '--input', digits.images, '--row', row];
    expect(await refusal(args, files)).toBe(
      `bitmac: --row: found '${row}', expected a whole number from 0 to 999`,
    );
  });

  it.each([
    {
      why: 'divides by nothing',
      args: ['--divide', '1/0'],
      says: "--divide: found '1/0', expected a number or a quotient such as 1/255",
    },
    {
      why: 'divides by a deviation of 0',
      args: ['--std', '1,0'],
      says: '--std: found 0, expected numbers that can be divided by',
    },
    {
      why: 'fixes the shape of no input',
      args: ['--input-shape', '1x28'],
      says: "--input-shape: found '1x28', expected name=1x3x224x224",
    },
    {
      why: 'calibrates with data and without',
      args: ['--data-free'],
      says: '--data-free: found --calibration too, expected one of them',
    },
  ])('$why', async ({ args, says }) => {
    expect(await refusal([...quantizing(digits.model), ...args])).toBe(`bitmac: ${says}`);
  });
});

describe('an integer model', () => {
  it('is not quantized again', async () => {
    const files = { 'd.safetensors': await quantizedDigits() };
    expect(await refusal(quantizing('d.safetensors'), files)).toMatchInlineSnapshot(
      `"bitmac: d.safetensors: found an integer model, expected a float model"`,
    );
  });

  it('is not simulated as if the recipe could still change', async () => {
    const files = { 'd.safetensors': await quantizedDigits() };
    const args = ['simulate', 'd.safetensors', '--hw', 'whitepaper-16x16', '--weight-bits', '4'];
    expect(await refusal(args, files)).toMatchInlineSnapshot(
      `"bitmac: d.safetensors: found an integer model, and --weight-bits, expected such options with a float model only; quantize the float model again with them"`,
    );
  });

  it('is not compared with a float model of other inputs', async () => {
    const other = onnxBytes({
      inputs: { x: [1, 3] },
      nodes: [onnxNode('Relu', ['x'], ['y'])],
      outputs: ['y'],
    });
    const files = { 'd.safetensors': await quantizedDigits(), 'other.onnx': other };
    const args = ['evaluate', 'd.safetensors', '--data', digits.images, '--float', 'other.onnx'];
    expect(await refusal(args, files)).toMatchInlineSnapshot(
      `"bitmac: other.onnx: --float: found inputs of 1x3, expected 1x1x28x28, as of d.safetensors"`,
    );
  });
});
