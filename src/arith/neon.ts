import { INT32, saturate, wrap } from './int-format.js';
import { roundShift } from './rounding.js';

/**
 * Arm's fixed-point instructions on 32-bit lanes (Advanced SIMD; Helium has the same), on int32 values held in bigints.
 * Shifts are to the left where positive, to the right where negative.
 */

/** SSHL: to the left the register wraps, to the right it rounds down. */
export function sshl(value: bigint, shift: number): bigint {
  return shift >= 0 ? wrap(value << BigInt(shift), INT32) : value >> BigInt(-shift);
}

/** SRSHL: to the left the register wraps, to the right ties go up. */
export function srshl(value: bigint, shift: number): bigint {
  return shift >= 0 ? sshl(value, shift) : roundShift(value, -shift, 'halfUp');
}

/** SQSHL: to the left it saturates, to the right it rounds down. */
export function sqshl(value: bigint, shift: number): bigint {
  return shift >= 0 ? saturate(value << BigInt(shift), INT32) : sshl(value, shift);
}

/** SQRSHL: to the left it saturates, to the right ties go up. */
export function sqrshl(value: bigint, shift: number): bigint {
  return shift >= 0 ? sqshl(value, shift) : srshl(value, shift);
}

/** SQDMULH: `a · b / 2^31` rounded down; `(−2^31)²` saturates. */
export function sqdmulh(a: bigint, b: bigint): bigint {
  return saturate((a * b) >> 31n, INT32);
}

/** SQRDMULH: `a · b / 2^31`, ties up; `(−2^31)²` saturates. It is gemmlowp's doubling high multiply. */
export { saturatingRoundingDoublingHighMul as sqrdmulh } from './gemmlowp.js';

/** SQADD. */
export function sqadd(a: bigint, b: bigint): bigint {
  return saturate(a + b, INT32);
}
