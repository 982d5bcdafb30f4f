import { INT16, INT32, INT8, type IntFormat } from '../src/arith/int-format.js';
import type { Requantizer } from '../src/arith/requantizer.js';
import { Random } from '../src/core/random.js';
import type { IntNode } from '../src/ir/operators.js';
import { fastKernels } from '../src/kernels/fast/index.js';
import type { BindKernel, BoundKernel, KernelSet, Operand } from '../src/kernels/kernel.js';
import { simdKernels } from '../src/kernels/simd/index.js';
import { KernelMemory } from '../src/kernels/simd/kernel-memory.js';
import { elementCount, type Shape } from '../src/tensor/shape.js';
import { storageType, tensorFrom, type Tensor } from '../src/tensor/tensor.js';
import { POINT_WINDOW } from '../src/tensor/window.js';
import { interleaved, repeated } from './performance/rounds.js';

/** Speed of operators other than dense products, emitted beside typed arrays: `npx tsx benches/simd-operators.bench.ts`, or those whose name contains what follows. */

interface Benched {
  readonly what: string;
  readonly node: object;
  readonly shapes: readonly Shape[];
  /** Shapes and formats of constants, after the operands. */
  readonly constants?: readonly (readonly [Shape, IntFormat])[];
  readonly result: Shape;
  /** Of the operands and of the result, where it is not int8. */
  readonly format?: IntFormat;
}

const random = new Random(5);
const clamp = { min: -128, max: 127 };
const grid = { scale: Math.fround(0.3), zeroPoint: 3, format: INT8 };
const stack = { inputGrids: [grid, grid], outputGrid: { ...grid, scale: Math.fround(0.45) }, clamp };

/** As TFLite's default build: two roundings. */
const double = (channels: number, leftShift: number): Requantizer => ({
  kind: 'stack',
  rule: 'tflite-double',
  channels: Array.from({ length: channels }, () => ({
    multiplier: random.integer(2 ** 30, 2 ** 31 - 1),
    leftShift,
  })),
});
const staged = (channels: number, leftShift: number) => ({
  requantizer: double(channels, leftShift),
  outputZeroPoint: 3,
  clamp,
});

const window3 = { ...POINT_WINDOW, kernelHeight: 3, kernelWidth: 3 };
const padded = { ...window3, padTop: 1, padBottom: 1, padLeft: 1, padRight: 1 };

function depthwise(size: number, channels: number, stride: number): Benched {
  const out = size / stride;
  const strides = { strideHeight: stride, strideWidth: stride };
  const zeroPoints = { inputZeroPoint: 3, weightZeroPoint: 0 };
  return {
    what: `depthwiseConv2d 3x3/${stride} ${size}x${size}x${channels}`,
    node: {
      op: 'depthwiseConv2d',
      ...padded,
      ...strides,
      ...zeroPoints,
      groups: channels,
      ...staged(channels, -9),
    },
    shapes: [[1, size, size, channels]],
    constants: [
      [[channels, 3, 3, 1], INT8],
      [[channels], INT32],
    ],
    result: [1, out, out, channels],
  };
}

const image = [1, 56, 56, 64];
const inputRequantizers = [double(1, -1), double(1, -2)];
const zeroPoints = { inputZeroPoints: [3, 5] };
const half = Array.from({ length: 112 }, (_, i) => Math.floor(i / 2));
const next = half.map((lower) => Math.min(lower + 1, 55));
const taps = { lower: half, upper: next, upperWeight: half.map((_, i) => (i % 2) * 512) };
const floatTaps = { ...taps, upperWeight: half.map((_, i) => (i % 2) / 2) };

const BENCHED: readonly Benched[] = [
  depthwise(112, 32, 1),
  depthwise(112, 96, 2),
  depthwise(56, 128, 1),
  depthwise(14, 576, 1),
  depthwise(48, 8, 1),
  {
    what: 'add',
    node: { op: 'add', ...zeroPoints, leftShift: 20, inputRequantizers, ...staged(1, -18) },
    shapes: [image, image],
    result: image,
  },
  {
    what: 'mul',
    node: { op: 'mul', ...zeroPoints, ...staged(1, -6) },
    shapes: [image, image],
    result: image,
  },
  ...(['float32-add', 'onnxruntime-qdq-add', 'onnxruntime-qdq-mul', 'xnnpack-add'] as const).map((rule) => ({
    what: `stackBinary ${rule}`,
    node: { op: 'stackBinary', rule, ...stack },
    shapes: [image, image],
    result: image,
  })),
  {
    what: 'requantize',
    node: { op: 'requantize', inputZeroPoint: 3, ...staged(1, 0) },
    shapes: [image],
    result: image,
  },
  { what: 'lut', node: { op: 'lut' }, shapes: [image], constants: [[[256], INT8]], result: image },
  {
    what: 'maxPool 3x3/2',
    node: { op: 'maxPool', ...padded, strideHeight: 2, strideWidth: 2 },
    shapes: [image],
    result: [1, 28, 28, 64],
  },
  {
    what: 'averagePool 3x3/2',
    node: {
      op: 'averagePool',
      ...padded,
      strideHeight: 2,
      strideWidth: 2,
      countIncludePad: false,
      inputZeroPoint: 3,
      clamp,
    },
    shapes: [image],
    result: [1, 28, 28, 64],
  },
  {
    what: 'mean over the image',
    node: { op: 'mean', axes: [1, 2], keepDims: true, inputZeroPoint: 3, ...staged(1, -11) },
    shapes: [image],
    result: [1, 1, 1, 64],
  },
  {
    what: 'resize to 112x112',
    node: { op: 'resize', rows: taps, columns: taps, weightBits: 10, rounding: 'halfAwayFromZero' },
    shapes: [image],
    result: [1, 112, 112, 64],
  },
  {
    what: 'stackResize to 112x112',
    node: { op: 'stackResize', rule: 'tflite-float-resize', rows: floatTaps, columns: floatTaps },
    shapes: [image],
    result: [1, 112, 112, 64],
  },
  { what: 'concat', node: { op: 'concat', axis: 3 }, shapes: [image, image], result: [1, 56, 56, 128] },
  ...softmaxes(),
  convTranspose(56, 64, 32, 4, 2),
  convTranspose(112, 16, 16, 2, 2),
  convTranspose(28, 256, 256, 3, 2),
  {
    what: 'add of int16',
    node: { op: 'add', ...zeroPoints, leftShift: 15, inputRequantizers, ...staged(1, -13) },
    shapes: [image, image],
    result: image,
    format: INT16,
  },
  {
    what: 'mul of int16',
    node: { op: 'mul', ...zeroPoints, ...staged(1, -14) },
    shapes: [image, image],
    result: image,
    format: INT16,
  },
  {
    what: 'requantize of int16',
    node: { op: 'requantize', inputZeroPoint: 3, ...staged(1, -1) },
    shapes: [image],
    result: image,
    format: INT16,
  },
  {
    what: 'requantize of channels',
    node: { op: 'requantize', inputZeroPoint: 3, ...staged(64, -1) },
    shapes: [image],
    result: image,
  },
  {
    what: 'lut of int16',
    node: { op: 'lut' },
    shapes: [image],
    constants: [[[2 ** 16], INT16]],
    result: image,
    format: INT16,
  },
  {
    what: 'lut of channels',
    node: { op: 'lut' },
    shapes: [image],
    constants: [[[64, 256], INT8]],
    result: image,
  },
  ...(['onnxruntime-average-pool', 'onnxruntime-qdq-average-pool'] as const).map((rule) => ({
    what: `stackAveragePool ${rule}`,
    node: {
      op: 'stackAveragePool',
      ...padded,
      strideHeight: 2,
      strideWidth: 2,
      rule,
      countIncludePad: false,
      inputGrid: grid,
      outputGrid: grid,
      clamp,
    },
    shapes: [image],
    result: [1, 28, 28, 64],
  })),
  moved('transpose 0,3,1,2', { op: 'transpose', permutation: [0, 3, 1, 2] }, image, [1, 64, 56, 56]),
  moved(
    'transpose 0,2,1,3',
    { op: 'transpose', permutation: [0, 2, 1, 3] },
    [1, 197, 4, 48],
    [1, 4, 197, 48],
  ),
  moved(
    'transpose 0,2,3,1',
    { op: 'transpose', permutation: [0, 2, 3, 1] },
    [1, 197, 4, 48],
    [1, 4, 48, 197],
  ),
  moved(
    'transpose of depth to space',
    { op: 'transpose', permutation: [0, 1, 3, 2, 4, 5] },
    [1, 56, 56, 2, 2, 16],
    [1, 56, 2, 56, 2, 16],
  ),
  moved(
    'slice of channels',
    { op: 'slice', starts: [0, 0, 0, 32], sizes: [1, 56, 56, 32], steps: [1, 1, 1, 1] },
    image,
    [1, 56, 56, 32],
  ),
  moved(
    'slice of every other pixel',
    { op: 'slice', starts: [0, 0, 0, 0], sizes: [1, 28, 28, 64], steps: [1, 2, 2, 1] },
    image,
    [1, 28, 28, 64],
  ),
  moved(
    'pad',
    { op: 'pad', mode: 'constant', value: 3, before: [0, 1, 1, 0], after: [0, 1, 1, 0] },
    image,
    [1, 58, 58, 64],
  ),
  moved('gather of rows', { op: 'gather', axis: 1, ...rowIndices(56) }, image, image),
  moved('gather of channels', { op: 'gather', axis: 3, ...rowIndices(64) }, image, image),
];

function moved(what: string, node: object, shape: Shape, result: Shape): Benched {
  return { what, node, shapes: [shape], result };
}

function rowIndices(count: number): object {
  return {
    indices: Array.from({ length: count }, () => random.integer(0, count - 1)),
    indicesShape: [count],
  };
}

function convTranspose(
  size: number,
  inputs: number,
  outputs: number,
  kernel: number,
  stride: number,
): Benched {
  const pad = Math.floor((kernel - stride) / 2);
  const out = size * stride;
  const pads = { padTop: pad, padBottom: pad, padLeft: pad, padRight: pad };
  const outputPadding = out - ((size - 1) * stride + kernel - 2 * pad);
  return {
    what: `convTranspose2d ${kernel}x${kernel}/${stride} ${size}x${size}x${inputs} to ${outputs}`,
    node: {
      op: 'convTranspose2d',
      ...POINT_WINDOW,
      ...pads,
      kernelHeight: kernel,
      kernelWidth: kernel,
      strideHeight: stride,
      strideWidth: stride,
      outputPaddingHeight: outputPadding,
      outputPaddingWidth: outputPadding,
      groups: 1,
      inputZeroPoint: 3,
      weightZeroPoint: 0,
      ...staged(outputs, -9),
    },
    shapes: [[1, size, size, inputs]],
    constants: [
      [[outputs, kernel, kernel, inputs], INT8],
      [[outputs], INT32],
    ],
    result: [1, out, out, outputs],
  };
}

function softmaxes(): Benched[] {
  const rows = [4, 197, 197];
  const inputGrid = { scale: Math.fround(0.1), zeroPoint: 3, format: INT8 };
  const probabilities = { scale: 2 ** -8, zeroPoint: -128, format: INT8 };
  const scaling = { multiplier: 1_717_986_918, leftShift: 22, smallestDifference: -248 };
  const of = (what: string, node: object, format: IntFormat = INT8): Benched => ({
    what,
    node,
    shapes: [rows],
    result: rows,
    format,
  });
  const rule = (name: string, format: IntFormat = INT8): Benched => {
    const input = { ...inputGrid, format, zeroPoint: format.bits > 8 ? 0 : 3 };
    const outputGrid = name.startsWith('tflite-log')
      ? { scale: 1 / 16, zeroPoint: 127, format }
      : format.bits > 8
        ? { scale: 2 ** -15, zeroPoint: 0, format }
        : probabilities;
    const scale = format.bits > 8 ? Math.fround(10 / 2 ** 15) : input.scale;
    const node = { op: 'stackSoftmax', rule: name, inputGrid: { ...input, scale }, outputGrid, beta: 1 };
    return of(`stackSoftmax ${name}`, node, format);
  };
  return [
    of('softmax', { op: 'softmax', ...scaling }),
    ...['tflite-softmax-table', 'tflite-log-softmax', 'tflite-log-softmax-table', 'onnxruntime-softmax'].map(
      (name) => rule(name),
    ),
    ...['tflite-softmax-int16', 'tflite-softmax-int16-desktop'].map((name) => rule(name, INT16)),
  ];
}

function randomTensor(format: IntFormat, shape: Shape): Tensor {
  const most = format.bits === 8 ? 127 : 4000;
  const codes = Array.from({ length: elementCount(shape) }, () => random.integer(-most, most));
  return tensorFrom(storageType(format), shape, codes);
}

const operandOf = (format: IntFormat, { shape }: Tensor, constant: Tensor | null): Operand => ({
  shape,
  type: { kind: 'int', format, quantization: null },
  constant,
});

function bind(
  kernels: KernelSet<IntNode>,
  { node, result, format = INT8 }: Benched,
  operands: readonly Operand[],
): BoundKernel {
  const named = { ...node, name: 'benched', inputs: [], output: 'result' } as unknown as IntNode;
  const kernel = kernels[named.op] as BindKernel<IntNode>;
  return kernel(named, operands, { shape: result, type: { kind: 'int', format, quantization: null } });
}

console.log('operator                            typed arrays ms   emitted ms   ratio');
const chosen = process.argv[2] ?? '';
for (const benched of BENCHED.filter(({ what }) => what.includes(chosen))) {
  const format = benched.format ?? INT8;
  const inputs = benched.shapes.map((shape) => randomTensor(format, shape));
  const constants = (benched.constants ?? []).map(([shape, format]) => ({
    format,
    tensor: randomTensor(format, shape),
  }));
  const operands = [
    ...inputs.map((tensor) => operandOf(format, tensor, null)),
    ...constants.map(({ format, tensor }) => operandOf(format, tensor, tensor)),
  ];
  const tensors = [...inputs, ...constants.map(({ tensor }) => tensor)];
  const memory = new KernelMemory();
  const plain = bind(fastKernels, benched, operands);
  const emitted = bind(simdKernels(memory), benched, operands);
  const largest = Math.max(...[...benched.shapes, benched.result].map(elementCount));
  const repeats = Math.ceil(1e6 / largest);
  const emittedRun = (): void => {
    memory.begin();
    emitted(tensors);
  };
  const taken = await interleaved({
    typedArrays: repeated(() => plain(tensors), repeats),
    simd: repeated(emittedRun, repeats),
  });
  const times = [taken.medianMs('typedArrays'), taken.medianMs('simd')];
  const [slow, fast] = times.map((ms) => (ms / repeats).toFixed(3).padStart(12));
  const ratio = taken.ratio('typedArrays', 'simd').toFixed(1).padStart(5);
  console.log(`${benched.what.padEnd(36)}${slow}    ${fast}   ${ratio}`);
}
