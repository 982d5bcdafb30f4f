import { INT32, INT8, maxOf, minOf, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import type { Requantizer } from '../../src/arith/requantizer.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { POINT_WINDOW, type Window2d } from '../../src/tensor/window.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { tensorOf, type TensorRecipe } from '../arbitraries/quant.js';
import { activation, type TestOperand } from './run-node.js';

/** Nodes on images with so many channels that vectors take them in several blocks, with every rest. */

const CHANNELS = [1, 3, 7, 8, 9, 15, 16, 17, 31, 33] as const;
const SPREADS = ['uniform', 'lowest', 'alternating'] as const;
type WideSpread = (typeof SPREADS)[number];

const [HEIGHT, WIDTH] = [5, 6];

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
  const depthwise = (multiplier: number): IntCase => ({
    node: {
      op: 'depthwiseConv2d',
      ...window,
      groups: channels,
      inputZeroPoint: zeroPoint,
      weightZeroPoint: 0,
      requantizer: requantizer(7),
      ...staged,
    },
    operands: [
      image,
      operandOf(spread, INT8, [channels * multiplier, 3, 2, 1], true),
      operandOf('uniform', { bits: 12, signed: true }, [channels * multiplier], true),
    ].map((operand, index) => (index === 2 ? asBias(operand) : operand)),
    format,
  });
  const small = asBias(operandOf('uniform', { bits: 12, signed: true }, [channels + 2], true));
  const large = activation(INT32, [channels + 2], new Int32Array(channels + 2).fill(2 ** 29));
  const square = (padRight: number, input: TestOperand, weightZeroPoint = 0, bias = small): IntCase => ({
    node: {
      op: 'conv2d',
      ...window,
      kernelWidth: 3,
      strideWidth: 1,
      padRight,
      groups: 1,
      inputZeroPoint: zeroPoint,
      weightZeroPoint,
      requantizer: requantizer(11),
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
    square(0, image),
    square(1, image, -5),
    square(1, image, 0, { ...large, constant: true }),
    square(1, operandOf(spread, format, [1, TALL_HEIGHT, WIDTH, channels])),
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
  ];
}

const asBias = ({ tensor, constant }: TestOperand): TestOperand => ({
  ...activation(INT32, tensor.shape, tensor.data),
  constant,
});

/** One list of nodes for each number of channels. */
export const wideCases = CHANNELS.map((channels) => ({
  channels,
  nodes: SPREADS.flatMap((spread) => [INT8, UINT8].flatMap((format) => nodesOn(channels, spread, format))),
}));
