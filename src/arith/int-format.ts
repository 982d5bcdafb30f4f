import { assert } from '../core/errors.js';

/** A two's complement or unsigned integer of 2 … 64 bits. Formats are data: widths come from a configuration. */
export interface IntFormat {
  readonly bits: number;
  readonly signed: boolean;
}

export const INT8: IntFormat = { bits: 8, signed: true };
export const UINT8: IntFormat = { bits: 8, signed: false };
export const INT16: IntFormat = { bits: 16, signed: true };
export const INT17: IntFormat = { bits: 17, signed: true };
export const INT32: IntFormat = { bits: 32, signed: true };
export const UINT32: IntFormat = { bits: 32, signed: false };
export const INT48: IntFormat = { bits: 48, signed: true };
export const INT64: IntFormat = { bits: 64, signed: true };

/** Of 2, looked up: rounding to a format asks for its ends at every number. */
const POWERS = Array.from({ length: 54 }, (_, exponent) => 2 ** exponent);

/** Smallest value of a format of at most 53 bits. */
export function minOf(format: IntFormat): number {
  assert(format.bits <= 53, 'numbers hold 53 bits', { format });
  return format.signed ? -POWERS[format.bits - 1]! : 0;
}

/** Largest value of a format of at most 53 bits. */
export function maxOf(format: IntFormat): number {
  assert(format.bits <= 53, 'numbers hold 53 bits', { format });
  return POWERS[format.signed ? format.bits - 1 : format.bits]! - 1;
}

export function fits(value: number, format: IntFormat): boolean {
  return Number.isInteger(value) && value >= minOf(format) && value <= maxOf(format);
}

/** Smallest value of a format of any width. */
export function lowestOf(format: IntFormat): bigint {
  return format.signed ? -(1n << BigInt(format.bits - 1)) : 0n;
}

/** Largest value of a format of any width. */
export function highestOf(format: IntFormat): bigint {
  return (1n << BigInt(format.signed ? format.bits - 1 : format.bits)) - 1n;
}

/** As `fits`, of a format of any width. */
export function holds(format: IntFormat, value: bigint): boolean {
  return value >= lowestOf(format) && value <= highestOf(format);
}

/** The nearest value of the format: what a clamp in hardware does. */
export function saturate(value: bigint, format: IntFormat): bigint {
  const [low, high] = [lowestOf(format), highestOf(format)];
  if (value < low) return low;
  return value > high ? high : value;
}

/** The low `bits` of the value, reread in the format: what a register without a clamp does. */
export function wrap(value: bigint, format: IntFormat): bigint {
  return format.signed ? BigInt.asIntN(format.bits, value) : BigInt.asUintN(format.bits, value);
}

/** `int8`, `uint4`, … */
export function formatName(format: IntFormat): string {
  return `${format.signed ? 'int' : 'uint'}${format.bits}`;
}
