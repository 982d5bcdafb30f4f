import type { ApOverflow } from '../../src/arith/requantizers/names.js';
import { clamped } from './integers.js';

/** The overflow modes of `ap_fixed`, on strings of bits. */
export interface Destination {
  /** `W` and, of the wrapping modes, `N`. */
  readonly bits: number;
  readonly saturatedBits: number;
  readonly isSigned: boolean;
  /** The number before its fraction bits were dropped, whose sign counts. */
  readonly source: bigint;
  /** The same with its fraction bits cut off, whose bit W counts. */
  readonly unrounded: bigint;
}

const lowest = ({ bits, isSigned }: Destination): bigint => (isSigned ? -(2n ** BigInt(bits - 1)) : 0n);
const highest = ({ bits, isSigned }: Destination): bigint => 2n ** BigInt(isSigned ? bits - 1 : bits) - 1n;

export function isOverflow(value: bigint, to: Destination): boolean {
  return value < lowest(to) || value > highest(to);
}

/** Two's complement digits, the sign or highest bit first. */
function digits(value: bigint, count: number): string[] {
  const modulus = 2n ** BigInt(count);
  return (((value % modulus) + modulus) % modulus).toString(2).padStart(count, '0').split('');
}

function read(text: readonly string[], isSigned: boolean): bigint {
  const unsigned = BigInt(`0b${text.join('')}`);
  return isSigned && text[0] === '1' ? unsigned - 2n ** BigInt(text.length) : unsigned;
}

const invert = (text: readonly string[]): string[] => text.map((digit) => (digit === '1' ? '0' : '1'));

/** What a destination holds of a rounded value that does not fit. */
export function overflowed(value: bigint, to: Destination, kind: ApOverflow): bigint {
  const { bits, isSigned, saturatedBits, source } = to;
  const low = digits(value, bits);
  switch (kind) {
    case 'sat':
      return clamped(value, lowest(to), highest(to));
    case 'sat-sym':
      return clamped(value, isSigned ? -highest(to) : 0n, highest(to));
    case 'sat-zero':
      return 0n;
    case 'wrap': {
      const sign = source < 0n ? '1' : '0';
      const forced = low.map((digit, index) => {
        if (index >= saturatedBits) return digit;
        if (!isSigned) return '1';
        return index === 0 ? sign : sign === '1' ? '0' : '1';
      });
      return read(forced, isSigned);
    }
    default: {
      const deleted = digits(to.unrounded, bits + 1)[0]!;
      const sign = saturatedBits === 0 ? deleted : source < 0n ? '1' : '0';
      const text = sign === low[0] ? low : invert(low);
      return read([sign, ...text.slice(1)], isSigned);
    }
  }
}
