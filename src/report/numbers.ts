/** How figures are printed. Three significant digits with a unit, or exactly; the same everywhere, whatever the locale. */

interface Step {
  readonly factor: number;
  readonly prefix: string;
}

const SI: readonly Step[] = [
  { factor: 1e-15, prefix: 'f' },
  { factor: 1e-12, prefix: 'p' },
  { factor: 1e-9, prefix: 'n' },
  { factor: 1e-6, prefix: 'µ' },
  { factor: 1e-3, prefix: 'm' },
  { factor: 1, prefix: '' },
  { factor: 1e3, prefix: 'k' },
  { factor: 1e6, prefix: 'M' },
  { factor: 1e9, prefix: 'G' },
  { factor: 1e12, prefix: 'T' },
];

const IEC: readonly Step[] = ['', 'Ki', 'Mi', 'Gi', 'Ti'].map((prefix, power) => ({
  factor: 1024 ** power,
  prefix,
}));

const UNSCALED: Step = { factor: 1, prefix: '' };

/** What a figure is printed as where there is none. */
export const NONE = '–';

/** An integer with thousands separators: `7,489,664`. */
export function groupThousands(value: number): string {
  return fixed(value, 0);
}

/** A fixed number of decimals, thousands separated: `1,234.50`. */
export function fixed(value: number, decimals: number): string {
  const [whole, fraction] = value.toFixed(decimals).split('.');
  const integer = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? integer : `${integer}.${fraction}`;
}

/** Three significant digits: `0.456`, `4.56`, `45.6`, `456`, and whole numbers above: `4,561`. */
export function threeDigits(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value === 0) return '0';
  const rounded = Math.abs(Number(value.toPrecision(3)));
  if (rounded < 1) return value.toPrecision(3);
  return fixed(value, rounded < 10 ? 2 : rounded < 100 ? 1 : 0);
}

/** A whole number as it is, any other with three significant digits: for what people set, not for what is measured. */
export function setting(value: number): string {
  const exact = Number(value.toPrecision(12));
  return Number.isInteger(exact) ? groupThousands(exact) : threeDigits(value);
}

/** A round number as it is, without zeros at its end: `20,000`, `0.5`. For the ticks of an axis. */
export function roundNumber(value: number): string {
  const exact = Number(value.toPrecision(12)); // without the last digits of a division by a power of ten
  return Number.isInteger(exact) ? groupThousands(exact) : String(exact);
}

/** With an SI prefix: `si(0.00125, 'J')` is `1.25 mJ`. */
export function si(value: number, unit: string): string {
  return scaled(value, SI, 1000, threeDigits) + unit;
}

/** With an IEC prefix: `bytes(12595)` is `12.3 KiB`. */
export function bytes(value: number): string {
  return `${scaled(value, IEC, 1024, value < 1024 ? setting : threeDigits)}B`;
}

/** A memory as large as somebody made it: `64 KiB`. */
export function capacity(byteCount: number): string {
  return `${scaled(byteCount, IEC, 1024, setting)}B`;
}

/** A clock or a bandwidth as somebody set it: `1 GHz`. */
export function rate(value: number, unit: string): string {
  return scaled(value, SI, 1000, setting) + unit;
}

export function energy(picojoules: number): string {
  return si(picojoules * 1e-12, 'J');
}

/** A unit for figures that stand under each other or along an axis. */
export interface Unit {
  readonly name: string;
  /** In the unit of the raw figures. */
  readonly size: number;
}

/** Of picojoules, the largest first. */
export const ENERGY_UNITS: readonly Unit[] = [
  { name: 'J', size: 1e12 },
  { name: 'mJ', size: 1e9 },
  { name: 'µJ', size: 1e6 },
  { name: 'nJ', size: 1e3 },
  { name: 'pJ', size: 1 },
];

/** Of seconds, the largest first. */
export const TIME_UNITS: readonly Unit[] = [
  { name: 's', size: 1 },
  { name: 'ms', size: 1e-3 },
  { name: 'µs', size: 1e-6 },
  { name: 'ns', size: 1e-9 },
];

/** The largest unit that is no larger than the largest figure. */
export function unitFor(largest: number, units: readonly Unit[]): Unit {
  return units.find(({ size }) => largest >= size) ?? units.at(-1)!;
}

/** A fraction in print: `12.3%`. */
export function percent(fraction: number): string {
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(1)}%` : NONE;
}

/** `part / whole` in print. */
export function share(part: number, whole: number): string {
  return percent(part / whole);
}

/** `value / base` in print: `0.81x`. */
export function ratio(value: number, base: number): string {
  const quotient = value === base ? 1 : value / base;
  if (!Number.isFinite(quotient)) return NONE;
  return `${quotient >= 0.01 && quotient < 10 ? quotient.toFixed(2) : threeDigits(quotient)}x`;
}

/** The figure with the smallest prefix that keeps it below `base`, a space and the prefix. */
function scaled(
  value: number,
  steps: readonly Step[],
  base: number,
  digits: (figure: number) => string,
): string {
  const fits = ({ factor }: Step): boolean => Math.round(Math.abs(value) / factor) < base;
  const step = value === 0 ? UNSCALED : (steps.find(fits) ?? steps.at(-1)!);
  return `${digits(value / step.factor)} ${step.prefix}`;
}
