import {
  add,
  compare,
  divide,
  fromDecimal,
  multiply,
  type Rational,
  rational,
  toNumber,
} from '../../hw/config/rational.js';
import { type Measure, over, pureNumber, sameDimension, times, unitNamed } from '../../hw/config/units.js';

/** A value a field takes: as it is printed, and as a machine file would have it. */
export interface AxisValue {
  readonly text: string;
  readonly value: string | number | boolean;
}

/** What is wrong with a range. */
export class RangeProblem extends Error {}

const MOST_VALUES = 10_000;

/** A plain number or one with a unit, `32 KiB`, `8 GB/s`. */
interface Amount {
  readonly measure: Measure;
  readonly unit: string | null;
}

/** Whether a text is meant as a range. */
export function isRange(text: string): boolean {
  return text.includes('..');
}

/**
 * The values of `from..to*factor` or `from..to+step`: from `from` on, each the one before times the factor or plus the step, as
 * long as they are not above `to`; both ends are included where the steps meet `to`. Exact.
 *
 * @throws RangeProblem
 */
export function expandRange(text: string): AxisValue[] {
  const match = /^(.+?)\.\.(.+)([*+])([^*+]+)$/.exec(text);
  if (match === null) throw new RangeProblem(`'${text}'`);
  const [from, to, step] = [match[1]!, match[2]!, match[4]!].map(amountOf) as [Amount, Amount, Amount];
  if (!sameDimension(from.measure, to.measure))
    throw new RangeProblem(`ends of different kinds in '${text}'`);
  if (compare(to.measure.amount, from.measure.amount) < 0) {
    throw new RangeProblem(`a range that ends below its start, '${text}'`);
  }
  const next = match[3] === '*' ? byFactor(from, step, text) : byStep(from, step, text);
  const values: AxisValue[] = [];
  for (let amount = from.measure.amount; compare(amount, to.measure.amount) <= 0; amount = next(amount)) {
    if (values.length === MOST_VALUES) throw new RangeProblem(`more than ${MOST_VALUES} values in '${text}'`);
    values.push(valueOf({ amount, dimension: from.measure.dimension }, from.unit, to.unit));
  }
  return values;
}

function byFactor({ measure }: Amount, factor: Amount, text: string): (amount: Rational) => Rational {
  const { amount } = factor.measure;
  if (factor.unit !== null || compare(amount, rational(1n)) <= 0) {
    throw new RangeProblem(`a factor that is no number above 1 in '${text}'`);
  }
  if (measure.amount.numerator === 0n) throw new RangeProblem(`a start that no factor moves in '${text}'`);
  return (current) => multiply(current, amount);
}

function byStep(from: Amount, { measure: step }: Amount, text: string): (amount: Rational) => Rational {
  if (!sameDimension(from.measure, step) || step.amount.numerator === 0n) {
    throw new RangeProblem(`a step that leads from no value to the next in '${text}'`);
  }
  return (current) => add(current, step.amount);
}

function amountOf(text: string): Amount {
  const match = /^\s*([\d.]+(?:[eE][+-]?\d+)?)\s*([A-Za-zµ]+(?:\s*\/\s*[A-Za-zµ]+)?)?\s*$/.exec(text);
  const number = match === null ? null : fromDecimal(match[1]!);
  const unit = match?.[2]?.replaceAll(/\s/g, '') ?? null;
  const size = unit === null ? pureNumber(rational(1n)) : unitOf(unit);
  if (number === null || size === null) throw new RangeProblem(`'${text}', no number or quantity`);
  return { measure: times(pureNumber(number), size), unit };
}

function unitOf(name: string): Measure | null {
  const [top, bottom] = name.split('/');
  const numerator = unitNamed(top!);
  if (numerator === null || bottom === undefined) return numerator;
  const denominator = unitNamed(bottom);
  return denominator === null ? null : over(numerator, denominator);
}

/** In the unit of the upper end where that makes it a whole number, else in that of the lower: 512 KiB, then 1 MiB. */
function valueOf(measure: Measure, unit: string | null, upper: string | null): AxisValue {
  if (unit === null || upper === null) {
    const value = toNumber(measure.amount);
    return { text: String(value), value };
  }
  const inUpper = divide(measure.amount, unitOf(upper)!.amount);
  const [amount, name] =
    inUpper.denominator === 1n ? [inUpper, upper] : [divide(measure.amount, unitOf(unit)!.amount), unit];
  const text = `${decimal(amount)} ${name}`;
  return { text, value: text };
}

/** As a decimal, exact: units and decimals are made of twos and fives. */
function decimal({ numerator, denominator }: Rational): string {
  let [scaled, places] = [numerator, 0];
  while (scaled % denominator !== 0n) [scaled, places] = [scaled * 10n, places + 1];
  const digits = String(scaled / denominator).padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
