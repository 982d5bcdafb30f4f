import fc from 'fast-check';
import { bitLength } from '../../arith/integer-math.js';
import type { OutputGrid, Parameters } from '../../arith/requantizers/rule.js';
import { Random } from '../../core/random.js';
import { accumulatorOf, anyAim } from '../cases.js';
import { anyOutput } from '../codes.js';
import { wholeGrid } from '../grids.js';
import { smallInputs } from '../small-cases.js';
import {
  accumulatorsOver,
  parametersOfBoth,
  sharedCodes,
  type FactorClass,
  type Pair,
} from './common-factors.js';

/** One case as both rules take it. */
export interface SharedCase {
  readonly acc: bigint;
  readonly output: OutputGrid;
  readonly a: Parameters;
  readonly b: Parameters;
}

/** Accumulators drawn under one factor and zero point: making parameters costs more than running a rule. */
const ACCUMULATORS_PER_FACTOR = 50;

/**
 * Cases as layers have them: a factor of one of the classes, any exponent and mantissa as likely as another; a zero point
 * anywhere, 0 where a rule has none; exact values evenly spread over the grid and a little beyond. Contracts are bounds, so what
 * meets them at both ends meets them between.
 */
export function* realisticCases(
  pair: Pair,
  classes: readonly FactorClass[],
  count: number,
  seed: number,
): Generator<SharedCase> {
  const random = new Random(seed);
  const shared = sharedCodes(pair);
  const whole = wholeGrid(shared);
  for (let drawn = 0; drawn < count;) {
    const { exponent, bits } = classes[random.integer(0, classes.length - 1)]!;
    const top = 2 ** (bits - 1);
    const factor = { multiplier: BigInt(random.integer(top, 2 * top - 1)), rightShift: bits + exponent };
    const zeroPoint = shared.zeroPoint === 'none' ? 0 : random.integer(whole.min, whole.max);
    const output = { ...whole, zeroPoint };
    const { low, high } = accumulatorsOver(pair, factor, output);
    const parameters = parametersOfBoth(pair, factor, [low, high], output);
    if (parameters === null) continue;
    for (let index = 0; index < ACCUMULATORS_PER_FACTOR && drawn < count; index += 1, drawn += 1) {
      yield { acc: BigInt(random.integer(Number(low), Number(high))), output, ...parameters };
    }
  }
}

/** Cases at the corners: few significant bits, ties, saturation edges, ends of accumulators, any grid. */
export function anyCornerCase(pair: Pair, classes: readonly FactorClass[]): fc.Arbitrary<SharedCase> {
  const shared = sharedCodes(pair);
  const anyFactor = fc.constantFrom(...classes).chain(({ exponent, bits }) => {
    const few = fc.integer({ min: 1, max: Math.min(15, 2 ** bits - 1) });
    const mantissa = fc.oneof(few, fc.integer({ min: 1, max: 2 ** bits - 1 })).map(BigInt);
    return mantissa.map((multiplier) => ({ multiplier, rightShift: exponent + bitLength(multiplier) }));
  });
  return fc
    .record({
      factor: anyFactor,
      output: anyOutput(shared),
      aim: anyAim({ accumulator: pair.a.accumulator, codes: shared.codes }),
    })
    .map(({ factor, output, aim }) => {
      const parameters = parametersOfBoth(pair, factor, [], output);
      if (parameters === null) return null;
      return { acc: accumulatorOf(aim, pair.a, parameters.a, output), output, ...parameters };
    })
    .filter((shared) => shared !== null && meetsBoth(pair, shared)) as fc.Arbitrary<SharedCase>;
}

/** The small inputs that both rules take, the smallest first, on all codes that both have. */
export function* smallSharedCases(pair: Pair): Generator<SharedCase> {
  const output = wholeGrid(sharedCodes(pair));
  for (const { multiplier, rightShift, acc } of smallInputs()) {
    const parameters = parametersOfBoth(pair, { multiplier, rightShift }, [acc], output);
    if (parameters !== null) yield { acc, output, ...parameters };
  }
}

function meetsBoth({ a, b }: Pair, { acc, output, a: ofA, b: ofB }: SharedCase): boolean {
  return a.holds({ acc, parameters: ofA, output }) && b.holds({ acc, parameters: ofB, output });
}
