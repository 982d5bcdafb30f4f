import type { Factor, OutputGrid, Parameters, RequantizerRule } from '../../arith/requantizers/rule.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import { express } from '../express.js';
import { wholeGrid, type Coded } from '../grids.js';

/** Two requantizers to compare. */
export interface Pair {
  readonly a: RequantizerRule;
  readonly b: RequantizerRule;
}

/** A factor `mantissa / 2^(bits + exponent)` with a leading bit in its mantissa: in [2^−(exponent + 1), 2^−exponent). */
export interface FactorClass {
  readonly exponent: number;
  /** Significant bits that both rules take. */
  readonly bits: number;
}

/** Factors of int8 layers: sums of some hundred products of codes become a code. */
export const REALISTIC_EXPONENTS = { from: 4, to: 10 } as const;
/** From a shift to the left by 8 to one to the right by 31. */
export const ALL_EXPONENTS = { from: -8, to: 31 } as const;

const MOST_BITS = 31;

/** The codes that both have, and a zero point if both have one: what grids of the pair may be. */
export function sharedCodes({ a, b }: Pair): Coded {
  const signed = a.codes.signed && b.codes.signed;
  const largest = Math.min(maxOf(a.codes), maxOf(b.codes));
  const zeroPoint = a.zeroPoint === 'none' || b.zeroPoint === 'none' ? 'none' : 'exact';
  return { codes: { bits: Math.log2(largest + 1) + (signed ? 1 : 0), signed }, zeroPoint };
}

/** Parameters of both rules for a factor under which they are within their contracts for the accumulators; else null. */
export function parametersOfBoth(
  { a, b }: Pair,
  factor: Factor,
  accumulators: readonly bigint[],
  output: OutputGrid,
): { readonly a: Parameters; readonly b: Parameters } | null {
  const ofA = express(a, factor, accumulators, output);
  const ofB = ofA === null ? null : express(b, factor, accumulators, output);
  return ofA === null || ofB === null ? null : { a: ofA, b: ofB };
}

/** For every exponent the most significant bits that both rules take; exponents without any are left out. */
export function commonFactors(
  pair: Pair,
  range: { readonly from: number; readonly to: number },
): FactorClass[] {
  const classes: FactorClass[] = [];
  for (let exponent = range.from; exponent <= range.to; exponent += 1) {
    for (let bits = MOST_BITS; bits > 0; bits -= 1) {
      if (!takesAll(pair, { exponent, bits })) continue;
      classes.push({ exponent, bits });
      break;
    }
  }
  return classes;
}

/** Whether both take the smallest and the largest mantissa, and one between, for accumulators that reach the ends of the grid. */
function takesAll(pair: Pair, { exponent, bits }: FactorClass): boolean {
  const top = 1n << BigInt(bits - 1);
  const output = wholeGrid(sharedCodes(pair));
  return [top, top | 1n, 2n * top - 1n].every((multiplier) => {
    const { low, high } = accumulatorsOver(pair, { multiplier, rightShift: bits + exponent }, output);
    const factor = { multiplier, rightShift: bits + exponent };
    return parametersOfBoth(pair, factor, [low, high], output) !== null;
  });
}

/** How far beyond the ends of the grid accumulators go, as a share of its width. */
const BEYOND = 1 / 8;

/** The accumulators whose exact values lie on the grid or a little beyond, as far as both rules have them. */
export function accumulatorsOver(
  { a, b }: Pair,
  { multiplier, rightShift }: Factor,
  { zeroPoint, min, max }: OutputGrid,
): { readonly low: bigint; readonly high: bigint } {
  const factor = Number(multiplier) * 2 ** -rightShift;
  const beyond = (max - min) * BEYOND;
  const least = Math.max(minOf(a.accumulator), minOf(b.accumulator));
  const most = Math.min(maxOf(a.accumulator), maxOf(b.accumulator));
  const within = (acc: number): bigint => BigInt(Math.max(least, Math.min(most, Math.round(acc))));
  return {
    low: within((min - beyond - zeroPoint) / factor),
    high: within((max + beyond - zeroPoint) / factor),
  };
}
