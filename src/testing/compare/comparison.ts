import fc from 'fast-check';
import type { Dyadic, Equality } from '../../arith/requantizers/rule.js';
import { caseText, exactCode } from '../case-text.js';
import {
  ALL_EXPONENTS,
  commonFactors,
  parametersOfBoth,
  REALISTIC_EXPONENTS,
  sharedCodes,
  type FactorClass,
  type Pair,
} from './common-factors.js';
import { anyCornerCase, realisticCases, smallSharedCases, type SharedCase } from './draw.js';
import { wholeGrid } from '../grids.js';

/** What two requantizers make of the same accumulators under the same factors. */
export interface Comparison {
  readonly pair: Pair;
  /** Significant bits of the factors: those that both rules take, the fewest and the most. */
  readonly factorBits: { readonly least: number; readonly most: number };
  readonly cases: number;
  readonly disagreements: number;
  /** A case in which the codes are furthest apart; null where none differ. */
  readonly worst: ComparedCase | null;
  /** The smallest case in which they differ, found beside those counted; null where none was found. */
  readonly smallest: ComparedCase | null;
  /** Accumulators about 0 under a factor of 1/4; empty where the rules do not share it. */
  readonly ties: readonly ComparedCase[];
  /** What the registry states of the two. */
  readonly stated: readonly (Equality & { readonly by: string })[];
}

/** A case with both codes. */
export interface ComparedCase {
  readonly acc: bigint;
  /** The real value with the zero point, before the clamp. */
  readonly exact: Dyadic;
  readonly a: bigint;
  readonly b: bigint;
  /** The case on one line, in the parameters of each rule; the second is null where they are the same. */
  readonly texts: readonly [string, string | null];
}

export interface ComparisonOptions {
  readonly runs: number;
  readonly seed: number;
  /** Ties, ends and edges instead of realistic cases. */
  readonly corners: boolean;
}

/** Draws behind the search for a small case among the corners. */
const SEARCH_RUNS = 10_000;
const TIE_FACTOR = { multiplier: 1n, rightShift: 2 } as const;
const TIE_ACCUMULATORS = Array.from({ length: 15 }, (_, index) => BigInt(index - 7));

/** Compares two requantizers; null where no factor is common to both. */
export function compareRequantizers(pair: Pair, options: ComparisonOptions): Comparison | null {
  const everywhere = commonFactors(pair, ALL_EXPONENTS);
  const classes = options.corners ? everywhere : commonFactors(pair, REALISTIC_EXPONENTS);
  if (classes.length === 0) return null;
  const counted = count(pair, classes, options);
  const smallest = smallestCase(pair, everywhere, options.seed) ?? counted.smallest;
  return {
    pair,
    factorBits: {
      least: Math.min(...classes.map(({ bits }) => bits)),
      most: Math.max(...classes.map(({ bits }) => bits)),
    },
    cases: options.runs,
    disagreements: counted.disagreements,
    worst: counted.worst === null ? null : compared(pair, counted.worst),
    smallest: smallest === null ? null : compared(pair, smallest),
    ties: tieTable(pair),
    stated: [
      ...pair.a.equalTo
        .filter(({ rule }) => rule === pair.b.name)
        .map((equality) => ({ ...equality, by: pair.a.name })),
      ...pair.b.equalTo
        .filter(({ rule }) => rule === pair.a.name)
        .map((equality) => ({ ...equality, by: pair.b.name })),
    ],
  };
}

interface Count {
  readonly disagreements: number;
  readonly worst: SharedCase | null;
  readonly smallest: SharedCase | null;
}

function count(
  pair: Pair,
  classes: readonly FactorClass[],
  { runs, seed, corners }: ComparisonOptions,
): Count {
  let disagreements = 0;
  let furthest = 0n;
  let worst: SharedCase | null = null;
  let smallest: SharedCase | null = null;
  const note = (shared: SharedCase): void => {
    const apart = distance(pair, shared);
    if (apart === 0n) return;
    disagreements += 1;
    if (smallest === null || magnitude(shared.acc) < magnitude(smallest.acc)) smallest = shared;
    if (apart <= furthest) return;
    furthest = apart;
    worst = shared;
  };
  if (corners) {
    const everyCase = fc.property(anyCornerCase(pair, classes), note);
    fc.check(everyCase, { numRuns: runs, seed });
  } else {
    for (const shared of realisticCases(pair, classes, runs, seed)) note(shared);
  }
  return { disagreements, worst, smallest };
}

/** The first of the small cases that tells the rules apart, else one of the corners, shrunk. */
function smallestCase(pair: Pair, classes: readonly FactorClass[], seed: number): SharedCase | null {
  for (const shared of smallSharedCases(pair)) if (distance(pair, shared) !== 0n) return shared;
  const agree = fc.property(anyCornerCase(pair, classes), (shared) => distance(pair, shared) === 0n);
  return fc.check(agree, { numRuns: SEARCH_RUNS, seed }).counterexample?.[0] ?? null;
}

function codes({ a, b }: Pair, { acc, output, a: ofA, b: ofB }: SharedCase) {
  return { a: a.code({ acc, parameters: ofA, output }), b: b.code({ acc, parameters: ofB, output }) };
}

function distance(pair: Pair, shared: SharedCase): bigint {
  const { a, b } = codes(pair, shared);
  return magnitude(a - b);
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function compared(pair: Pair, shared: SharedCase): ComparedCase {
  const { acc, output } = shared;
  const [ofA, ofB] = [
    { acc, parameters: shared.a, output },
    { acc, parameters: shared.b, output },
  ];
  const [textA, textB] = [caseText(ofA, pair.a), caseText(ofB, pair.b)];
  return {
    acc,
    exact: exactCode(ofA, pair.a),
    ...codes(pair, shared),
    texts: [textA, textA === textB ? null : textB],
  };
}

function tieTable(pair: Pair): ComparedCase[] {
  const output = wholeGrid(sharedCodes(pair));
  const parameters = parametersOfBoth(pair, TIE_FACTOR, TIE_ACCUMULATORS, output);
  if (parameters === null) return [];
  return TIE_ACCUMULATORS.map((acc) => compared(pair, { acc, output, ...parameters }));
}
