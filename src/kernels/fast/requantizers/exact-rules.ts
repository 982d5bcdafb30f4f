import { OVERFLOWS, QUANTIZATIONS } from '../../../arith/requantizers/ap-fixed.js';
import type {
  ApOverflow,
  ApQuantization,
  KebabCase,
  VectorRounding,
} from '../../../arith/requantizers/names.js';
import { MODES } from '../../../arith/requantizers/rvv.js';
import { kebabCase, ROUNDING_MODES, type RoundingMode } from '../../../arith/rounding.js';
import { saturate17, saturate32, saturate8 } from '../saturate.js';
import { addRandom, addThenMultiply, multiplyInInt32, saturatedOperand, shiftInInt32 } from './converters.js';
import type { FastRule, Named } from './fast-rule.js';
import { addExactly, clampOnly, wrapTo8 } from './finish.js';
import { withOverflow } from './overflow.js';
import { always, roundProduct, wrapProduct } from './product.js';
import { chain, type Round } from './round.js';
import { bothWays, roundTwice } from './twice.js';

/** Rules of one rounding in exact arithmetic: our own families, and hardware without a zero point. */

/** `acc / 2^bits`; to the left where negative. */
const shiftBy = (bits: number, mode: RoundingMode): Round =>
  roundProduct(2 ** Math.max(-bits, 0), Math.max(bits, 0), mode);

type Mode = KebabCase<RoundingMode>;
const modeName = (mode: RoundingMode): Mode => kebabCase(mode) as Mode;

const shift = (mode: RoundingMode): FastRule => ({
  round: (p) => shiftBy(p.shift, mode),
  finish: addExactly,
});

const multiplyShift = (mode: RoundingMode): FastRule => ({
  round: (p) => roundProduct(p.multiplier, p.rightShift, mode),
  finish: addExactly,
});

const shifts = Object.fromEntries(
  ROUNDING_MODES.map((mode) => [`shift-${modeName(mode)}`, shift(mode)]),
) as Record<`shift-${Mode}`, FastRule>;

const multiplyShifts = Object.fromEntries(
  ROUNDING_MODES.map((mode) => [`multiply-shift-${modeName(mode)}`, multiplyShift(mode)]),
) as Record<`multiply-shift-${Mode}`, FastRule>;

export const houseRules = {
  ...shifts,
  ...multiplyShifts,
  'shift-stochastic': { round: (p) => addRandom(p.random, p.shift), finish: addExactly },
  'double-rounding': {
    round: (p) => roundTwice(bothWays(p), 'halfAwayFromZero'),
    finish: addExactly,
  },
} satisfies Record<string, FastRule>;

const vectorRules = ({ vxrm, mode }: (typeof MODES)[number]): [string, FastRule][] => [
  [`rvv-vssra-${vxrm}`, { round: (p) => shiftBy(p.shift, mode), finish: clampOnly }],
  [
    `rvv-vsmul-${vxrm}`,
    { round: (p) => chain(roundProduct(p.multiplier, 31, mode), saturate32), finish: clampOnly },
  ],
  [`rvv-vnclip-${vxrm}`, { round: (p) => chain(shiftBy(p.shift, mode), saturate8), finish: clampOnly }],
];

const vector = Object.fromEntries(MODES.flatMap(vectorRules)) as Record<
  `rvv-${'vssra' | 'vsmul' | 'vnclip'}-${VectorRounding}`,
  FastRule
>;

const apFixedRule = (mode: RoundingMode, overflow: ApOverflow): FastRule => ({
  round: (p) => withOverflow(shiftBy(p.droppedBits, mode), p, overflow),
  finish: clampOnly,
});

const apFixed = Object.fromEntries(
  Object.entries(QUANTIZATIONS).flatMap(([quantization, mode]) =>
    OVERFLOWS.map((overflow) => [`ap-fixed-${quantization}-${overflow}`, apFixedRule(mode, overflow)]),
  ),
) as Record<`ap-fixed-${ApQuantization}-${ApOverflow}`, FastRule>;

const lambdaOf = ({ lambda }: Named): bigint => BigInt(lambda);

export const hardwareRules = {
  ...vector,
  ...apFixed,
  'gemmini-shift': { round: (p) => shiftBy(p.shift, 'halfEven'), finish: clampOnly },
  'vta-shr': { round: (p) => shiftInInt32(p.shift), finish: clampOnly },
  'vta-shr-truncating': { round: (p) => shiftInInt32(p.shift), finish: wrapTo8 },
  'nvdla-sdp': {
    round: (p) => chain(addThenMultiply(0 - p.offset, p.scale, p.truncate), saturate17),
    finish: clampOnly,
  },
  'nvdla-sdp-x': {
    round: (p) =>
      chain(
        addThenMultiply(saturatedOperand(p.aluOperand, p.aluShift), p.mulOperand, p.mulShift),
        saturate32,
      ),
    finish: clampOnly,
  },
  'pulp-nn-32': { round: (p) => multiplyInInt32(p.multiplier, p.lambda, p.rightShift), finish: clampOnly },
  'pulp-nn-64': {
    round: (p) => wrapProduct(p.multiplier, p.rightShift, always(lambdaOf(p))),
    finish: clampOnly,
  },
  'pulp-nn-quant': { round: (p) => roundProduct(p.multiplier, p.rightShift, 'floor'), finish: clampOnly },
} satisfies Record<string, FastRule>;
