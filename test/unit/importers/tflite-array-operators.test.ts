import { describe, expect, it } from 'vitest';
import { elementCount, type Shape } from '../../../src/tensor/shape.js';
import { forward, transposed } from '../../oracle/convolution.js';
import { rescaled, rescaledWide, type CodesOf } from '../../oracle/tflite-operators.js';
import { constant, described, fed, integers, runOperator } from '../../support/tflite/model-parts.js';

/** Layers from bytes to codes; expected codes from a convolution by scattering and exact rescaling. */

type Extents4 = readonly [number, number, number, number];

/** Codes that repeat late and reach both ends of the format. */
const spread = (shape: Shape, low: number, high: number, step: number): number[] =>
  Array.from({ length: elementCount(shape) }, (_, i) => low + ((i * step + 5) % (high - low + 1)));

const geometry = (
  [strideHeight, strideWidth]: readonly [number, number],
  [dilationHeight, dilationWidth]: readonly [number, number],
  [padTop, padLeft]: readonly [number, number],
  [kernelHeight, kernelWidth]: readonly [number, number],
  groups: number,
) => ({
  strideHeight,
  strideWidth,
  dilationHeight,
  dilationWidth,
  padTop,
  padLeft,
  padBottom: 0,
  padRight: 0,
  kernelHeight,
  kernelWidth,
  groups,
});

const less = (codes: readonly number[], zeroPoint: number): number[] => codes.map((code) => code - zeroPoint);

/** Sums of every output, channels innermost, to codes. */
const codesOf = (sums: readonly number[], factors: readonly number[], output: CodesOf): number[] =>
  sums.map((sum, i) => rescaled(sum, factors[i % factors.length]!, output));

describe('CONV_2D', () => {
  it('pads SAME of an odd rest at the end, scales each channel and clamps to RELU6', () => {
    const [x, w, b]: readonly number[][] = [
      spread([1, 5, 6, 2], -128, 127, 37),
      spread([3, 2, 3, 2], -127, 127, 71),
      [900, -1200, 33],
    ];
    const scales = [0.004, 0.011, 0.0007].map(Math.fround);
    const [xScale, yScale] = [Math.fround(0.05), Math.fround(0.031)];
    const [codes] = runOperator(
      'CONV_2D',
      [
        fed('int8', [1, 5, 6, 2], x!, [xScale, -7]),
        constant('int8', [3, 2, 3, 2], w!, [scales, 0, 0]),
        constant('int32', [3], b!, [scales.map((scale) => scale * xScale), 0, 0]),
      ],
      [described('int8', [1, 3, 3, 3], [yScale, -90])],
      { padding: 'SAME', strideH: 2, strideW: 2, fusedActivationFunction: 'RELU6' },
    );
    // Rows: (3 − 1) · 2 + 2 − 5 = 1, all of it below. Columns: (3 − 1) · 2 + 3 − 6 = 1, all of it on the right.
    const sums = forward(
      { shape: [1, 5, 6, 2], data: less(x!, -7) },
      { shape: [3, 2, 3, 2], data: w! },
      b!,
      geometry([2, 2], [1, 1], [0, 0], [2, 3], 1),
      [1, 3, 3, 3],
    );
    const relu6 = { zeroPoint: -90, min: -90, max: -90 + 194 }; // 6 / 0.031 = 193.5…
    const factors = scales.map((scale) => (xScale * scale) / yScale);
    expect(codes).toEqual(codesOf(sums, factors, relu6));
    expect(new Set(codes).size).toBeGreaterThan(4);
    expect(Math.max(...codes!)).toBe(104);
  });

  it('takes uint8 weights with a zero point, dilation, groups, no bias and RELU_N1_TO_1', () => {
    const x = spread([2, 6, 5, 4], 0, 255, 91);
    const w = spread([6, 2, 2, 2], 0, 255, 57);
    const [xScale, wScale, yScale] = [0.02, 0.003, 0.01].map(Math.fround) as [number, number, number];
    const outputs: Extents4 = [2, 4, 4, 6];
    const [codes] = runOperator(
      'CONV_2D',
      [fed('uint8', [2, 6, 5, 4], x, [xScale, 131]), constant('uint8', [6, 2, 2, 2], w, [wScale, 119]), null],
      [described('uint8', outputs, [yScale, 125])],
      {
        padding: 'VALID',
        strideH: 1,
        strideW: 1,
        dilationHFactor: 2,
        dilationWFactor: 1,
        fusedActivationFunction: 'RELU_N1_TO_1',
      },
    );
    const sums = forward(
      { shape: [2, 6, 5, 4], data: less(x, 131) },
      { shape: [6, 2, 2, 2], data: less(w, 119) },
      [0, 0, 0, 0, 0, 0],
      geometry([1, 1], [2, 1], [0, 0], [2, 2], 2),
      outputs,
    );
    const expected = codesOf(sums, [(xScale * wScale) / yScale], { zeroPoint: 125, min: 25, max: 225 });
    expect(codes).toEqual(expected);
    expect(new Set(codes).size).toBeGreaterThan(50);
  });
});

describe('DEPTHWISE_CONV_2D', () => {
  it('makes two channels of each with a dilated window, in the order of the weights', () => {
    const x = spread([1, 7, 6, 3], -128, 127, 53);
    const w = spread([1, 3, 2, 6], -127, 127, 29);
    const b = [10, -400, 0, 77, 1000, -5];
    const scales = [0.01, 0.002, 0.03, 0.007, 0.0009, 0.05].map(Math.fround);
    const [xScale, yScale] = [Math.fround(0.03), Math.fround(0.09)];
    const [codes] = runOperator(
      'DEPTHWISE_CONV_2D',
      [
        fed('int8', [1, 7, 6, 3], x, [xScale, 20]),
        constant('int8', [1, 3, 2, 6], w, [scales, 0, 3]),
        constant('int32', [6], b, [scales.map((scale) => scale * xScale), 0, 0]),
      ],
      [described('int8', [1, 7, 6, 6], [yScale, 3])],
      {
        padding: 'SAME',
        strideH: 1,
        strideW: 1,
        depthMultiplier: 2,
        dilationHFactor: 2,
        dilationWFactor: 3,
        fusedActivationFunction: 'RELU',
      },
    );
    // Weight [0, row, column, o] is that of output o, which reads input floor(o / 2). A window of 5 x 4 pads 4 rows, 3 columns.
    const planes = [0, 1, 2, 3, 4, 5].flatMap((o) => w.filter((_, i) => i % 6 === o));
    const sums = forward(
      { shape: [1, 7, 6, 3], data: less(x, 20) },
      { shape: [6, 3, 2, 1], data: planes },
      b,
      geometry([1, 1], [2, 3], [2, 1], [3, 2], 3),
      [1, 7, 6, 6],
    );
    const factors = scales.map((scale) => (xScale * scale) / yScale);
    expect(codes).toEqual(codesOf(sums, factors, { zeroPoint: 3, min: 3, max: 127 }));
    expect(new Set(codes).size).toBeGreaterThan(40);
  });
});

describe('TRANSPOSE_CONV', () => {
  it.each<{
    why: string;
    padding: 'SAME' | 'VALID';
    strides: readonly [number, number];
    input: readonly [number, number];
    kernel: readonly [number, number];
    output: readonly [number, number];
    before: readonly [number, number];
  }>([
    {
      why: 'SAME, cropped by an odd rest',
      padding: 'SAME',
      strides: [2, 2],
      input: [3, 2],
      kernel: [3, 4],
      output: [6, 3],
      before: [0, 1],
    },
    {
      why: 'SAME, strides apart',
      padding: 'SAME',
      strides: [3, 1],
      input: [2, 3],
      kernel: [4, 3],
      output: [5, 3],
      before: [1, 1],
    },
    {
      why: 'VALID, the full result',
      padding: 'VALID',
      strides: [2, 3],
      input: [2, 3],
      kernel: [3, 2],
      output: [5, 8],
      before: [0, 0],
    },
    {
      why: 'VALID, one row more than the kernel reaches',
      padding: 'VALID',
      strides: [2, 2],
      input: [2, 2],
      kernel: [1, 3],
      output: [4, 5],
      before: [0, 0],
    },
  ])('of $why', ({ padding, strides, input, kernel, output, before }) => {
    const shapes = {
      x: [1, ...input, 2] as unknown as Extents4,
      w: [3, ...kernel, 2] as unknown as Extents4,
      y: [1, ...output, 3] as unknown as Extents4,
    };
    const x = spread(shapes.x, -128, 127, 47);
    const w = spread(shapes.w, -127, 127, 83);
    const scales = [0.01, 0.02, 0.004].map(Math.fround);
    const [xScale, yScale] = [Math.fround(0.1), Math.fround(0.25)];
    const bias = [400, 0, -900];
    const [codes] = runOperator(
      'TRANSPOSE_CONV',
      [
        integers(shapes.y),
        constant('int8', shapes.w, w, [scales, 0, 0]),
        fed('int8', shapes.x, x, [xScale, -30]),
        constant('int32', [3], bias, [scales.map((scale) => scale * xScale), 0, 0]),
      ],
      [described('int8', shapes.y, [yScale, -1])],
      { padding, strideH: strides[0], strideW: strides[1] },
    );
    const sums = transposed(
      { shape: shapes.x, data: less(x, -30) },
      { shape: shapes.w, data: w },
      bias,
      geometry(strides, [1, 1], before, kernel, 1),
      shapes.y,
    );
    const factors = scales.map((scale) => (xScale * scale) / yScale);
    expect(codes).toEqual(codesOf(sums, factors, { zeroPoint: -1, min: -128, max: 127 }));
    expect(new Set(codes).size).toBeGreaterThan(8);
  });
});

/** `bias + Σ x · w` of rows of features. */
function denseSums(x: readonly number[], w: readonly number[], bias: readonly number[]): number[] {
  const features = w.length / bias.length;
  return Array.from({ length: (x.length / features) * bias.length }, (_, i) => {
    const [row, output] = [Math.floor(i / bias.length), i % bias.length];
    let sum = bias[output]!;
    for (let k = 0; k < features; k += 1) sum += x[row * features + k]! * w[output * features + k]!;
    return sum;
  });
}

describe('FULLY_CONNECTED', () => {
  it('takes rows out of an input of four axes, with a float32 product of the scales', () => {
    const x = spread([2, 1, 3, 4], -128, 127, 61);
    const w = spread([5, 12], -127, 127, 97);
    const [xScale, wScale, yScale] = [0.0173, 0.0091, 0.0303].map(Math.fround) as [number, number, number];
    const [codes] = runOperator(
      'FULLY_CONNECTED',
      [
        fed('int8', [2, 1, 3, 4], x, [xScale, 9]),
        constant('int8', [5, 12], w, [wScale, 0]),
        constant('int32', [5], [1, -2000, 3000, 0, 12], [xScale * wScale, 0]),
      ],
      [described('int8', [2, 5], [yScale, 11])],
      { fusedActivationFunction: 'RELU' },
    );
    const sums = denseSums(less(x, 9), w, [1, -2000, 3000, 0, 12]);
    const factor = Math.fround(xScale * wScale) / yScale;
    expect(codes).toEqual(codesOf(sums, [factor], { zeroPoint: 11, min: 11, max: 127 }));
    expect(new Set(codes).size).toBeGreaterThan(3);
  });

  it('has another factor than the double product of the scales would be', () => {
    const [xScale, wScale, yScale] = [0.00037, 0.00031, 1].map(Math.fround) as [number, number, number];
    const factor = Math.fround(xScale * wScale) / yScale;
    // Weights of 0 leave the bias, as near to a tie as it can be.
    const bias = Array.from({ length: 254 }, (_, i) => Math.round((i - 126.5) / factor));
    const [codes] = runOperator(
      'FULLY_CONNECTED',
      [
        fed('int8', [1, 1], [1], [xScale, 0]),
        constant(
          'int8',
          [254, 1],
          bias.map(() => 0),
          [wScale, 0],
        ),
        constant('int32', [254], bias, [xScale * wScale, 0]),
      ],
      [described('int8', [1, 254], [yScale, 0])],
    );
    const output = { zeroPoint: 0, min: -128, max: 127 };
    const expected = codesOf(bias, [factor], output);
    expect(expected).not.toEqual(codesOf(bias, [(xScale * wScale) / yScale], output));
    expect(codes).toEqual(expected);
  });

  it('keeps the axes where it is told to, and takes asymmetric uint8 weights without a bias', () => {
    const x = spread([2, 3, 4], 0, 255, 61);
    const w = spread([5, 4], 0, 255, 97);
    const [xScale, wScale, yScale] = [0.04, 0.02, 0.3].map(Math.fround) as [number, number, number];
    const [codes] = runOperator(
      'FULLY_CONNECTED',
      [fed('uint8', [2, 3, 4], x, [xScale, 100]), constant('uint8', [5, 4], w, [wScale, 140])],
      [described('uint8', [2, 3, 5], [yScale, 128])],
      { keepNumDims: true },
    );
    const sums = denseSums(less(x, 100), less(w, 140), [0, 0, 0, 0, 0]);
    const factor = Math.fround(xScale * wScale) / yScale;
    expect(codes).toEqual(codesOf(sums, [factor], { zeroPoint: 128, min: 0, max: 255 }));
    expect(new Set(codes).size).toBeGreaterThan(10);
  });

  it('scales each output by itself', () => {
    const x = spread([1, 6], -128, 127, 61);
    const w = spread([3, 6], -127, 127, 97);
    const scales = [0.01, 0.1, 0.003].map(Math.fround);
    const [xScale, yScale] = [Math.fround(0.1), Math.fround(0.9)];
    const [codes] = runOperator(
      'FULLY_CONNECTED',
      [fed('int8', [1, 6], x, [xScale, 0]), constant('int8', [3, 6], w, [scales, 0, 0]), null],
      [described('int8', [1, 3], [yScale, 0])],
    );
    const factors = scales.map((scale) => (xScale * scale) / yScale);
    expect(codes).toEqual(
      codesOf(denseSums(x, w, [0, 0, 0]), factors, { zeroPoint: 0, min: -128, max: 127 }),
    );
  });
});

describe('int16 activations', () => {
  const features = 900;
  const x = [1, 2, 3].flatMap((row) =>
    Array.from({ length: features }, (_, i) =>
      row === 1 ? 32767 : row === 2 ? -32768 : (i % 50) * 1000 - 20_000,
    ),
  );
  const w = Array.from({ length: features }, (_, i) => 127 - (i % 5));
  const [xScale, wScale, yScale] = [0.001, 0.01, 4].map(Math.fround) as [number, number, number];
  const int16 = { zeroPoint: 0, min: -32768, max: 32767 };
  const sums = denseSums(x, w, [-5_000_000]).map(BigInt);
  const bias = constant('int64', [1], [-5_000_000], [xScale * wScale, 0]);
  const expected = (factor: number): number[] => sums.map((sum) => rescaledWide(sum, factor, int16));

  it('are summed beyond int32 by FULLY_CONNECTED', () => {
    expect(sums.filter((sum) => sum >= 2n ** 31n || sum < -(2n ** 31n))).toHaveLength(2);
    const running = (semantics: string) =>
      runOperator(
        'FULLY_CONNECTED',
        [fed('int16', [3, features], x, [xScale, 0]), constant('int8', [1, features], w, [wScale, 0]), bias],
        [described('int16', [3, 1], [yScale, 0])],
        {},
        semantics,
      );
    const [codes] = running('tflite-micro');
    expect(codes).toEqual(expected(Math.fround(xScale * wScale) / yScale));
    expect(new Set(codes).size).toBe(3);
    // Codes of TensorFlow 2.21.0, by its reference kernels and as it runs by default.
    for (const semantics of ['tflite-reference', 'tflite-xnnpack'])
      expect(running(semantics)).toEqual([[9203, -9229, 1249]]);
  });

  it('are summed beyond int32 by CONV_2D and DEPTHWISE_CONV_2D', () => {
    const factor = (xScale * wScale) / yScale;
    const options = { padding: 'VALID', strideH: 30, strideW: 30 };
    const image = fed('int16', [3, 30, 30, 1], x, [xScale, 0]);
    const output = described('int16', [3, 1, 1, 1], [yScale, 0]);
    const weights = constant('int8', [1, 30, 30, 1], w, [[wScale], 0]);
    for (const name of ['CONV_2D', 'DEPTHWISE_CONV_2D'] as const) {
      const depth = name === 'CONV_2D' ? {} : { depthMultiplier: 1 };
      const [codes] = runOperator(name, [image, weights, bias], [output], { ...options, ...depth });
      expect(codes).toEqual(expected(factor));
    }
  });
});
