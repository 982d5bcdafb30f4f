import { describe, expect, it } from 'vitest';
import type { TfliteBuiltin } from '../../../src/formats/tflite-builtins.js';
import type { TfliteType } from '../../../src/formats/tflite-types.js';
import { nearestAway, rescaled, sumCode } from '../../oracle/tflite-operators.js';
import { constant, described, fed, integers, runOperator } from '../../support/tflite/model-parts.js';

/** Operators without weights from bytes to codes; expected codes by hand or in exact arithmetic. */

const int8 = { min: -128, max: 127 };
const ramp = Array.from({ length: 256 }, (_, i) => i - 128);
const scales = (...values: readonly number[]): number[] => values.map(Math.fround);

describe('sums and products', () => {
  const [a, b, y] = scales(0.05, 0.021, 0.043) as [number, number, number];
  const column = [-128, -3, 127];
  const pairs = column.flatMap((right) => ramp.map((left) => [left, right] as const));

  it('ADD broadcasts a constant of fewer axes and clamps to RELU', () => {
    const [codes] = runOperator(
      'ADD',
      [
        fed('int8', [1, 3, 256], [...ramp, ...ramp, ...ramp], [a, -20]),
        constant('int8', [3, 1], column, [b, 7]),
      ],
      [described('int8', [1, 3, 256], [y, -11])],
      { fusedActivationFunction: 'RELU' },
    );
    const relu = { zeroPoint: -11, min: -11, max: 127 };
    expect(codes).toEqual(pairs.map(([left, right]) => sumCode([left + 20, right - 7], [a, b], 1, y, relu)));
  });

  it('ADD broadcasts its first operand, too', () => {
    const [codes] = runOperator(
      'ADD',
      [constant('int8', [], [5], [a, 0]), fed('int8', [256], ramp, [b, 0])],
      [described('int8', [256], [y, 0])],
    );
    expect(codes).toEqual(ramp.map((right) => sumCode([5, right], [a, b], 1, y, { zeroPoint: 0, ...int8 })));
  });

  it.each([
    { semantics: 'tflite-micro', round: Math.fround, code: 79 },
    { semantics: 'tflite-reference', round: (factor: number) => factor, code: 80 },
  ])('SUB has ratios of scales as $semantics forms them', ({ semantics, round, code }) => {
    const [x0, x1, out] = scales(0.32, 0.2, 0.56) as [number, number, number];
    const left = [66, ...ramp.slice(1)];
    const [codes] = runOperator(
      'SUB',
      [fed('int8', [1, 256], left, [x0, 0]), fed('int8', [2, 1], [-117, 50], [x1, 0])],
      [described('int8', [2, 256], [out, 0])],
      {},
      semantics,
    );
    // (66 · 0.32 + 117 · 0.2) / 0.56 = 79.5: a tie that the float32 ratios miss.
    expect(codes![0]).toBe(code);
    const expected = [-117, 50].flatMap((right) =>
      left.map((x) => sumCode([x, right], [x0, x1], -1, out, { zeroPoint: 0, ...int8 }, round)),
    );
    expect(codes).toEqual(expected);
  });

  it('MUL broadcasts in the middle and clamps to RELU6', () => {
    const left = [-128, -1, 60, 127];
    const right = [100, -100, 3, 127, -128, 0];
    const [codes] = runOperator(
      'MUL',
      [fed('int8', [2, 1, 2], left, [a, -2]), constant('int8', [3, 2], right, [b, 1])],
      [described('int8', [2, 3, 2], [y, -40])],
      { fusedActivationFunction: 'RELU6' },
    );
    const relu6 = { zeroPoint: -40, min: -40, max: -40 + nearestAway(6000, 43) };
    const expected = [0, 1].flatMap((i) =>
      [0, 1, 2].flatMap((j) =>
        [0, 1].map((k) => rescaled((left[i * 2 + k]! + 2) * (right[j * 2 + k]! - 1), (a * b) / y, relu6)),
      ),
    );
    expect(codes).toEqual(expected);
  });
});

describe('pools', () => {
  // Two rows of three pixels. Window 2 x 2 in steps of 1, SAME: one row and one column of padding at the end.
  const pixels = [-100, 3, 8, 50, -6, 127];
  const options = { padding: 'SAME', strideH: 1, strideW: 1, filterHeight: 2, filterWidth: 2 };
  const image = fed('int8', [1, 2, 3, 1], pixels, [0.5, -10]);

  it('AVERAGE_POOL_2D counts no padding, rounds codes away from zero and clamps to RELU', () => {
    const [codes] = runOperator('AVERAGE_POOL_2D', [image], [described('int8', [1, 2, 3, 1], [0.5, -10])], {
      ...options,
      fusedActivationFunction: 'RELU',
    });
    // −53/4 is below the zero point; 132/4; 135/2 = 67.5 goes up; 44/2; 121/2 = 60.5 goes up; 127.
    expect(codes).toEqual([-10, 33, 68, 22, 61, 127]);
  });

  it('AVERAGE_POOL_2D rounds −13.25 and −2.5 to −13 and −3', () => {
    const [codes] = runOperator(
      'AVERAGE_POOL_2D',
      [fed('int8', [1, 2, 3, 1], [-100, 3, 8, 50, -6, -13], [0.5, -10])],
      [described('int8', [1, 2, 3, 1], [0.5, -10])],
      options,
    );
    expect(codes).toEqual([-13, -2, -3, 22, -10, -13]);
  });

  it('MAX_POOL_2D clamps to RELU_N1_TO_1', () => {
    const [codes] = runOperator('MAX_POOL_2D', [image], [described('int8', [1, 2, 3, 1], [0.5, -10])], {
      ...options,
      fusedActivationFunction: 'RELU_N1_TO_1',
    });
    // −1 and 1 are the codes −12 and −8.
    expect(codes).toEqual([-8, -8, -8, -8, -8, -8]);
    const [low] = runOperator(
      'MAX_POOL_2D',
      [fed('int8', [1, 1, 3, 1], [-100, -11, -9], [0.5, -10])],
      [described('int8', [1, 1, 3, 1], [0.5, -10])],
      { ...options, filterHeight: 1, filterWidth: 1, fusedActivationFunction: 'RELU_N1_TO_1' },
    );
    expect(low).toEqual([-12, -11, -9]);
  });

  it.each<{ axes: readonly number[]; keepDims: boolean; shape: readonly number[]; codes: readonly number[] }>(
    [
      { axes: [-1], keepDims: false, shape: [1, 2, 2], codes: [2, 12, 22, 32] },
      { axes: [-1], keepDims: true, shape: [1, 2, 2, 1], codes: [2, 12, 22, 32] },
      { axes: [1, -2, 1], keepDims: false, shape: [1, 2], codes: [16, 18] },
      { axes: [3, 0], keepDims: true, shape: [1, 2, 2, 1], codes: [2, 12, 22, 32] },
      { axes: [0, 1, 2, 3], keepDims: false, shape: [], codes: [17] },
    ],
  )('MEAN over $axes, keepDims $keepDims', ({ axes, keepDims, shape, codes }) => {
    const x = fed('int8', [1, 2, 2, 2], [1, 3, 11, 13, 21, 23, 31, 33], [0.25, 5]);
    const [made] = runOperator('MEAN', [x, integers(axes)], [described('int8', shape, [0.25, 5])], {
      keepDims,
    });
    expect(made).toEqual(codes);
  });
});

describe('ARG_MAX', () => {
  it.each<{ type: TfliteType; grid?: readonly [number, number]; values: readonly number[] }>([
    { type: 'int8', grid: [0.1, -128], values: [-128, 7, 7, -1, -1, -2] },
    { type: 'uint8', grid: [0.1, 3], values: [0, 200, 200, 9, 9, 8] },
    { type: 'float32', values: [-1.5, 2, 2, 0.25, 0.25, 0] },
  ])('of $type gives the first of equals, along an axis from the end', ({ type, grid, values }) => {
    for (const outputType of ['int32', 'int64'] as const) {
      const x = fed(type, [1, 2, 3], values, grid);
      const constants = type === 'float32' ? codedCompanion() : [];
      const [codes] = runOperator(
        'ARG_MAX',
        [x, integers([-1], [])],
        [described(outputType, [1, 2])],
        { outputType },
        'tflite-micro',
        constants,
      );
      expect(codes).toEqual([1, 0]);
    }
  });
});

describe('rescaling', () => {
  it.each<{ from: TfliteType; to: TfliteType; zeroPoints: readonly [number, number]; shift: number }>([
    { from: 'int8', to: 'uint8', zeroPoints: [-5, 123], shift: 128 },
    { from: 'uint8', to: 'int8', zeroPoints: [123, -5], shift: -128 },
  ])('QUANTIZE moves $from to $to', ({ from, to, zeroPoints, shift }) => {
    const codes = from === 'int8' ? ramp : ramp.map((code) => code + 128);
    const [made] = runOperator(
      'QUANTIZE',
      [fed(from, [256], codes, [0.02, zeroPoints[0]])],
      [described(to, [256], [0.02, zeroPoints[1]])],
    );
    expect(made).toEqual(codes.map((code) => code + shift));
  });

  it('QUANTIZE rescales in double and saturates', () => {
    const [x, y] = scales(0.03, 0.02) as [number, number];
    const [made] = runOperator(
      'QUANTIZE',
      [
        fed(
          'uint8',
          [256],
          ramp.map((code) => code + 128),
          [x, 90],
        ),
      ],
      [described('int8', [256], [y, 4])],
    );
    expect(made).toEqual(ramp.map((code) => rescaled(code + 128 - 90, x / y, { zeroPoint: 4, ...int8 })));
  });

  it('QUANTIZE of int32 takes codes of the whole range', () => {
    const codes = [-(2 ** 31), -(2 ** 24), 0, 2 ** 24 - 1, 2 ** 31 - 1];
    const [made] = runOperator(
      'QUANTIZE',
      [fed('int32', [5], codes, [2 ** -20, 0])],
      [described('int8', [5], [0.25, 1])],
    );
    // 2^24 · 2^−20 / 0.25 = 64; one less is 63.999…
    expect(made).toEqual([-128, -63, 1, 65, 127]);
  });
});

describe('PRELU', () => {
  const [x, slope, y] = scales(0.05, 0.011, 0.04) as [number, number, number];
  const preluCode = (code: number, slopeCode: number): number => {
    const output = { zeroPoint: -3, ...int8 };
    const value = code - 12;
    return value >= 0
      ? rescaled(value, x / y, output)
      : rescaled(value * (slopeCode - 2), (x * slope) / y, output);
  };

  it('has a slope for each channel', () => {
    const slopes = [-128, 2, 50, 127];
    const [codes] = runOperator(
      'PRELU',
      [fed('int8', [1, 8, 8, 4], ramp, [x, 12]), constant('int8', [1, 1, 4], slopes, [slope, 2])],
      [described('int8', [1, 8, 8, 4], [y, -3])],
    );
    expect(codes).toEqual(ramp.map((code, i) => preluCode(code, slopes[i % 4]!)));
  });

  it('has a slope for each element', () => {
    const slopes = ramp.toReversed();
    const [codes] = runOperator(
      'PRELU',
      [fed('int8', [1, 8, 8, 4], ramp, [x, 12]), constant('int8', [8, 8, 4], slopes, [slope, 2])],
      [described('int8', [1, 8, 8, 4], [y, -3])],
    );
    expect(codes).toEqual(ramp.map((code, i) => preluCode(code, slopes[i]!)));
  });
});

/** An unused quantized input makes a float operator part of a quantized model. */
function codedCompanion() {
  return [fed('int8', [1], [0], [1, 0])];
}

describe('operators on uint8', () => {
  // real = scale · (code − zero point), so codes and zero points that are 128 larger stand for the same numbers.
  const cases: readonly {
    readonly name: TfliteBuiltin;
    readonly output: readonly [number, number];
    readonly options?: Readonly<Record<string, unknown>>;
  }[] = [
    { name: 'LOGISTIC', output: [2 ** -8, -128] },
    { name: 'TANH', output: [2 ** -7, 0] },
    { name: 'HARD_SWISH', output: [0.03, -100] },
    { name: 'LEAKY_RELU', output: [0.03, -20], options: { alpha: 0.3 } },
    { name: 'RELU', output: [0.03, -20] },
    { name: 'RELU6', output: [0.03, -20] },
    { name: 'SOFTMAX', output: [2 ** -8, -128], options: { beta: 1.9 } },
  ];
  it.each(cases)('$name gives the codes of int8, 128 larger', ({ name, output, options }) => {
    const shape = [4, 64];
    const run = (type: 'int8' | 'uint8', shift: number): readonly number[] =>
      runOperator(
        name,
        [
          fed(
            type,
            shape,
            ramp.map((code) => code + shift),
            [0.04, 5 + shift],
          ),
        ],
        [described(type, shape, [output[0], output[1] + shift])],
        options,
      )[0]!;
    const codes = run('int8', 0);
    expect(run('uint8', 128).map((code) => code - 128)).toEqual(codes);
    expect(new Set(codes).size).toBeGreaterThan(10);
  });
});

const sumOf = (row: readonly number[]): number => row.reduce((sum, real) => sum + Math.exp(real), 0);

describe('results on a grid that the integer kernel does not write', () => {
  const x = fed(
    'uint8',
    [4, 64],
    ramp.map((code) => code + 128),
    [0.04, 133],
  );
  const realRows = [0, 1, 2, 3].map((row) =>
    Array.from({ length: 64 }, (_, i) => Math.fround(0.04) * (row * 64 + i - 133)),
  );

  it('LOG_SOFTMAX of uint8 is computed in float32', () => {
    const [codes] = runOperator('LOG_SOFTMAX', [x], [described('uint8', [4, 64], [0.0625, 255])]);
    const expected = realRows.flatMap((row) =>
      row.map((real) => Math.max(0, 255 + Math.round((real - Math.log(sumOf(row))) / 0.0625))),
    );
    expect(codes).toEqual(expected);
    expect(new Set(codes).size).toBeGreaterThan(30);
  });

  it('SOFTMAX onto another scale is computed in float32', () => {
    const [codes] = runOperator('SOFTMAX', [x], [described('uint8', [4, 64], [2 ** -10, 0])], { beta: 1 });
    const expected = realRows.flatMap((row) =>
      row.map((real) => Math.min(255, Math.round((Math.exp(real) / sumOf(row)) * 1024))),
    );
    expect(codes).toEqual(expected);
    expect(new Set(codes).size).toBeGreaterThan(10);
  });

  it.each(['LOGISTIC', 'TANH'] as const)('%s of int16 onto another scale is computed in float32', (name) => {
    const wide = [-32768, -5000, -1, 0, 1, 700, 20_000, 32767];
    const [codes] = runOperator(
      name,
      [fed('int16', [8], wide, [0.001, 0])],
      [described('int16', [8], [2 ** -14, 0])],
    );
    const f = name === 'TANH' ? Math.tanh : (real: number): number => 1 / (1 + Math.exp(-real));
    expect(codes).toEqual(wide.map((code) => Math.round(f(Math.fround(0.001) * code) * 2 ** 14)));
  });
});
