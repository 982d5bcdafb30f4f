import { reduceMultiplier } from '../../../arith/multipliers/tflite.js';
import { splitScale, splitScale16 } from '../../../arith/multipliers/xnnpack.js';
import { neonShifts } from '../../../arith/requantizers/xnnpack.js';
import type { RoundingMode } from '../../../arith/rounding.js';
import type { Arithmetic } from './arithmetic.js';
import type { FastRule, Named } from './fast-rule.js';
import { narrowingFinishes } from './finish.js';
import { bothWays, type Twice } from './twice.js';

/** At least one bit to the right, and as many more to the left. */
const pastRight = ({ multiplier, leftShift }: Named): Twice => ({
  multiplier,
  leftShift: leftShift - Math.min(-1, leftShift),
  rightShift: -Math.min(-1, leftShift),
});

/** Rules of software stacks that multiply by a fixed-point number: once, or in gemmlowp's or Arm's two steps. */
export function fixedPointRules<V>(arithmetic: Arithmetic<V>) {
  const { addExactly, addWrapping, floorThenUp, roundProduct, roundTwice, wrapProduct } = arithmetic;
  const { addIn16, addInUint8, addWrappingInUint8 } = narrowingFinishes(arithmetic);

  /** A float32 scale as mantissa and shift; widened to Q0.31 where it is multiplied twice. */
  const ofMantissa = ({ scale }: Named, mode: RoundingMode): V => {
    const { mantissa, shift } = splitScale(scale);
    return wrapProduct(Number(mantissa), shift, mode);
  };

  const twiceOnMantissa = ({ scale }: Named): V => {
    const { mantissa, shift } = splitScale(scale);
    return roundTwice(
      { multiplier: Number(mantissa) * 2 ** 7, leftShift: 0, rightShift: shift - 24 },
      'halfAwayFromZero',
    );
  };

  const double: FastRule<V> = {
    round: (p) => roundTwice(bothWays(p), 'halfAwayFromZero'),
    finish: addWrapping,
  };
  const single: FastRule<V> = {
    round: (p) => wrapProduct(p.multiplier, 31 - p.leftShift, 'halfUp'),
    finish: addWrapping,
  };
  const onceInRegister: FastRule<V> = {
    round: (p) => wrapProduct(p.multiplier, p.rightShift, 'halfUp'),
    finish: addWrapping,
  };
  const vectorDouble = (parameters: (p: Named) => Twice): FastRule<V> => ({
    round: (p) => roundTwice(parameters(p), 'halfUp'),
    finish: addWrapping,
  });
  const vectorSingle: FastRule<V> = { round: (p) => floorThenUp(pastRight(p)), finish: addWrapping };
  const exactly = (round: FastRule<V>['round']): FastRule<V> => ({ round, finish: addExactly });

  return {
    'tflite-double': double,
    'tflite-single': single,
    'tflite-int64': {
      round: (p) => wrapProduct(reduceMultiplier(p.multiplier), 15 - p.leftShift, 'halfUp'),
      finish: addWrapping,
    },
    'tflite-neon-double': vectorDouble(bothWays),
    'tflite-neon-single': vectorSingle,
    ruy: single,
    'cmsis-nn-double': double,
    'cmsis-nn-single': single,
    'cmsis-nn-s64': {
      round: (p) => arithmetic.halveAfterCut(reduceMultiplier(p.multiplier), 14 - p.leftShift),
      finish: addWrapping,
    },
    // The −1 that Helium adds to negative values turns its ties away from zero; where it saturates, nothing is lost.
    'cmsis-nn-mve-double': double,
    'cmsis-nn-mve-single': vectorSingle,
    'cmsis-nn-mve-single-predicated': vectorDouble(pastRight),
    'esp-nn': double,
    'esp-nn-fast': { round: (p) => arithmetic.roundTwiceWrapping(bothWays(p)), finish: addWrapping },
    'xnnpack-rndnu': exactly((p) => ofMantissa(p, 'halfUp')),
    'xnnpack-rndnu-neon': {
      round: (p) => {
        const { multiplier, pre, post } = neonShifts(p.scale);
        return arithmetic.saturateFloorThenUp({
          multiplier: Number(multiplier),
          leftShift: pre,
          rightShift: post,
        });
      },
      finish: addInUint8,
    },
    'xnnpack-rndnu16': {
      round: (p) => {
        const { multiplier, exponent } = splitScale16(p.scale);
        return arithmetic.moveThenMultiply16(Number(multiplier), exponent);
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
      round: (p) => wrapProduct(p.multiplier, p.rightShift, 'halfUp'),
      finish: addWrappingInUint8,
    },
    'tosa-double': {
      round: (p) => arithmetic.wrapFusedTwice(p.multiplier, p.rightShift),
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
  } satisfies Record<string, FastRule<V>>;
}
