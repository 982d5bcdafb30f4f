import fc from 'fast-check';
import {
  INT16,
  INT32,
  INT8,
  maxOf,
  minOf,
  UINT8,
  type OutputGrid,
  type Parameters,
  type ParameterSpec,
  type RequantizerRule,
} from '../../src/arith/index.js';
import { anyClamp, anyInteger } from '../../src/testing/index.js';

/** Whole cases of a rule of the registry, inside its contract and outside. */
export interface RuleCase {
  readonly acc: number;
  readonly parameters: Parameters;
  readonly output: OutputGrid;
}

const within = ({ min, max }: ParameterSpec, value: number): number => Math.max(min, Math.min(max, value));

/** Shifts at which rules change what they do. */
const ENDS_OF_REGISTERS = [14, 15, 16, 31, 32];

/** The ends, those of registers, small values, neighbours of powers of two, any magnitude, any value. */
function anyIntegerOf(spec: ParameterSpec): fc.Arbitrary<number> {
  const { min, max } = spec;
  const any = fc.maxSafeInteger().map((value) => min + (Math.abs(value) % (max - min + 1)));
  const nearPower = fc
    .tuple(fc.nat({ max: 53 }), fc.integer({ min: -2, max: 2 }), fc.constantFrom(-1, 1))
    .map(([power, off, sign]) => sign * 2 ** power + off);
  const ofMagnitude = fc
    .tuple(fc.nat({ max: 52 }), fc.double({ min: -2, max: 2, noNaN: true }))
    .map(([power, mantissa]) => Math.round(mantissa * 2 ** power) + 0);
  const small = fc.integer({ min: -3, max: 9 });
  return fc.oneof(
    any,
    fc.constantFrom(min, max, ...ENDS_OF_REGISTERS.filter((bits) => bits > min && bits < max)),
    fc.oneof(small, nearPower, ofMagnitude).map((value) => within(spec, value)),
  );
}

/**
 * Mantissas of few bits make ties, of all bits none, all ones lie just below a power of two; multiples of the inverse of a small
 * odd number lie beside ties. Exponents over the whole range, most of them below 1.
 */
function anyFloatOf(spec: ParameterSpec): fc.Arbitrary<number> {
  const bits = spec.type === 'float32' ? 24 : 53;
  const nearest = spec.type === 'float32' ? Math.fround : (value: number): number => value;
  const half = 2 ** (bits - 1);
  const mantissa = fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 15 }).map((eighths) => eighths / 8) },
    fc.maxSafeInteger().map((value) => 1 + (Math.abs(value) % half) / half),
    fc.constant((2 * half - 1) / half),
    fc.integer({ min: 1, max: 24 }).map((n) => 1 / (2 * n + 1)),
  );
  const lowest = Math.floor(Math.log2(spec.min));
  const highest = Math.ceil(Math.log2(spec.max));
  const exponent = fc.oneof(
    fc.integer({ min: lowest, max: highest }),
    fc.integer({ min: -16, max: Math.min(0, highest) }),
  );
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(mantissa, exponent).map(([m, e]) => within(spec, nearest(m * 2 ** e))),
    },
    { weight: 1, arbitrary: fc.constantFrom(spec.min, spec.max) },
  );
}

export function anyParameters(rule: RequantizerRule): fc.Arbitrary<Parameters> {
  return fc.record(
    Object.fromEntries(
      rule.parameters.map((spec) => [
        spec.name,
        spec.type === 'integer' ? anyIntegerOf(spec) : anyFloatOf(spec),
      ]),
    ),
  );
}

/** Accumulators about a multiple of half a unit of the result, where ties are and where results begin to wrap. */
export function nearTies(rule: RequantizerRule, parameters: Parameters): fc.Arbitrary<number> {
  const { numerator, shift } = rule.exact(0n, parameters);
  const perAccumulator = Number(rule.exact(1n, parameters).numerator - numerator);
  const [min, max] = [minOf(rule.accumulator), maxOf(rule.accumulator)];
  const halves = fc.oneof(
    fc.integer({ min: -600, max: 600 }),
    fc.integer({ min: -70000, max: 70000 }),
    fc
      .tuple(fc.constantFrom(-(2 ** 32), 2 ** 32, 2 ** 31, 2 ** 17), fc.integer({ min: -9, max: 9 }))
      .map(([at, off]) => at + off),
  );
  return fc.tuple(halves, fc.integer({ min: -1, max: 1 })).map(([half, off]) => {
    const acc = Math.round(((half / 2) * 2 ** shift - Number(numerator)) / perAccumulator) + off;
    return Number.isNaN(acc) ? 0 : Math.max(min, Math.min(max, acc));
  });
}

/** Where float32 begins to leave integers out. */
const near2To24 = fc
  .tuple(fc.integer({ min: 24, max: 30 }), fc.integer({ min: -5, max: 5 }), fc.constantFrom(-1, 1))
  .map(([power, off, sign]) => sign * 2 ** power + off);

/** Codes of the usual formats, of part of them, and of int32, where sums with a zero point wrap. */
export const anyOutputGrid: fc.Arbitrary<OutputGrid> = fc
  .constantFrom(INT8, UINT8, INT16, INT32)
  .chain((format) =>
    fc
      .record({
        zeroPoint: fc.oneof(anyInteger(format), anyInteger(INT32), fc.constant(0)),
        clamp: fc.oneof(
          { weight: 4, arbitrary: fc.constant({ min: minOf(format), max: maxOf(format) }) },
          { weight: 1, arbitrary: anyClamp(format) },
        ),
      })
      .map(({ zeroPoint, clamp }) => ({ zeroPoint, ...clamp })),
  );

export function anyRuleCase(rule: RequantizerRule): fc.Arbitrary<RuleCase> {
  return anyParameters(rule).chain((parameters) =>
    fc.record({
      acc: fc.oneof(
        { weight: 4, arbitrary: nearTies(rule, parameters) },
        { weight: 2, arbitrary: anyInteger(rule.accumulator) },
        { weight: 1, arbitrary: near2To24 },
      ),
      parameters: fc.constant(parameters),
      output: anyOutputGrid,
    }),
  );
}
