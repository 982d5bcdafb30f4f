import type { ApOverflow, ApQuantization } from '../../../src/arith/requantizers/names.js';
import type { RoundingMode } from '../../../src/arith/rounding.js';
import { clamped } from '../integers.js';
import { clampedTo, rounded } from './registers.js';
import type { Oracle } from './oracle.js';

/** Assignment to an `ap_fixed`: bits dropped at the low end by one mode, at the high end by another. */

const MODE_OF: Readonly<Record<ApQuantization, RoundingMode>> = {
  trn: 'floor',
  'trn-zero': 'towardZero',
  rnd: 'halfUp',
  'rnd-zero': 'halfTowardZero',
  'rnd-inf': 'halfAwayFromZero',
  'rnd-min-inf': 'halfDown',
  'rnd-conv': 'halfEven',
};

interface Assignment {
  /** The value in units of the destination: before rounding, cut; and after it. */
  readonly cut: bigint;
  readonly value: bigint;
  readonly width: number;
  readonly isSigned: boolean;
  readonly saturatedBits: number;
}

const lowestOf = ({ width, isSigned }: Assignment): bigint => (isSigned ? -(2n ** BigInt(width - 1)) : 0n);
const highestOf = ({ width, isSigned }: Assignment): bigint =>
  2n ** BigInt(isSigned ? width - 1 : width) - 1n;
const fitsIn = (assignment: Assignment): boolean =>
  assignment.value >= lowestOf(assignment) && assignment.value <= highestOf(assignment);

/** Bit `index` of two's complement without end: the parity of the value cut to units of 2^index. */
const bitOf = (value: bigint, index: number): boolean => rounded(value, index, 'floor') % 2n !== 0n;

/** Bits, lowest first. */
const bitsOf = (value: bigint, width: number): boolean[] =>
  Array.from({ length: width }, (_, index) => bitOf(value, index));

function valueOf(bits: readonly boolean[], isSigned: boolean): bigint {
  const weights = bits.map((bit, index) => (bit ? 2n ** BigInt(index) : 0n));
  if (isSigned) weights[bits.length - 1]! *= -1n;
  return weights.reduce((sum, weight) => sum + weight, 0n);
}

/** The low bits; where some are asked to saturate, the highest ones say on which side the value lay. */
function wrapped(assignment: Assignment): bigint {
  const { value, width, isSigned, saturatedBits } = assignment;
  const isNegative = value < 0n;
  const bits = bitsOf(value, width).map((bit, index) => {
    const fromTop = width - 1 - index;
    if (fromTop >= saturatedBits) return bit;
    if (!isSigned) return true;
    return fromTop === 0 ? isNegative : !isNegative;
  });
  return valueOf(bits, isSigned);
}

/** Sign and magnitude: for a signed destination and at most one saturated bit. */
function wrappedSignMagnitude({ cut, value, width, isSigned, saturatedBits }: Assignment): bigint {
  const bits = bitsOf(value, width);
  const sign = saturatedBits === 0 ? bitOf(cut, width) : cut < 0n;
  const turned = sign === bits[width - 1]! ? bits : bits.map((bit) => !bit);
  return valueOf([...turned.slice(0, -1), sign], isSigned);
}

const OVERFLOW: Readonly<Record<ApOverflow, (assignment: Assignment) => bigint>> = {
  wrap: (to) => (fitsIn(to) ? to.value : wrapped(to)),
  sat: (to) => clamped(to.value, lowestOf(to), highestOf(to)),
  'sat-sym': (to) => clamped(to.value, to.isSigned ? -highestOf(to) : 0n, highestOf(to)),
  'sat-zero': (to) => (fitsIn(to) ? to.value : 0n),
  'wrap-sm': (to) => (fitsIn(to) ? to.value : wrappedSignMagnitude(to)),
};

export const apFixed =
  (quantization: ApQuantization, overflow: ApOverflow): Oracle =>
  ({ acc, parameters, output }) => {
    const drop = parameters['droppedBits']!;
    const code = OVERFLOW[overflow]({
      cut: rounded(acc, drop, 'floor'),
      value: rounded(acc, drop, MODE_OF[quantization]),
      width: parameters['bits']!,
      isSigned: parameters['isSigned'] === 1,
      saturatedBits: parameters['saturatedBits']!,
    });
    return clampedTo(code, output);
  };
