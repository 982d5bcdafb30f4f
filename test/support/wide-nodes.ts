import { INT16, INT32, INT8, maxOf, minOf, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import {
  AVERAGE_POOL_RULE_NAMES,
  SOFTMAX_RULE_NAMES,
  type SoftmaxRuleName,
} from '../../src/arith/operators/names.js';
import type { Requantizer } from '../../src/arith/requantizer.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { POINT_WINDOW, type Window2d } from '../../src/tensor/window.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { tensorOf, type TensorRecipe } from '../arbitraries/quant.js';
import { activation, type TestOperand } from './run-node.js';

/** Nodes on images with so many channels that vectors take them in several blocks, with every rest. */

const CHANNELS = [1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 80] as const;
const SPREADS = ['uniform', 'lowest', 'alternating'] as const;
type WideSpread = (typeof SPREADS)[number];

const [HEIGHT, WIDTH] = [5, 6];

/** So many rows and columns that convolutions 3 × 3 which move by one make tiles of 4 × 4 outputs. */
const TILED_EXTENT = 8;

/** So tall that convolutions take it in several bands. */
const TALL_HEIGHT = 71;

function operandOf(spread: WideSpread, format: IntFormat, shape: Shape, constant = false): TestOperand {
  if (spread !== 'alternating') {
    const recipe: TensorRecipe = { seed: elementCount(shape), spread };
    return { tensor: tensorOf(recipe, format, shape), format, constant };
  }
  const ends = [minOf(format), maxOf(format)];
  const codes = Array.from({ length: elementCount(shape) }, (_, index) => ends[index % 2]!);
  return { ...activation(format, shape, codes), constant };
}

const requantizer = (shift: number): Requantizer => ({
  kind: 'multiplyShift',
  rounding: 'halfUp',
  multipliers: [1_500_000_000],
  shifts: [31 + shift],
});

const window: Window2d = {
  ...POINT_WINDOW,
  kernelHeight: 3,
  kernelWidth: 2,
  strideWidth: 2,
  padTop: 1,
  padBottom: 1,
  padRight: 1,
};

function nodesOn(channels: number, spread: WideSpread, format: IntFormat): readonly IntCase[] {
  const clamp = { min: minOf(format), max: maxOf(format) };
  const image = operandOf(spread, format, [2, HEIGHT, WIDTH, channels]);
  const wholeTiles = operandOf(spread, format, [2, TILED_EXTENT, TILED_EXTENT, channels]);
  const other = operandOf('uniform', format, [2, HEIGHT, WIDTH, channels]);
  const perChannel = operandOf('uniform', format, [channels]);
  const zeroPoint = format.signed ? -7 : 120;
  const staged = { outputZeroPoint: zeroPoint, clamp };
  const grid = { scale: Math.fround(0.3), zeroPoint, format };
  const stack = {
    inputGrids: [grid, { ...grid, scale: Math.fround(0.2) }],
    outputGrid: { ...grid, scale: Math.fround(0.4) },
    clamp,
  } as const;
  const taps = { lower: [0, 1, 3, 4], upper: [1, 1, 4, 4], upperWeight: [0, 3, 5, 8] };
  const floatTaps = { ...taps, upperWeight: [0, 0.25, 0.5, 1] };
  const depthwise = (multiplier: number, over = window): IntCase => ({
    node: {
      op: 'depthwiseConv2d',
      ...over,
      groups: channels,
      inputZeroPoint: zeroPoint,
      weightZeroPoint: 0,
      requantizer: requantizer(7),
      ...staged,
    },
    operands: [
      image,
      operandOf(spread, INT8, [channels * multiplier, over.kernelHeight, over.kernelWidth, 1], true),
      operandOf('uniform', { bits: 12, signed: true }, [channels * multiplier], true),
    ].map((operand, index) => (index === 2 ? asBias(operand) : operand)),
    format,
  });
  const small = asBias(operandOf('uniform', { bits: 12, signed: true }, [channels + 2], true));
  const biasOf = (value: number): TestOperand => ({
    ...activation(INT32, [channels + 2], new Int32Array(channels + 2).fill(value)),
    constant: true,
  });
  const square = (
    padRight: number,
    input: TestOperand,
    weightZeroPoint = 0,
    bias = small,
    shift = 11,
  ): IntCase => ({
    node: {
      op: 'conv2d',
      ...window,
      kernelWidth: 3,
      strideWidth: 1,
      padRight,
      groups: 1,
      inputZeroPoint: zeroPoint,
      weightZeroPoint,
      requantizer: requantizer(shift),
      ...staged,
    },
    operands: [input, operandOf(spread, INT8, [channels + 2, 3, 3, channels], true), bias],
    format,
  });
  const add = {
    op: 'add',
    inputZeroPoints: [zeroPoint, zeroPoint],
    leftShift: 8,
    inputRequantizers: [requantizer(0), requantizer(1)],
    requantizer: requantizer(8),
    ...staged,
  } as const;
  return [
    depthwise(1),
    depthwise(2),
    depthwise(1, { ...window, kernelWidth: 3, strideWidth: 1 }),
    depthwise(2, { ...window, kernelWidth: 3, strideHeight: 2 }),
    square(0, image),
    square(1, image, -5),
    square(1, image, 0, biasOf(2 ** 29)),
    square(1, operandOf(spread, format, [1, TALL_HEIGHT, WIDTH, channels])),
    square(1, wholeTiles),
    square(1, wholeTiles, -5),
    square(1, wholeTiles, 0, biasOf(2 ** 24), 18),
    square(1, wholeTiles, 0, biasOf(2 ** 25), 19),
    square(1, operandOf(spread, format, [1, TALL_HEIGHT, TILED_EXTENT, channels])),
    { node: { op: 'maxPool', ...window }, operands: [image], format },
    {
      node: { op: 'averagePool', ...window, countIncludePad: true, inputZeroPoint: zeroPoint, clamp },
      operands: [image],
      format,
    },
    {
      node: {
        op: 'mean',
        axes: [1, 2],
        keepDims: true,
        inputZeroPoint: zeroPoint,
        requantizer: requantizer(5),
        ...staged,
      },
      operands: [image],
      format,
    },
    { node: add, operands: [image, other], format },
    { node: add, operands: [perChannel, image], format },
    {
      node: { op: 'mul', inputZeroPoints: [zeroPoint, 3], requantizer: requantizer(7), ...staged },
      operands: [image, other],
      format,
    },
    { node: { op: 'stackBinary', rule: 'float32-add', ...stack }, operands: [image, other], format },
    { node: { op: 'stackBinary', rule: 'onnxruntime-add', ...stack }, operands: [image, perChannel], format },
    {
      node: { op: 'resize', rows: taps, columns: taps, weightBits: 3, rounding: 'halfAwayFromZero' },
      operands: [image],
      format,
    },
    {
      node: { op: 'stackResize', rule: 'tflite-float-resize', rows: floatTaps, columns: floatTaps },
      operands: [operandOf(spread, UINT8, [2, HEIGHT, WIDTH, channels])],
      format: UINT8,
    },
    { node: { op: 'concat', axis: 3 }, operands: [image, other, image], format },
    transposedConvolution(channels, spread, format),
    {
      node: { op: 'transpose', permutation: [0, 3, 1, 2] },
      operands: [image],
      format,
    },
    {
      node: {
        op: 'pad',
        mode: 'constant',
        value: zeroPoint,
        before: [0, 1, 1, 0],
        after: [0, 0, 2, 1],
      },
      operands: [image],
      format,
    },
    ...AVERAGE_POOL_RULE_NAMES.map((rule): IntCase => {
      const { inputGrids, outputGrid } = stack;
      const grids = { inputGrid: inputGrids[0], outputGrid, clamp };
      const node = { op: 'stackAveragePool', ...window, rule, countIncludePad: false, ...grids } as const;
      return { node, operands: [image], format };
    }),
    ...softmaxes(image, format),
  ];
}

/** Of images so tall that those of the most channels are worked on in several bands. */
function transposedConvolution(channels: number, spread: WideSpread, format: IntFormat): IntCase {
  const geometry = { ...window, strideHeight: 2, padTop: 2, outputPaddingHeight: 1, outputPaddingWidth: 0 };
  const bits = Math.ceil(Math.log2(channels));
  return {
    node: {
      op: 'convTranspose2d',
      ...geometry,
      groups: 1,
      inputZeroPoint: 3,
      weightZeroPoint: 0,
      requantizer: requantizer(6 + bits),
      outputZeroPoint: 3,
      clamp: { min: minOf(format), max: maxOf(format) },
    },
    operands: [
      operandOf(spread, format, [2, 40, WIDTH, channels]),
      operandOf(spread, INT8, [channels, 3, 2, channels], true),
      asBias(operandOf('uniform', { bits: 12, signed: true }, [channels], true)),
    ],
    format,
  };
}

/** Rows of pixels. */
function softmaxes(image: TestOperand, format: IntFormat): readonly IntCase[] {
  const scaling = { multiplier: 1_717_986_918, leftShift: 22, smallestDifference: -248 };
  const inputGrid = { scale: Math.fround(0.05), zeroPoint: 3, format };
  const outputGrid = { scale: 2 ** -8, zeroPoint: minOf(format), format };
  const ofRule = (rule: SoftmaxRuleName): IntCase => {
    const grid = rule.startsWith('tflite-log')
      ? { scale: 1 / 16, zeroPoint: maxOf(format), format }
      : outputGrid;
    const node = { op: 'stackSoftmax', rule, inputGrid, outputGrid: grid, beta: 1 } as const;
    return { node, operands: [image], format };
  };
  return [
    { node: { op: 'softmax', ...scaling }, operands: [image], format },
    ...SOFTMAX_RULE_NAMES.filter((rule) => !rule.startsWith('tflite-softmax-int16')).map(ofRule),
  ];
}

const asBias = ({ tensor, constant }: TestOperand): TestOperand => ({
  ...activation(INT32, tensor.shape, tensor.data),
  constant,
});

/** Element by element, on codes that are no bytes or differ by channel. */
function elementNodesOn(channels: number, spread: WideSpread, format: IntFormat): readonly IntCase[] {
  const clamp = { min: minOf(format), max: maxOf(format) };
  const shape = [2, HEIGHT, WIDTH, channels];
  const [x, y] = [operandOf(spread, format, shape), operandOf('uniform', format, shape)];
  const staged = (shift: number) => ({ requantizer: requantizer(shift), outputZeroPoint: 3, clamp });
  const perChannel: Requantizer = {
    kind: 'shift',
    rounding: 'halfEven',
    shifts: Array.from({ length: channels }, (_, channel) => channel % 3),
  };
  const zeroPoints = { inputZeroPoints: [3, 5] } as const;
  const inputRequantizers = [requantizer(0), requantizer(1)] as const;
  const table = operandOf('uniform', INT16, [channels, 2 ** format.bits], true);
  return [
    {
      node: { op: 'add', ...zeroPoints, leftShift: 4, inputRequantizers, ...staged(5) },
      operands: [x, y],
      format,
    },
    { node: { op: 'mul', ...zeroPoints, ...staged(format.bits - 1) }, operands: [x, y], format },
    { node: { op: 'requantize', inputZeroPoint: 3, ...staged(1) }, operands: [x], format },
    {
      node: { op: 'requantize', inputZeroPoint: 3, ...staged(1), requantizer: perChannel },
      operands: [x],
      format,
    },
    { node: { op: 'lut' }, operands: [x, table], format: INT16 },
  ];
}

const UINT10: IntFormat = { bits: 10, signed: false };

/** One list of nodes for each number of channels. */
export const wideCases = CHANNELS.map((channels) => ({
  channels,
  nodes: SPREADS.flatMap((spread) => [
    ...[INT8, UINT8].flatMap((format) => nodesOn(channels, spread, format)),
    ...[INT8, UINT10, INT16].flatMap((format) => elementNodesOn(channels, spread, format)),
  ]),
}));
