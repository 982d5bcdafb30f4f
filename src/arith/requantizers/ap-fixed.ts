import { assertNever } from '../../core/errors.js';
import { highestOf, holds as isIn, lowestOf, saturate, wrap, type IntFormat } from '../int-format.js';
import { kebabCase, roundShift, type RoundingMode } from '../rounding.js';
import { defineRule } from './define.js';
import type { ApOverflow, ApQuantization } from './names.js';
import { powerOfTwo, type ParameterSet } from './parameters.js';
import type { Equality, RequantizerRule } from './rule.js';

/** `Q` of `ap_fixed<W, I, Q, O, N>`: what happens to the bits that are dropped. */
export const QUANTIZATIONS: Readonly<Record<ApQuantization, RoundingMode>> = {
  trn: 'floor',
  'trn-zero': 'towardZero',
  rnd: 'halfUp',
  'rnd-zero': 'halfTowardZero',
  'rnd-inf': 'halfAwayFromZero',
  'rnd-min-inf': 'halfDown',
  'rnd-conv': 'halfEven',
};

/** `O`: what happens to a rounded value outside W bits. */
export const OVERFLOWS: readonly ApOverflow[] = ['wrap', 'sat', 'sat-sym', 'sat-zero', 'wrap-sm'];

interface Destination {
  /** Source fraction bits minus destination fraction bits. */
  readonly droppedBits: number;
  /** `W`. */
  readonly bits: number;
  readonly isSigned: number;
  /** `N`, of the two wrapping modes. */
  readonly saturatedBits: number;
}

const destination: ParameterSet<keyof Destination> = {
  specs: [
    {
      name: 'droppedBits',
      type: 'integer',
      min: -16,
      max: 31,
      meaning: 'fraction bits lost; gained where negative',
    },
    { name: 'bits', type: 'integer', min: 2, max: 32, meaning: 'W, the width of the destination' },
    { name: 'isSigned', type: 'integer', min: 0, max: 1, meaning: '1 for ap_fixed, 0 for ap_ufixed' },
    { name: 'saturatedBits', type: 'integer', min: 0, max: 3, meaning: 'N, of the wrapping modes' },
  ],
  factor: ({ droppedBits }) => ({ multiplier: 1n, rightShift: droppedBits }),
  withFactor: (factor) => {
    const droppedBits = powerOfTwo(factor);
    return droppedBits === null || droppedBits < -16 || droppedBits > 31
      ? null
      : { droppedBits, bits: 8, isSigned: 1, saturatedBits: 0 };
  },
};

const formatOf = ({ bits, isSigned }: Destination): IntFormat => ({ bits, signed: isSigned === 1 });

function quantize(value: bigint, { droppedBits }: Destination, mode: RoundingMode): bigint {
  return droppedBits >= 0 ? roundShift(value, droppedBits, mode) : value << BigInt(-droppedBits);
}

const bitOf = (value: bigint, index: number): boolean => ((value >> BigInt(index)) & 1n) === 1n;

function withBit(value: bigint, index: number, bit: boolean): bigint {
  const mask = 1n << BigInt(index);
  return bit ? value | mask : value & ~mask;
}

/** AP_WRAP with N >= 1, on overflow: the sign bit is kept and the next N − 1 bits saturate; unsigned, the top N bits. */
function wrapSaturating(source: bigint, value: bigint, p: Destination): bigint {
  const { bits, saturatedBits } = p;
  const isNegative = source < 0n;
  let result = value;
  for (let k = 0; k < Math.min(saturatedBits, bits); k += 1) {
    const bit = p.isSigned === 1 ? (k === 0 ? isNegative : !isNegative) : true;
    result = withBit(result, bits - 1 - k, bit);
  }
  return wrap(result, formatOf(p));
}

/**
 * AP_WRAP_SM, on overflow: sign-magnitude wrapping. For N = 0 the lowest bit that is deleted of the unrounded source becomes
 * the sign, for N = 1 the sign stays; where that changes the sign bit, all bits are inverted first.
 */
function wrapSignMagnitude(source: bigint, value: bigint, p: Destination): bigint {
  const sign = p.saturatedBits === 0 ? bitOf(quantize(source, p, 'floor'), p.bits) : source < 0n;
  const inverted = sign === bitOf(value, p.bits - 1) ? value : ~value;
  return wrap(withBit(inverted, p.bits - 1, sign), formatOf(p));
}

/** `O`: what happens to a rounded value outside W bits. */
function overflow(source: bigint, value: bigint, p: Destination, mode: ApOverflow): bigint {
  const format = formatOf(p);
  const fits = isIn(format, value);
  switch (mode) {
    case 'sat':
      return saturate(value, format);
    case 'sat-sym':
      if (p.isSigned === 0) return saturate(value, format);
      return value <= lowestOf(format) ? -highestOf(format) : saturate(value, format);
    case 'sat-zero':
      return fits ? value : 0n;
    case 'wrap':
      return fits || p.saturatedBits === 0 ? wrap(value, format) : wrapSaturating(source, value, p);
    case 'wrap-sm':
      return fits ? value : wrapSignMagnitude(source, value, p);
    default:
      return assertNever(mode);
  }
}

const equalities = (mode: RoundingMode, kind: ApOverflow): readonly Equality[] =>
  kind === 'sat'
    ? [
        {
          rule: `shift-${kebabCase(mode)}` as Equality['rule'],
          when: 'the clamp lies in W bits',
          holds: clampInFormat,
        },
      ]
    : [];

const clampInFormat: NonNullable<Equality['holds']> = ({ parameters, output: { min, max } }) => {
  const format = formatOf(parameters as unknown as Destination);
  return isIn(format, BigInt(min)) && isIn(format, BigInt(max));
};

export const apFixedRules: readonly RequantizerRule[] = Object.entries(QUANTIZATIONS).flatMap(
  ([quantization, mode]) =>
    OVERFLOWS.map((kind) =>
      defineRule({
        name: `ap-fixed-${quantization as ApQuantization}-${kind}`,
        stack: 'Vitis HLS ap_fixed',
        formula: `AP_${constant(kind)}(AP_${constant(quantization)}(acc / 2^droppedBits)) in W bits`,
        source:
          'Xilinx/HLS_arbitrary_Precision_Types@200a9aecaadf include/ap_fixed_base.h, assignment to ap_fixed<W, I, Q, O, N>',
        parameters: destination,
        raw: (acc, p) => overflow(acc, quantize(acc, p, mode), p, kind),
        zeroPoint: 'none',
        ...(kind === 'wrap-sm'
          ? {
              contract: 'signed, N <= 1',
              holds: (_: bigint, p: Destination) => p.isSigned === 1 && p.saturatedBits <= 1,
            }
          : {}),
        equalTo: equalities(mode, kind),
      }),
    ),
);

function constant(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
