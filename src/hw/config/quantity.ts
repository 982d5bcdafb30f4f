import { evaluate } from './expression.js';
import { divide, type Rational, rational } from './rational.js';
import { type Measure, over, pureNumber, sameDimension, times, unitNamed } from './units.js';

/** What a field of a configuration measures. */
export type QuantityKind = keyof typeof KINDS;

/**
 * An exact amount in the canonical unit of its kind. A kind with two units (a bandwidth per second or per cycle) keeps
 * the one that was written: which cycles a second has is known only once the clock is.
 */
export interface Quantity {
  readonly amount: Rational;
  readonly unit: string;
}

export type QuantityResult = Quantity | { readonly got: string; readonly expected: string };

interface Kind {
  /** Canonical units, of different dimensions. */
  readonly units: readonly string[];
  readonly expected: string;
  /** Amounts that are integers in the canonical unit. */
  readonly whole?: boolean;
  /** Largest amount in the canonical unit. */
  readonly most?: bigint;
  readonly mayBeZero?: boolean;
}

const KINDS = {
  clock: {
    units: ['Hz'],
    expected: "a frequency such as '700 MHz' or '1 GHz'",
    whole: true,
    most: 10n ** 12n,
  },
  capacity: {
    units: ['B'],
    expected: "a capacity in whole bytes such as '128 KiB' or '64 kB'",
    whole: true,
    most: 2n ** 40n,
  },
  width: { units: ['bit'], expected: "a width in whole bits such as '128 bit' or '16 B'", whole: true },
  bandwidth: {
    units: ['B/cycle', 'B/s'],
    expected: "a bandwidth such as '16 B/cycle', '8 GB/s' or '8 GiB/s'",
  },
  duration: {
    units: ['cycle', 's'],
    expected: "a duration such as '40 cycles' or '100 ns'",
    mayBeZero: true,
  },
  length: { units: ['nm'], expected: "a feature size such as '28 nm'" },
  energy: { units: ['pJ'], expected: "an energy such as '0.2 pJ' or '35 fJ'", mayBeZero: true },
  accessEnergy: { units: ['pJ'], expected: "an energy above zero such as '10 pJ'" },
  energyPerData: {
    units: ['pJ/B'],
    expected: "an energy per amount of data such as '8 pJ/bit' or '64 pJ/B'",
    mayBeZero: true,
  },
  power: { units: ['mW'], expected: "a power such as '1.5 mW' or '80 uW'", mayBeZero: true },
  powerPerData: {
    units: ['mW/B'],
    expected: "a power per amount of memory such as '7.1 uW/KiB' or '70 nW/bit'",
    mayBeZero: true,
  },
} satisfies Record<string, Kind>;

/** What would be accepted for a kind, with examples; also the text of an error. */
export function expectedQuantity(kind: QuantityKind): string {
  return KINDS[kind].expected;
}

/**
 * A text with units as an exact quantity, or what was found and what is expected.
 *
 * @example
 * await parseQuantity('2 * 64 KiB', 'capacity');      // { amount: 131072/1, unit: 'B' }
 * await parseQuantity('32 B * 700 MHz', 'bandwidth'); // { amount: 22400000000/1, unit: 'B/s' }
 */
export async function parseQuantity(text: string, kind: QuantityKind): Promise<QuantityResult> {
  const { units, expected, whole = false, most = LARGEST, mayBeZero = false }: Kind = KINDS[kind];
  const refused = (reason: string): QuantityResult => ({ got: `'${text}' (${reason})`, expected });

  const measure = await evaluate(text);
  if ('problem' in measure) return refused(measure.problem);
  const unit = units.find((name) => sameDimension(measure, measureOf(name)));
  if (unit === undefined) return refused(sameDimension(measure, ONE) ? 'no unit' : 'another kind of unit');

  const amount = divide(measure.amount, measureOf(unit).amount);
  if (amount.numerator < 0n) return refused('negative');
  if (amount.numerator === 0n && !mayBeZero) return refused('zero');
  if (amount.numerator > most * amount.denominator) return refused('too large');
  if (whole && amount.denominator !== 1n) return refused('not a whole number');
  return { amount, unit };
}

/** The quantity in base units. */
export function measureOfQuantity({ amount, unit }: Quantity): Measure {
  return times(pureNumber(amount), measureOf(unit));
}

/** Of kinds without a bound of their own: what a double holds exactly. */
const LARGEST = 2n ** 53n;
const ONE = pureNumber(rational(1n));

/** A canonical unit, `unit` or `unit/unit`. */
function measureOf(name: string): Measure {
  const [top, bottom] = name.split('/');
  const numerator = unitNamed(top!)!;
  return bottom === undefined ? numerator : over(numerator, unitNamed(bottom)!)!;
}
