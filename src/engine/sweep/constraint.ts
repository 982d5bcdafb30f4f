import { didYouMean } from '../../core/did-you-mean.js';
import { UserError } from '../../core/errors.js';
import { acceleratorFieldPaths } from '../../hw/accelerator-fields.js';
import type { AcceleratorConfig } from '../../hw/accelerator-schema.js';
import {
  type Condition,
  ConditionProblem,
  type ConditionScope,
  type ConditionValue,
  parseCondition,
  UnknownName,
} from '../../hw/config/condition.js';
import { measureOfQuantity, type Quantity } from '../../hw/config/quantity.js';
import { divide, fromNumber, multiply, rational } from '../../hw/config/rational.js';
import { type Measure, pureNumber, unitNamed } from '../../hw/config/units.js';
import { type MachineFigures, POINT_FIGURES, type PointFigures } from './result.js';

const MACHINE_FIGURES = ['macUnits', 'sramBytes'] as const satisfies readonly (keyof MachineFigures)[];
/** Any figures: with them a condition shows whether it can be computed, before anything is simulated. */
const PROBE = Object.fromEntries(POINT_FIGURES.map((name) => [name, 1])) as Readonly<
  Record<keyof PointFigures, number>
>;

/** What `--where` asks of a point: of its fields before it is simulated, of its results after. */
export class Constraint {
  readonly #ofFields: readonly Condition[];
  readonly #ofResults: readonly Condition[];

  private constructor(conditions: readonly Condition[]) {
    this.#ofFields = conditions.filter((condition) => !asksForResults(condition));
    this.#ofResults = conditions.filter(asksForResults);
  }

  /** @throws UserError where the text is no condition over fields of machines, results and quantities */
  static async parse(text: string | null): Promise<Constraint> {
    if (text === null) return new Constraint([]);
    const names = [...acceleratorFieldPaths(), ...MACHINE_FIGURES, ...POINT_FIGURES];
    try {
      return new Constraint(await parseCondition(text, names));
    } catch (error) {
      throw refusal(error, names);
    }
  }

  /** Whether a machine is worth simulating. @throws UserError where the condition compares what cannot be compared */
  admits(config: AcceleratorConfig, machine: MachineFigures): boolean {
    const scope = scopeOf(config, machine, PROBE);
    return refusing(() => {
      this.#ofResults.forEach(({ holds }) => holds(scope));
      return this.#ofFields.every(({ holds }) => holds(scope));
    });
  }

  /** Whether its results are such as were asked for. */
  accepts(config: AcceleratorConfig, machine: MachineFigures, figures: PointFigures): boolean {
    const scope = scopeOf(config, machine, figures);
    return refusing(() => this.#ofResults.every(({ holds }) => holds(scope)));
  }
}

function asksForResults({ names }: Condition): boolean {
  return POINT_FIGURES.some((name) => names.has(name));
}

function scopeOf(config: AcceleratorConfig, machine: MachineFigures, figures: PointFigures): ConditionScope {
  const cycle: Measure = {
    amount: divide(rational(1n), config.clock.amount),
    dimension: unitNamed('s')!.dimension,
  };
  const numbers: Readonly<Record<string, number>> = { ...machine, ...figures };
  const valueOf = (name: string): ConditionValue => {
    const figure = numbers[name];
    return figure === undefined ? fieldValue(config, name, cycle) : pureNumber(fromNumber(figure));
  };
  return { cycle, valueOf };
}

function fieldValue(config: AcceleratorConfig, path: string, cycle: Measure): ConditionValue {
  const value = path
    .split('.')
    .reduce<unknown>((section, name) => (section as Record<string, unknown> | undefined)?.[name], config);
  if (typeof value === 'number') return pureNumber(fromNumber(value));
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === undefined) throw new ConditionProblem(`${path}, which this machine does not set`);
  const quantity = value as Quantity | { readonly value: Quantity };
  return inSeconds(measureOfQuantity('value' in quantity ? quantity.value : quantity), cycle);
}

/** Cycles as the time they take. */
function inSeconds({ amount, dimension }: Measure, cycle: Measure): Measure {
  const { cycles } = dimension;
  if (cycles === 0) return { amount, dimension };
  const time = cycles > 0 ? cycle.amount : divide(rational(1n), cycle.amount);
  let scaled = amount;
  for (let power = 0; power < Math.abs(cycles); power += 1) scaled = multiply(scaled, time);
  return { amount: scaled, dimension: { ...dimension, cycles: 0, time: dimension.time + cycles } };
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusal(error, []);
  }
}

function refusal(error: unknown, names: readonly string[]): unknown {
  if (!(error instanceof ConditionProblem)) return error;
  const meant = error instanceof UnknownName ? didYouMean(error.unknown, names) : null;
  return new UserError({
    place: '--where',
    found: error.message,
    expected: "a condition such as 'array.rows * array.columns <= 1024 and weightBuffer.capacity <= 256 KiB'",
    ...(meant === null ? {} : { suggestion: `did you mean '${meant}'?` }),
  });
}
