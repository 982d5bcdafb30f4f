import {
  expOnNegativeValues,
  oneOverOnePlus,
  reciprocal,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul,
} from '../../../src/arith/gemmlowp.js';
import { inverseSquareRoot, logistic, tanh } from '../../../src/arith/gemmlowp-functions.js';
import { INT16, INT32, saturate, wrap } from '../../../src/arith/int-format.js';
import { chooseRequantizationMultiplier } from '../../../src/arith/multipliers/fbgemm.js';
import {
  quantizeMultiplier,
  quantizeMultiplierEmulated,
  quantizeMultiplierSingle,
} from '../../../src/arith/multipliers/tflite.js';
import { reciprocalScale, tosaMultiplier16, tosaMultiplier32 } from '../../../src/arith/multipliers/tosa.js';
import { velaReducedScale, velaScale } from '../../../src/arith/multipliers/vela.js';
import { sqdmulh, sqrdmulh, sqrshl, sqshl, srshl, sshl } from '../../../src/arith/neon.js';
import { pdpAverage } from '../../../src/arith/requantizers/nvdla.js';
import { addQuantU8 } from '../../../src/arith/requantizers/pulp-nn.js';
import { roundShift } from '../../../src/arith/rounding.js';
import { integer, number, type VectorRow } from '../../support/requant-vectors.js';
import type { VectorSemantics } from './vector-semantics.js';

/** Files of instructions, multiplier derivations and other functions that requantizers are built from. */

type Binary = (a: bigint, b: bigint) => bigint;
const ofAb =
  (rule: Binary) =>
  (row: VectorRow): bigint =>
    rule(integer(row, 'a'), integer(row, 'b'));

const shiftRule =
  (rule: (value: bigint, shift: number) => bigint, shift = 'shift') =>
  (row: VectorRow): bigint =>
    rule(integer(row, 'x'), number(row, shift));

/** 16-bit products of Q0.15 numbers; only the instructions of Arm saturate `(−2^15)²`. */
const product15 = (a: bigint, b: bigint, mode: 'floor' | 'halfUp'): bigint => roundShift(a * b, 15, mode);

type Derivation<Shift extends string> = (
  factor: number,
) => Readonly<Record<'multiplier', number> & Record<Shift, number>>;

const derived = <Shift extends 'leftShift' | 'rightShift'>(
  derivation: Derivation<Shift>,
  shift: Shift,
  [multiplierColumn, shiftColumn]: readonly [string, string],
  input = 'scale',
): VectorSemantics['results'] => ({
  [multiplierColumn]: (row) => derivation(number(row, input)).multiplier,
  [shiftColumn]: (row) => derivation(number(row, input))[shift],
});

const velaFunctions: Readonly<Record<string, Binary>> = {
  saturating_rounding_mul32: saturatingRoundingDoublingHighMul,
  rounding_divide_by_pot: (value, exponent) => roundingDivideByPot(value, Number(exponent)),
};

/** Functions of gemmlowp's fixed point; digits after a name are the integer bits of the operand. */
const fixedPointFunctions: readonly {
  readonly name: RegExp;
  readonly rule: (x: bigint, integerBits: number) => bigint;
}[] = [
  { name: /^exp(\d+)$/, rule: expOnNegativeValues },
  { name: /^logistic(\d+)$/, rule: logistic },
  { name: /^tanh(\d+)$/, rule: tanh },
  { name: /^recip1px$/, rule: oneOverOnePlus },
];

function fixedPoint(row: VectorRow): bigint {
  const known = fixedPointFunctions.find(({ name }) => name.test(row['fn']!));
  if (known === undefined) throw new Error(`unknown function ${row['fn']}`);
  return known.rule(integer(row, 'x_raw'), Number(known.name.exec(row['fn']!)![1]));
}

export const primitiveSemantics: Readonly<Record<string, VectorSemantics>> = {
  gemmlowp_rdbpot: {
    inputs: ['x', 'exponent'],
    results: {
      expected: shiftRule(roundingDivideByPot, 'exponent'),
      expected_neon: shiftRule(roundingDivideByPot, 'exponent'),
    },
  },
  gemmlowp_srdhm: {
    inputs: ['a', 'b'],
    results: {
      srdhm32: ofAb(saturatingRoundingDoublingHighMul),
      cmsis_doubling_high_mult: ofAb(saturatingRoundingDoublingHighMul),
      cmsis_doubling_high_mult_no_sat: ofAb((a, b) => wrap(roundShift(a * b, 31, 'halfUp'), INT32)),
    },
  },
  gemmlowp_srdhm16: {
    inputs: ['a', 'b'],
    results: {
      srdhm16: ofAb((a, b) => saturate(product15(a, b, 'halfUp'), INT16)),
      x86_pmulhrsw: ofAb((a, b) => wrap(product15(a, b, 'halfUp'), INT16)),
      neon_sqdmulh_s16: ofAb((a, b) => saturate(product15(a, b, 'floor'), INT16)),
      neon_sqrdmulh_s16: ofAb((a, b) => saturate(product15(a, b, 'halfUp'), INT16)),
    },
  },
  neon_mul: {
    inputs: ['a', 'b'],
    results: { sqdmulh_s32: ofAb(sqdmulh), sqrdmulh_s32: ofAb(sqrdmulh) },
  },
  neon_shl: {
    inputs: ['x', 'shift'],
    results: {
      sshl: shiftRule(sshl),
      srshl: shiftRule(srshl),
      sqshl: shiftRule(sqshl),
      sqrshl: shiftRule(sqrshl),
    },
  },
  vela_fp_math: {
    inputs: ['fn', 'a', 'b'],
    results: {
      expected: (row) => {
        const rule = velaFunctions[row['fn']!];
        if (rule === undefined) throw new Error(`unknown function ${row['fn']}`);
        return rule(integer(row, 'a'), integer(row, 'b'));
      },
    },
  },
  gemmlowp_fixedpoint: { inputs: ['fn', 'x_raw'], results: { expected_raw: fixedPoint } },
  tflite_aux: {
    inputs: ['x'],
    results: {
      getreciprocal12_q: (row) => reciprocal(integer(row, 'x'), 12).scaled,
      getreciprocal12_bits_over_unit: (row) => reciprocal(integer(row, 'x'), 12).bitsOverUnit,
      invsqrt_mult: (row) => inverseSquareRoot(integer(row, 'x')).multiplier,
      invsqrt_shift: (row) => inverseSquareRoot(integer(row, 'x')).leftShift,
    },
  },
  tflite_quantize_multiplier: {
    inputs: ['scale_hex', 'scale'],
    results: {
      ...derived(quantizeMultiplier, 'leftShift', ['mult_double', 'shift_double']),
      ...derived(quantizeMultiplierSingle, 'leftShift', ['mult_single', 'shift_single']),
      ...derived(quantizeMultiplierEmulated, 'leftShift', ['mult_emufloat', 'shift_emufloat']),
      ...derived(velaScale, 'rightShift', ['vela_mult', 'vela_shift']),
      ...derived(velaReducedScale, 'rightShift', ['vela_reduced_mult', 'vela_reduced_shift']),
    },
  },
  fbgemm_choose_multiplier: {
    inputs: ['scale'],
    results: derived(chooseRequantizationMultiplier, 'rightShift', ['mult', 'right_shift']),
  },
  tosa_compute_multiplier: {
    inputs: ['scale_hex', 'scale'],
    results: {
      ...derived(tosaMultiplier32, 'rightShift', ['mult32', 'shift32']),
      ...derived(tosaMultiplier16, 'rightShift', ['mult16', 'shift16']),
    },
  },
  tosa_reciprocal_scale: {
    inputs: ['count'],
    results: derived(reciprocalScale, 'rightShift', ['multiplier', 'shift'], 'count'),
  },
  nvdla_pdp_avg: {
    inputs: ['window_sum', 'recip_width', 'recip_height'],
    results: {
      expected_int32: (row) => averageOf(row),
      expected_int8: (row) => saturate(averageOf(row), { bits: 8, signed: true }),
    },
  },
  pulp_nn_add_quant_u8: {
    inputs: ['pix1', 'pix2', 'm1', 'm2', 'd'],
    results: {
      expected: (row) =>
        addQuantU8(
          [integer(row, 'pix1'), integer(row, 'pix2')],
          [integer(row, 'm1'), integer(row, 'm2')],
          number(row, 'd'),
        ),
    },
  },
};

const averageOf = (row: VectorRow): bigint =>
  pdpAverage(integer(row, 'window_sum'), integer(row, 'recip_width'), integer(row, 'recip_height'));
