import { reduceMultiplier } from '../../../arith/multipliers/tflite.js';
import { splitScale, splitScale16 } from '../../../arith/multipliers/xnnpack.js';
import { neonShifts } from '../../../arith/requantizers/xnnpack.js';
import type { RoundingMode } from '../../../arith/rounding.js';
import { roundingAddends, type RoundingAddends } from '../rounding-addends.js';
import { moveThenMultiply16 } from './converters.js';
import type { FastRule, Named } from './fast-rule.js';
import { addExactly, addIn16, addInUint8, addWrapping, addWrappingInUint8 } from './finish.js';
import { always, roundProduct, wrapProduct } from './product.js';
import type { Round } from './round.js';
import {
  bothWays,
  floorThenUp,
  roundTwice,
  roundTwiceWrapping,
  saturateFloorThenUp,
  type Twice,
} from './twice.js';

/** Rules of software stacks that multiply by a fixed-point number: once, or in gemmlowp's or Arm's two steps. */

/** At least one bit to the right, and as many more to the left. */
const pastRight = ({ multiplier, leftShift }: Named): Twice => ({
  multiplier,
  leftShift: leftShift - Math.min(-1, leftShift),
  rightShift: -Math.min(-1, leftShift),
});

/** A float32 scale as mantissa and shift; widened to Q0.31 where it is multiplied twice. */
const ofMantissa = ({ scale }: Named, mode: RoundingMode): Round => {
  const { mantissa, shift } = splitScale(scale);
  return wrapProduct(Number(mantissa), shift, roundingAddends(mode, shift));
};

const twiceOnMantissa = ({ scale }: Named): Round => {
  const { mantissa, shift } = splitScale(scale);
  return roundTwice(
    { multiplier: Number(mantissa) * 2 ** 7, leftShift: 0, rightShift: shift - 24 },
    'halfAwayFromZero',
  );
};

const onceWrapping = (multiplier: number, rightShift: number): Round =>
  wrapProduct(multiplier, rightShift, roundingAddends('halfUp', rightShift));

/** Half, and beyond a shift of 31 another 2^30 in the direction of the accumulator. */
const fusedAddends = (rightShift: number): RoundingAddends => {
  const half = 1n << BigInt(rightShift - 1);
  const nudge = rightShift > 31 ? 1n << 30n : 0n;
  return { chosenBy: 'sign', addends: [half + nudge, half - nudge] };
};

/** CMSIS-NN's int64: rounded down one bit early, cut to int32, then halved with ties up. */
const halvedAfterCut = ({ multiplier, leftShift }: Named): Round => {
  const cut = wrapProduct(reduceMultiplier(multiplier), 14 - leftShift, always(0n));
  return (acc) => ((cut(acc) + 1) | 0) >> 1;
};

const double: FastRule = { round: (p) => roundTwice(bothWays(p), 'halfAwayFromZero'), finish: addWrapping };
const single: FastRule = {
  round: (p) => onceWrapping(p.multiplier, 31 - p.leftShift),
  finish: addWrapping,
};
const onceInRegister: FastRule = {
  round: (p) => onceWrapping(p.multiplier, p.rightShift),
  finish: addWrapping,
};
const vectorDouble = (parameters: (p: Named) => Twice): FastRule => ({
  round: (p) => roundTwice(parameters(p), 'halfUp'),
  finish: addWrapping,
});
const vectorSingle: FastRule = { round: (p) => floorThenUp(pastRight(p)), finish: addWrapping };
const exactly = (round: FastRule['round']): FastRule => ({ round, finish: addExactly });

export const fixedPointRules = {
  'tflite-double': double,
  'tflite-single': single,
  'tflite-int64': {
    round: (p) => onceWrapping(reduceMultiplier(p.multiplier), 15 - p.leftShift),
    finish: addWrapping,
  },
  'tflite-neon-double': vectorDouble(bothWays),
  'tflite-neon-single': vectorSingle,
  ruy: single,
  'cmsis-nn-double': double,
  'cmsis-nn-single': single,
  'cmsis-nn-s64': { round: halvedAfterCut, finish: addWrapping },
  // The −1 that Helium adds to negative values turns its ties away from zero; where it saturates, nothing is lost.
  'cmsis-nn-mve-double': double,
  'cmsis-nn-mve-single': vectorSingle,
  'cmsis-nn-mve-single-predicated': vectorDouble(pastRight),
  'esp-nn': double,
  'esp-nn-fast': { round: (p) => roundTwiceWrapping(bothWays(p)), finish: addWrapping },
  'xnnpack-rndnu': exactly((p) => ofMantissa(p, 'halfUp')),
  'xnnpack-rndnu-neon': {
    round: (p) => {
      const { multiplier, pre, post } = neonShifts(p.scale);
      return saturateFloorThenUp({ multiplier: Number(multiplier), leftShift: pre, rightShift: post });
    },
    finish: addInUint8,
  },
  'xnnpack-rndnu16': {
    round: (p) => {
      const { multiplier, exponent } = splitScale16(p.scale);
      return moveThenMultiply16(Number(multiplier), exponent);
    },
    finish: addIn16,
  },
  // Half up on the magnitude is half away from zero on the value, and cutting commutes with the sign.
  'xnnpack-rndna': exactly((p) => ofMantissa(p, 'halfAwayFromZero')),
  'xnnpack-gemmlowp': { round: twiceOnMantissa, finish: addWrapping },
  'qnnpack-precise': exactly((p) => ofMantissa(p, 'halfAwayFromZero')),
  'qnnpack-q31': exactly(twiceOnMantissa),
  'qnnpack-gemmlowp': { round: twiceOnMantissa, finish: addWrapping },
  'fbgemm-fixed': exactly((p) => roundProduct(p.multiplier, p.rightShift, 'halfUp')),
  'fbgemm-fixed-avx2': {
    round: (p) => onceWrapping(p.multiplier, p.rightShift),
    finish: addWrappingInUint8,
  },
  'tosa-double': {
    round: (p) => wrapProduct(p.multiplier, p.rightShift, fusedAddends(p.rightShift)),
    finish: addWrapping,
  },
  'tosa-single': onceInRegister,
  'tosa-16': onceInRegister,
  'tvm-tonearest': exactly((p) => roundProduct(p.multiplier, 31 - p.leftShift, 'halfAwayFromZero')),
  'tvm-upward': exactly((p) => roundProduct(p.multiplier, 31 - p.leftShift, 'halfUp')),
  'ethos-u-tfl': exactly((p) =>
    roundTwice(bothWays({ multiplier: p.multiplier, leftShift: 31 - p.rightShift }), 'halfAwayFromZero'),
  ),
  'ethos-u-truncate': exactly((p) => roundProduct(p.multiplier, p.rightShift, 'towardZero')),
  'ethos-u-natural': exactly((p) => roundProduct(p.multiplier, p.rightShift, 'halfUp')),
} satisfies Record<string, FastRule>;
