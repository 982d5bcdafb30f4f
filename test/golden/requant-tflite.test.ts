import { expect, it } from 'vitest';
import {
  expOnNegativeValues,
  INT32,
  oneOverOnePlus,
  quantizeMultiplier,
  reciprocal,
  requantize,
  requantizerFor,
  requantizeToCode,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul,
  wrap,
  type Requantizer,
} from '../../src/arith/index.js';
import { differs, integer, misses, number, requantRows, type VectorRow } from '../support/requant-vectors.js';
import { describeShared } from '../support/shared.js';

/** TFLite's shift is positive to the left of 2^−31, TOSA's is a right shift. */
type ShiftOf = (row: VectorRow) => number;
const asGiven: ShiftOf = (row) => number(row, 'shift');
const converted: ShiftOf = (row) => 31 - number(row, 'shift');

const doubleRounding =
  (shiftOf: ShiftOf) =>
  (row: VectorRow): Requantizer => ({
    kind: 'doubleRounding',
    multipliers: [number(row, 'mult')],
    leftShifts: [shiftOf(row)],
  });

const singleRounding =
  (shiftOf: ShiftOf) =>
  (row: VectorRow): Requantizer => ({
    kind: 'multiplyShift',
    rounding: 'halfUp',
    multipliers: [number(row, 'mult')],
    shifts: [shiftOf(row)],
  });

/** `raw` of every row; the source returns an int32, so what leaves int32 there (tag `wrap`) wraps. */
const raw = (requantizerOf: (row: VectorRow) => Requantizer) => (row: VectorRow) =>
  differs(wrap(requantize(integer(row, 'acc'), requantizerOf(row), 0), INT32), integer(row, 'raw'));

/** `expected` of the rows where the source does not overflow int32. */
const code = (requantizerOf: (row: VectorRow) => Requantizer) => (row: VectorRow) => {
  const clamp = { min: number(row, 'qmin'), max: number(row, 'qmax') };
  const zeroPoint = number(row, 'zp');
  const observed = requantizeToCode(integer(row, 'acc'), requantizerOf(row), 0, zeroPoint, clamp);
  return row['tag']!.endsWith('wrap') ? '' : differs(observed, number(row, 'expected'));
};

describeShared('vectors of the real gemmlowp', () => {
  it('the saturating rounding doubling high multiply agrees on 4000 rows', () => {
    const rows = requantRows('gemmlowp_srdhm');
    const wrong = misses(rows, (row) =>
      differs(
        saturatingRoundingDoublingHighMul(integer(row, 'a'), integer(row, 'b')),
        integer(row, 'srdhm32'),
      ),
    );
    expect({ rows: rows.length, wrong }).toEqual({ rows: 4000, wrong: [] });
  });

  it('the rounding divide by a power of two agrees on 4000 rows', () => {
    const rows = requantRows('gemmlowp_rdbpot');
    const wrong = misses(rows, (row) =>
      differs(roundingDivideByPot(integer(row, 'x'), number(row, 'exponent')), integer(row, 'expected')),
    );
    expect({ rows: rows.length, wrong }).toEqual({ rows: 4000, wrong: [] });
  });

  it.each([
    { name: 'exp5', rule: expOnNegativeValues, count: 1000 },
    { name: 'recip1px', rule: oneOverOnePlus, count: 1000 },
  ])('$name agrees on $count rows', ({ name, rule, count }) => {
    const rows = requantRows('gemmlowp_fixedpoint').filter((row) => row['fn'] === name);
    const wrong = misses(rows, (row) => differs(rule(integer(row, 'x_raw')), integer(row, 'expected_raw')));
    expect({ rows: rows.length, wrong }).toEqual({ rows: count, wrong: [] });
  });
});

describeShared('vectors of the real TensorFlow Lite, ruy, CMSIS-NN, ESP-NN and TOSA', () => {
  it.each([
    { file: 'tflite_mbqm_double', requantizerOf: doubleRounding(asGiven) },
    { file: 'espnn_requantize', requantizerOf: doubleRounding(asGiven) },
    { file: 'tosa_apply_scale_32_double', requantizerOf: doubleRounding(converted) },
    { file: 'tflite_mbqm_single', requantizerOf: singleRounding(converted) },
    { file: 'ruy_mbqm', requantizerOf: singleRounding(converted) },
    { file: 'cmsis_requantize_single', requantizerOf: singleRounding(converted) },
    { file: 'tosa_apply_scale_32_single', requantizerOf: singleRounding(asGiven) },
  ])('$file agrees on 4000 rows, before and after zero point and clamp', ({ file, requantizerOf }) => {
    const rows = requantRows(file);
    const wrong = [...misses(rows, raw(requantizerOf)), ...misses(rows, code(requantizerOf))];
    expect({ rows: rows.length, wrong }).toEqual({ rows: 4000, wrong: [] });
  });

  it('QuantizeMultiplier agrees on 4000 scales', () => {
    const rows = requantRows('tflite_quantize_multiplier');
    const wrong = misses(rows, (row) => {
      const { multiplier, leftShift } = quantizeMultiplier(number(row, 'scale'));
      return (
        differs(multiplier, number(row, 'mult_double')) + differs(leftShift, number(row, 'shift_double'))
      );
    });
    expect({ rows: rows.length, wrong }).toEqual({ rows: 4000, wrong: [] });
  });

  it('single rounding derives the multipliers of the single-rounding build for scales it does not saturate', () => {
    const rows = requantRows('tflite_quantize_multiplier').filter((row) => number(row, 'shift_double') <= 30);
    const wrong = misses(rows, (row) => {
      const requantizer = requantizerFor([number(row, 'scale')], 'single');
      if (requantizer.kind !== 'multiplyShift') return requantizer.kind;
      return (
        differs(requantizer.multipliers[0]!, number(row, 'mult_single')) +
        differs(31 - requantizer.shifts[0]!, number(row, 'shift_single'))
      );
    });
    expect({ enough: rows.length > 3900, wrong }).toEqual({ enough: true, wrong: [] });
  });

  it('GetReciprocal agrees on 1500 values', () => {
    const rows = requantRows('tflite_aux');
    const wrong = misses(rows, (row) => {
      const { scaled, bitsOverUnit } = reciprocal(integer(row, 'x'), 12);
      return (
        differs(scaled, integer(row, 'getreciprocal12_q')) +
        differs(bitsOverUnit, number(row, 'getreciprocal12_bits_over_unit'))
      );
    });
    expect({ rows: rows.length, wrong }).toEqual({ rows: 1500, wrong: [] });
  });
});
