import { INT17, INT32, saturate } from '../int-format.js';
import { roundShift } from '../rounding.js';
import { defineRule } from './define.js';
import type { ParameterSet } from './parameters.js';

import type { RequantizerRule } from './rule.js';

const stack = 'NVDLA';
const source = 'nvdla/hw@8e06b1b9d85a';

const INT16_RANGE = { type: 'integer', min: -(2 ** 15), max: 2 ** 15 - 1 } as const;

interface Converter {
  readonly offset: number;
  readonly scale: number;
  readonly truncate: number;
}

const converter: ParameterSet<keyof Converter> = {
  specs: [
    { name: 'offset', type: 'integer', min: -(2 ** 31), max: 2 ** 31 - 1, meaning: 'subtracted first' },
    { name: 'scale', ...INT16_RANGE, meaning: 'int16 multiplier' },
    { name: 'truncate', type: 'integer', min: 0, max: 63, meaning: 'bits dropped after the multiplication' },
  ],
  factor: ({ scale, truncate }) => ({ multiplier: BigInt(scale), rightShift: truncate }),
  withFactor: (factor) => {
    let [multiplier, truncate] = [factor.multiplier, factor.rightShift];
    for (; multiplier > 32767n && multiplier % 2n === 0n; truncate -= 1) multiplier /= 2n;
    return multiplier > 32767n || truncate < 0 || truncate > 63
      ? null
      : { offset: 0, scale: Number(multiplier), truncate };
  },
};

const product = (data: bigint, { offset, scale }: Converter): bigint =>
  (data - BigInt(offset)) * BigInt(scale);

/** The output converter of the single data point processor, before its clamp to int8 or int16. */
const convert = (data: bigint, p: Converter): bigint =>
  saturate(roundShift(product(data, p), p.truncate, 'halfAwayFromZero'), INT17);

/**
 * The flag that the converter raises for a saturated value: the rounded 17-bit value is further than 1 from the shifted
 * product. The clamp to int8 alone does not raise it.
 */
export function sdpSaturates(data: bigint, parameters: Converter): boolean {
  const distance = convert(data, parameters) - (product(data, parameters) >> BigInt(parameters.truncate));
  return distance > 1n || distance < -1n;
}

interface Arithmetic {
  readonly aluOperand: number;
  readonly aluShift: number;
  readonly mulOperand: number;
  readonly mulShift: number;
}

const arithmetic: ParameterSet<keyof Arithmetic> = {
  specs: [
    { name: 'aluOperand', ...INT16_RANGE, meaning: 'added after its shift' },
    { name: 'aluShift', type: 'integer', min: 0, max: 63, meaning: 'moves the added operand to the left' },
    { name: 'mulOperand', ...INT16_RANGE, meaning: 'int16 multiplier' },
    { name: 'mulShift', type: 'integer', min: 0, max: 63, meaning: 'bits dropped after the multiplication' },
  ],
  factor: ({ mulOperand, mulShift }) => ({ multiplier: BigInt(mulOperand), rightShift: mulShift }),
  withFactor: (factor) => {
    const same = converter.withFactor(factor);
    return same === null
      ? null
      : { aluOperand: 0, aluShift: 0, mulOperand: same['scale']!, mulShift: same['truncate']! };
  },
};

/** Data plus the operand, which saturates at int32 after its shift; times the multiplier. */
function multiplied(data: bigint, { aluOperand, aluShift, mulOperand }: Arithmetic): bigint {
  return (data + saturate(BigInt(aluOperand) << BigInt(aluShift), INT32)) * BigInt(mulOperand);
}

/**
 * Average pooling of the planar data processor: two roundings half away from zero, by the reciprocals of width and height in
 * units of 2^−16. Not a requantizer of one factor: a window sum of 1 over 2 × 2 gives 1.
 */
export function pdpAverage(windowSum: bigint, reciprocalWidth: bigint, reciprocalHeight: bigint): bigint {
  const overWidth = roundShift(windowSum * reciprocalWidth, 16, 'halfAwayFromZero');
  return roundShift(overWidth * reciprocalHeight, 16, 'halfAwayFromZero');
}

export const nvdlaRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'nvdla-sdp',
    stack,
    formula: 'clamp(sat17(half_away((acc - offset) * scale, truncate)))',
    source: `${source} cmod/hls/sdp/sdp_c.cpp, cmod/hls/include/nvdla_int.h (AC_RND_INF, AC_SAT); the converters of CDMA and CDP do the same with shifts and clamps of their own`,
    parameters: converter,
    raw: convert,
    zeroPoint: 'none',
    narrowsTo: INT17,
    exact: (acc, p) => ({ numerator: product(acc, p), shift: p.truncate }),
    equalTo: [
      {
        rule: 'multiply-shift-half-away-from-zero',
        when: 'offset = 0, scale >= 0, truncate <= 62',
        holds: ({ parameters: p }) => p['offset'] === 0 && p['scale']! >= 0 && p['truncate']! <= 62,
      },
    ],
  }),
  defineRule({
    name: 'nvdla-sdp-x',
    stack,
    formula: 'clamp(sat32(half_away((acc + sat32(aluOperand << aluShift)) * mulOperand, mulShift)))',
    source: `${source} cmod/hls/sdp/sdp_x.cpp (ALU sum, MUL, no ReLU)`,
    codes: INT32,
    parameters: arithmetic,
    raw: (acc, p) => saturate(roundShift(multiplied(acc, p), p.mulShift, 'halfAwayFromZero'), INT32),
    zeroPoint: 'none',
    exact: (acc, p) => ({ numerator: multiplied(acc, p), shift: p.mulShift }),
    equalTo: [
      {
        rule: 'multiply-shift-half-away-from-zero',
        when: 'aluOperand = 0, mulOperand >= 0, mulShift <= 62',
        holds: ({ parameters: p }) => p['aluOperand'] === 0 && p['mulOperand']! >= 0 && p['mulShift']! <= 62,
      },
    ],
  }),
];
