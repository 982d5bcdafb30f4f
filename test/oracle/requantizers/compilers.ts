import type { RoundingMode } from '../../../src/arith/rounding.js';
import { congruent } from '../integers.js';
import { twiceRounded } from './house.js';
import { clampedTo, placed, placedInInt32, rounded, saturated, saturatedToUint8 } from './registers.js';
import type { Oracle } from './oracle.js';

/** FBGEMM in integers, TOSA, TVM and Ethos-U: a multiplier and a right shift, or TVM's left one. */

const scaledBy =
  (mode: RoundingMode): Oracle =>
  ({ acc, parameters }) =>
    rounded(acc * BigInt(parameters['multiplier']!), parameters['rightShift']!, mode);

const onceUp = scaledBy('halfUp');

/** The sum with the zero point is one of 64 bits. */
const fbgemmFixed: Oracle = (request) => placed(onceUp(request), request.output);

/** 32 bits for the value and for the sum, then 16 bits and 8 bits. */
const fbgemmFixedAvx2: Oracle = (request) => {
  const sum = congruent(congruent(onceUp(request), 32) + BigInt(request.output.zeroPoint), 32);
  return clampedTo(saturatedToUint8(saturated(sum, 16)), request.output);
};

/** TOSA's result is an int32. */
const tosaSingle: Oracle = (request) => placedInInt32(congruent(onceUp(request), 32), request.output);

/** Beyond a shift of 31 the value is first rounded to units of 2^31. */
const tosaDouble: Oracle = (request) => {
  const { acc, parameters, output } = request;
  const shift = parameters['rightShift']!;
  if (shift <= 31) return tosaSingle(request);
  return placedInInt32(twiceRounded(acc, BigInt(parameters['multiplier']!), 31 - shift), output);
};

/** Wide enough for any product. */
const tvm =
  (mode: RoundingMode): Oracle =>
  ({ acc, parameters, output }) =>
    placed(rounded(acc * BigInt(parameters['multiplier']!), 31 - parameters['leftShift']!, mode), output);

const ethosU =
  (mode: RoundingMode): Oracle =>
  (request) =>
    placed(scaledBy(mode)(request), request.output);

const ethosUTfl: Oracle = ({ acc, parameters, output }) =>
  placed(twiceRounded(acc, BigInt(parameters['multiplier']!), 31 - parameters['rightShift']!), output);

export const compilerOracles = {
  'fbgemm-fixed': fbgemmFixed,
  'fbgemm-fixed-avx2': fbgemmFixedAvx2,
  'tosa-double': tosaDouble,
  'tosa-single': tosaSingle,
  'tosa-16': tosaSingle,
  'tvm-tonearest': tvm('halfAwayFromZero'),
  'tvm-upward': tvm('halfUp'),
  'ethos-u-tfl': ethosUTfl,
  'ethos-u-truncate': ethosU('towardZero'),
  'ethos-u-natural': ethosU('halfUp'),
} satisfies Record<string, Oracle>;
