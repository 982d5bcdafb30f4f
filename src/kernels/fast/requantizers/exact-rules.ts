import { OVERFLOWS, QUANTIZATIONS } from '../../../arith/requantizers/ap-fixed.js';
import type {
  ApOverflow,
  ApQuantization,
  KebabCase,
  VectorRounding,
} from '../../../arith/requantizers/names.js';
import { MODES } from '../../../arith/requantizers/rvv.js';
import { kebabCase, ROUNDING_MODES, type RoundingMode } from '../../../arith/rounding.js';
import type { Arithmetic } from './arithmetic.js';
import { saturatedOperand } from './converters.js';
import type { FastRule } from './fast-rule.js';
import { narrowingFinishes } from './finish.js';
import { bothWays } from './twice.js';

/** Rules of one rounding in exact arithmetic: our own families, and hardware without a zero point. */

/** `acc / 2^bits`; to the left where negative. */
const shiftBy = <V>({ roundProduct }: Arithmetic<V>, bits: number, mode: RoundingMode): V =>
  roundProduct(2 ** Math.max(-bits, 0), Math.max(bits, 0), mode);

type Mode = KebabCase<RoundingMode>;
const modeName = (mode: RoundingMode): Mode => kebabCase(mode) as Mode;

export function houseRules<V>(arithmetic: Arithmetic<V>) {
  const { addExactly, addRandom, roundProduct, roundTwice } = arithmetic;

  const shift = (mode: RoundingMode): FastRule<V> => ({
    round: (p) => shiftBy(arithmetic, p.shift, mode),
    finish: addExactly,
  });
  const multiplyShift = (mode: RoundingMode): FastRule<V> => ({
    round: (p) => roundProduct(p.multiplier, p.rightShift, mode),
    finish: addExactly,
  });

  const shifts = Object.fromEntries(
    ROUNDING_MODES.map((mode) => [`shift-${modeName(mode)}`, shift(mode)]),
  ) as Record<`shift-${Mode}`, FastRule<V>>;
  const multiplyShifts = Object.fromEntries(
    ROUNDING_MODES.map((mode) => [`multiply-shift-${modeName(mode)}`, multiplyShift(mode)]),
  ) as Record<`multiply-shift-${Mode}`, FastRule<V>>;

  return {
    ...shifts,
    ...multiplyShifts,
    'shift-stochastic': { round: (p) => addRandom(p.random, p.shift), finish: addExactly },
    'double-rounding': {
      round: (p) => roundTwice(bothWays(p), 'halfAwayFromZero'),
      finish: addExactly,
    },
  } satisfies Record<string, FastRule<V>>;
}

export function hardwareRules<V>(arithmetic: Arithmetic<V>) {
  const { addThenMultiply, clampOnly, narrow, roundProduct, shiftInInt32, withOverflow } = arithmetic;

  const vectorRules = ({ vxrm, mode }: (typeof MODES)[number]): [string, FastRule<V>][] => [
    [`rvv-vssra-${vxrm}`, { round: (p) => shiftBy(arithmetic, p.shift, mode), finish: clampOnly }],
    [
      `rvv-vsmul-${vxrm}`,
      { round: (p) => narrow(roundProduct(p.multiplier, 31, mode), 'saturate32'), finish: clampOnly },
    ],
    [
      `rvv-vnclip-${vxrm}`,
      { round: (p) => narrow(shiftBy(arithmetic, p.shift, mode), 'saturate8'), finish: clampOnly },
    ],
  ];
  const vector = Object.fromEntries(MODES.flatMap(vectorRules)) as Record<
    `rvv-${'vssra' | 'vsmul' | 'vnclip'}-${VectorRounding}`,
    FastRule<V>
  >;

  const apFixedRule = (mode: RoundingMode, overflow: ApOverflow): FastRule<V> => ({
    round: (p) => withOverflow(shiftBy(arithmetic, p.droppedBits, mode), p, overflow),
    finish: clampOnly,
  });
  const apFixed = Object.fromEntries(
    Object.entries(QUANTIZATIONS).flatMap(([quantization, mode]) =>
      OVERFLOWS.map((overflow) => [`ap-fixed-${quantization}-${overflow}`, apFixedRule(mode, overflow)]),
    ),
  ) as Record<`ap-fixed-${ApQuantization}-${ApOverflow}`, FastRule<V>>;

  return {
    ...vector,
    ...apFixed,
    'gemmini-shift': { round: (p) => shiftBy(arithmetic, p.shift, 'halfEven'), finish: clampOnly },
    'vta-shr': { round: (p) => shiftInInt32(p.shift), finish: clampOnly },
    'vta-shr-truncating': {
      round: (p) => shiftInInt32(p.shift),
      finish: narrowingFinishes(arithmetic).wrapTo8,
    },
    'nvdla-sdp': {
      round: (p) => narrow(addThenMultiply(0 - p.offset, p.scale, p.truncate), 'saturate17'),
      finish: clampOnly,
    },
    'nvdla-sdp-x': {
      round: (p) =>
        narrow(
          addThenMultiply(saturatedOperand(p.aluOperand, p.aluShift), p.mulOperand, p.mulShift),
          'saturate32',
        ),
      finish: clampOnly,
    },
    'pulp-nn-32': {
      round: (p) => arithmetic.multiplyInInt32(p.multiplier, p.lambda, p.rightShift),
      finish: clampOnly,
    },
    'pulp-nn-64': {
      round: (p) => arithmetic.wrapAffine(p.multiplier, BigInt(p.lambda), p.rightShift),
      finish: clampOnly,
    },
    'pulp-nn-quant': { round: (p) => roundProduct(p.multiplier, p.rightShift, 'floor'), finish: clampOnly },
  } satisfies Record<string, FastRule<V>>;
}
