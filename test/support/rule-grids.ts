import {
  INT16,
  INT32,
  INT8,
  maxOf,
  minOf,
  UINT8,
  type Factor,
  type IntFormat,
  type OutputGrid,
  type Parameters,
  type ParameterSpec,
  type RequantizerRule,
} from '../../src/arith/index.js';

/** Lists of parameters and output grids over which every accumulator of a width is tried. */

const grid = (format: IntFormat, zeroPoint: number): OutputGrid => ({
  zeroPoint,
  min: minOf(format),
  max: maxOf(format),
});

/** Wide ones show every rounded value; under the last one sums with the zero point wrap. */
export const OUTPUT_GRIDS: readonly OutputGrid[] = [
  grid(INT16, 5),
  grid(INT8, -3),
  grid(UINT8, 131),
  grid(INT32, 2 ** 31 - 100),
  grid(INT32, 0),
];

/** Item `index` of a list that begins again. */
const cycled = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

export const outputGrid = (index: number): OutputGrid => cycled(OUTPUT_GRIDS, index);

/** Ties, three bits that tie less often, a usual factor of 24 and of 31 bits, the largest multiplier, and a factor above 1. */
const MANTISSAS = [2 ** 30, 3 * 2 ** 29, 13421773 * 2 ** 7, 1717986919, 2 ** 31 - 1, 2 ** 30 + 1] as const;

export const USUAL_FACTORS: readonly Factor[] = [
  { mantissa: MANTISSAS[0], rightShift: 37 },
  { mantissa: MANTISSAS[1], rightShift: 38 },
  { mantissa: MANTISSAS[2], rightShift: 36 },
  { mantissa: MANTISSAS[3], rightShift: 39 },
  { mantissa: MANTISSAS[4], rightShift: 35 },
  { mantissa: MANTISSAS[0], rightShift: 29 },
  { mantissa: MANTISSAS[0], rightShift: 41 },
].map(({ mantissa, rightShift }) => ({ multiplier: BigInt(mantissa), rightShift }));

/** Every mantissa at right shifts from 4 to the left of 1 to the vanishing of all 16-bit accumulators. */
export const MANY_FACTORS: readonly Factor[] = MANTISSAS.flatMap((mantissa) =>
  [27, 29, 31, 32, 34, 36, 38, 39, 41, 43, 46, 48].map((rightShift) => ({
    multiplier: BigInt(mantissa),
    rightShift,
  })),
);

/** Parameters that no factor says anything about, in turn. */
const FREE: Readonly<Record<string, readonly number[]>> = {
  offset: [0, 1000, -777, 2 ** 31 - 1],
  aluOperand: [0, -321, 32767],
  aluShift: [0, 3, 20],
  lambda: [0, 2 ** 19, -99_999_999, 12_345],
  random: [64, 0, 2 ** 53 - 1, 4095, 1],
  bits: [8, 13, 2, 32, 16],
  isSigned: [1, 1, 0],
  saturatedBits: [0, 1, 2, 3],
};
const RANDOM_SHIFTS = [7, 0, 53, 12, 1];

/** The rule's parameters of each factor that it can express; multipliers that may be negative are so in turn. */
export function parametersAt(rule: RequantizerRule, factors: readonly Factor[]): Parameters[] {
  const list = factors.flatMap((factor, index) => {
    const base =
      rule.name === 'shift-stochastic'
        ? { shift: cycled(RANDOM_SHIFTS, index) }
        : (rule.withFactor(factor) ?? rule.withFactor(lowestTerms(factor)));
    return base === null ? [] : [base];
  });
  return list.map((base, index) =>
    Object.fromEntries(
      rule.parameters.map((spec) => {
        const { name, min } = spec;
        const free = FREE[name];
        if (free !== undefined) return [name, cycled(free, index)];
        return [name, min < 0 && MULTIPLIERS.has(name) && index % 2 === 1 ? 0 - base[name]! : base[name]!];
      }),
    ),
  );
}

/** For rules of short shifts. */
function lowestTerms({ multiplier, rightShift }: Factor): Factor {
  return multiplier % 2n === 0n
    ? lowestTerms({ multiplier: multiplier / 2n, rightShift: rightShift - 1 })
    : { multiplier, rightShift };
}

const MULTIPLIERS: ReadonlySet<string> = new Set(['multiplier', 'scale', 'mulOperand']);
const SHIFTS: ReadonlySet<string> = new Set([
  'shift',
  'leftShift',
  'rightShift',
  'truncate',
  'mulShift',
  'droppedBits',
]);
const EIGHT_BIT_VALUES: Readonly<Record<string, readonly number[]>> = {
  ...FREE,
  multiplier: [1, 3, 2 ** 14 + 1, 2 ** 30, 1717986919, 2 ** 31 - 1, 2 ** 31, -3, -(2 ** 31)],
  scale: [1, -3, 23170, 32767, -32768],
  mulOperand: [1, -3, 23170, 32767, -32768],
  offset: [0, -100],
  aluOperand: [0, 100],
  lambda: [0, 2 ** 19, -99_999_999],
  random: [0, 1, 2 ** 40 + 12_345, 2 ** 53 - 1],
  bits: [2, 8, 32],
  isSigned: [1, 0],
};

/** All values of every shift, or all powers of two of a float, with a choice of the other parameters. */
export function parametersOfAllShifts(rule: RequantizerRule): Parameters[] {
  return rule.parameters.reduce<Parameters[]>(
    (list, spec) =>
      list.flatMap((partial) => valuesOf(rule, spec).map((value) => ({ ...partial, [spec.name]: value }))),
    [{}],
  );
}

function valuesOf(rule: RequantizerRule, { name, type, min, max }: ParameterSpec): readonly number[] {
  if (type !== 'integer') {
    const usual = type === 'float32' ? 13421773 / 2 ** 23 : 1.6;
    const [lowest, highest] = [Math.ceil(Math.log2(min)), Math.floor(Math.log2(max))];
    return range(lowest, highest)
      .flatMap((exponent) => [1, 1.5, usual].map((mantissa) => mantissa * 2 ** exponent))
      .filter((scale) => scale <= max);
  }
  if (SHIFTS.has(name)) return range(min, max);
  if (name === 'saturatedBits' && !rule.name.includes('wrap')) return [0]; // only the wrapping modes look at it
  const isShiftOfRule = name === 'multiplier' && rule.parameters.length === 1; // a factor in Q0.31: powers of two are shifts
  if (isShiftOfRule)
    return range(0, 30).flatMap((power) => [2 ** power, -(2 ** power), 1.5 * 2 ** (power || 1)]);
  return EIGHT_BIT_VALUES[name]!.filter((value) => value >= min && value <= max);
}

const range = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => low + i);
