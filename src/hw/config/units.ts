import { add, divide, multiply, type Rational, rational } from './rational.js';

/** What a quantity measures: the exponents of its base units. A bandwidth is `{ data: 1, time: -1 }`. */
export type Dimension = Readonly<Record<BaseUnit, number>>;

const BASE_UNITS = ['data', 'time', 'cycles', 'energy', 'length'] as const;
type BaseUnit = (typeof BASE_UNITS)[number];

/** An exact amount in base units: bit, second, cycle, joule, metre. */
export interface Measure {
  readonly amount: Rational;
  readonly dimension: Dimension;
}

const DECIMAL = { f: -15, p: -12, n: -9, u: -6, µ: -6, m: -3, '': 0, k: 3, K: 3, M: 6, G: 9, T: 12 } as const;
const BINARY = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n } as const;

/** Every unit a configuration may use. Case matters: `Mb` is a megabit, `MB` 10^6 bytes, `MiB` 2^20 bytes. */
const UNITS: ReadonlyMap<string, Measure> = new Map([
  ...data('b', 1n),
  ...data('B', 8n),
  ...['bit', 'bits'].map((name) => [name, base({ data: 1 })] as const),
  ...['byte', 'bytes'].map((name) => [name, base({ data: 1 }, rational(8n))] as const),
  ...['cycle', 'cycles'].map((name) => [name, base({ cycles: 1 })] as const),
  ...prefixed('Hz', base({ time: -1 }), ['', 'k', 'M', 'G']),
  ...prefixed('s', base({ time: 1 }), ['', 'm', 'u', 'µ', 'n', 'p']),
  ...prefixed('J', base({ energy: 1 }), ['', 'm', 'u', 'µ', 'n', 'p', 'f']),
  ...prefixed('W', base({ energy: 1, time: -1 }), ['', 'm', 'u', 'µ', 'n', 'p']),
  ...prefixed('m', base({ length: 1 }), ['u', 'µ', 'n']),
]);

/** The unit of that name, or null. */
export function unitNamed(name: string): Measure | null {
  return UNITS.get(name) ?? null;
}

export function isUnit(name: string): boolean {
  return UNITS.has(name);
}

export function pureNumber(amount: Rational): Measure {
  return { amount, dimension: dimensionOf({}) };
}

export function times(a: Measure, b: Measure): Measure {
  return { amount: multiply(a.amount, b.amount), dimension: combine(a.dimension, b.dimension, 1) };
}

/** `a / b`, or null where b is zero. */
export function over(a: Measure, b: Measure): Measure | null {
  if (b.amount.numerator === 0n) return null;
  return { amount: divide(a.amount, b.amount), dimension: combine(a.dimension, b.dimension, -1) };
}

/** `a + b`, or null where they do not measure the same. */
export function plus(a: Measure, b: Measure): Measure | null {
  return sameDimension(a, b) ? { amount: add(a.amount, b.amount), dimension: a.dimension } : null;
}

export function sameDimension(a: Measure, b: Measure): boolean {
  return BASE_UNITS.every((unit) => a.dimension[unit] === b.dimension[unit]);
}

function base(exponents: Partial<Dimension>, amount: Rational = rational(1n)): Measure {
  return { amount, dimension: dimensionOf(exponents) };
}

function dimensionOf(exponents: Partial<Dimension>): Dimension {
  return { data: 0, time: 0, cycles: 0, energy: 0, length: 0, ...exponents };
}

function combine(a: Dimension, b: Dimension, sign: 1 | -1): Dimension {
  const entries = BASE_UNITS.map((unit) => [unit, a[unit] + sign * b[unit]]);
  return Object.fromEntries(entries) as Dimension;
}

function data(symbol: string, bits: bigint): (readonly [string, Measure])[] {
  const unit = base({ data: 1 }, rational(bits));
  const binary = Object.entries(BINARY).map(
    ([prefix, power]) => [prefix + symbol, times(unit, pureNumber(rational(2n ** power)))] as const,
  );
  return [...prefixed(symbol, unit, ['', 'k', 'K', 'M', 'G', 'T']), ...binary];
}

function prefixed(
  symbol: string,
  unit: Measure,
  prefixes: readonly (keyof typeof DECIMAL)[],
): (readonly [string, Measure])[] {
  return prefixes.map((prefix) => [prefix + symbol, times(unit, pureNumber(powerOfTen(DECIMAL[prefix])))]);
}

function powerOfTen(exponent: number): Rational {
  return exponent >= 0 ? rational(10n ** BigInt(exponent)) : rational(1n, 10n ** BigInt(-exponent));
}
