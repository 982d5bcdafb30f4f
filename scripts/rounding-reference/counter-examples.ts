import type { RuleName } from '../../src/arith/requantizers/names.js';
import type { OutputGrid, Parameters } from '../../src/arith/requantizers/rule.js';

/** One input on which stacks disagree, as each of them takes it. */
export interface CounterExample {
  readonly why: string;
  readonly acc: bigint;
  /** Int32 without a zero point unless said. */
  readonly output?: OutputGrid;
  readonly rules: readonly { readonly name: RuleName; readonly parameters: Parameters }[];
}

const leftShifted = (multiplier: number, leftShift: number, names: readonly RuleName[]) =>
  names.map((name) => ({ name, parameters: { multiplier, leftShift } }));
const scaled = (scale: number, names: readonly RuleName[]) =>
  names.map((name) => ({ name, parameters: { scale } }));

const UINT8 = (zeroPoint: number): OutputGrid => ({ zeroPoint, min: 0, max: 255 });
const INT8 = (zeroPoint: number): OutputGrid => ({ zeroPoint, min: -128, max: 127 });

/** Inputs that tell stacks apart. What each rule answers is computed, and held against what the real code answered by a test. */
export const COUNTER_EXAMPLES: readonly CounterExample[] = [
  {
    why: '0.25: two roundings carry it to 1',
    acc: 1n,
    rules: leftShifted(2 ** 30, -1, [
      'tflite-double',
      'tflite-single',
      'tflite-neon-double',
      'cmsis-nn-mve-single-predicated',
      'cmsis-nn-mve-single',
    ]),
  },
  {
    why: '-0.5: away, up, up',
    acc: -2n,
    rules: leftShifted(2 ** 30, -1, ['tflite-double', 'tflite-neon-double', 'tflite-single']),
  },
  {
    why: '-0.75: the first rounding makes a tie of it',
    acc: -3n,
    rules: leftShifted(2 ** 30, -1, [
      'tflite-double',
      'tflite-single',
      'tflite-neon-double',
      'cmsis-nn-mve-single-predicated',
    ]),
  },
  {
    why: '-6.4926: more than half away under two roundings',
    acc: -151n,
    rules: leftShifted(1477370759, -4, ['tflite-double', 'tflite-single']),
  },
  {
    why: '112.4859',
    acc: 4480n,
    rules: leftShifted(1725439486, -5, ['tflite-double', 'tflite-single']),
  },
  {
    why: '-2.5 under three tie rules',
    acc: -5n,
    rules: [
      ...scaled(0.5, ['xnnpack-fp32', 'xnnpack-rndnu', 'xnnpack-rndna']),
      ...leftShifted(2 ** 30, 0, ['tflite-double']),
    ],
  },
  {
    why: '-1.5 under three tie rules',
    acc: -3n,
    rules: scaled(0.5, ['xnnpack-fp32', 'xnnpack-rndnu', 'xnnpack-rndna']),
  },
  {
    why: '92.500001: the accumulator loses its low bits as a float32',
    acc: 84289639n,
    rules: scaled(1.0974065389746102e-6, ['xnnpack-fp32', 'xnnpack-rndnu']),
  },
  {
    why: '1.5 - 2^-53: the product is 1.5 as a double',
    acc: 2095061782n,
    rules: [
      ...scaled(12897757 * 2 ** -54, ['tflite-float64']),
      {
        name: 'multiply-shift-half-away-from-zero',
        parameters: { multiplier: 12897757, rightShift: 54 },
      },
    ],
  },
  {
    why: '2^32 leaves int32: wrapped or saturated',
    acc: 2n ** 30n,
    output: UINT8(7),
    rules: scaled(4, ['xnnpack-rndnu', 'xnnpack-rndnu-neon']),
  },
  {
    why: '2^31 leaves int32 on its way through CVTPS2DQ',
    acc: 2n ** 30n,
    output: UINT8(0),
    rules: scaled(2, ['fbgemm-float', 'fbgemm-float-avx2']),
  },
  {
    why: 'the sum with the zero point wraps',
    acc: 2147483647n,
    output: INT8(127),
    rules: leftShifted(2147483647, 0, ['tflite-double', 'cmsis-nn-double', 'double-rounding']),
  },
  {
    why: '2^30: doubled, it leaves int32 before the last shift',
    acc: 2n ** 31n,
    rules: leftShifted(2 ** 30, 0, ['tflite-int64', 'cmsis-nn-s64']),
  },
  {
    why: '-0.99999994: v - 1 rounds up to -2 in float32',
    acc: -1n,
    output: INT8(0),
    rules: scaled(1 - 2 ** -24, ['gemmini-scale-c-model', 'gemmini-scale']),
  },
  {
    why: '0.5 beside an odd zero point, added after rounding or before',
    acc: 1n,
    output: INT8(1),
    rules: scaled(0.5, ['onnxruntime', 'onnx-reference']),
  },
];
