import { saturate16, saturate32 } from '../saturate.js';
import type { Round } from './round.js';

/**
 * Requantizers of operands so narrow that their product fits a double.
 */

/**
 * NVDLA: `round((acc + addend) · multiplier / 2^shift)`, ties away from zero; shift 0 … 63.
 *
 * The sum has 33 bits and the multiplier is an int16, so x = product / 2^shift is exact and has at most 48 bits. Where
 * |x| >= 1/4 the sum |x| + 1/2 is exact too: its lowest bit is worth at least 2^-50. Below it stays under 1, rounded or not.
 */
export function addThenMultiply(addend: number, multiplier: number, shift: number): Round {
  const scale = multiplier * 2 ** -shift;
  return (acc) => {
    const value = (acc + addend) * scale;
    const magnitude = Math.floor(Math.abs(value) + 0.5);
    return value < 0 ? -magnitude : magnitude;
  };
}

/**
 * XNNPACK rndnu16: the accumulator moved by the exponent (ties up where that is to the right), an int16, times a multiplier
 * of 15 bits, ties up. Moving scales by a power of two: exact, and so is adding 1/2, for exponents from −31 to 9.
 */
export function moveThenMultiply16(multiplier: number, exponent: number): Round {
  const unit = 2 ** exponent;
  return (acc) => (saturate16(Math.floor(acc * unit + 0.5)) * multiplier + 2 ** 14) >> 15;
}

/** `(acc + random) / 2^shift` rounded down. The sum may need 54 bits, so each is divided and the rests decide the carry. */
export function addRandom(random: number, shift: number): Round {
  const unit = 2 ** shift;
  const scale = 2 ** -shift;
  const whole = Math.floor(random * scale);
  const threshold = unit - (random - whole * unit);
  return (acc) => {
    const below = Math.floor(acc * scale);
    return below + whole + (acc - below * unit >= threshold ? 1 : 0);
  };
}

/** PULP-NN with a 32-bit product: it wraps, and so does the sum with the offset, before the shift. */
export function multiplyInInt32(multiplier: number, offset: number, shift: number): Round {
  return (acc) => ((Math.imul(acc, multiplier) + offset) | 0) >> shift;
}

/** VTA: an arithmetic shift of int32; to the left, where `shift` is negative, it wraps. */
export function shiftInInt32(shift: number): Round {
  if (shift < 0) return (acc) => acc << -shift;
  return (acc) => acc >> shift;
}

/** What NVDLA adds before it multiplies: an int16 moved to the left, saturated to int32. */
export function saturatedOperand(operand: number, shift: number): number {
  return saturate32(operand * 2 ** shift);
}
