import type { IProperty } from 'fast-check';
import type { RequantizerCase } from '../../arith/requantizers/rule.js';
import type { Bias } from './bias.js';

/** Something that a requantizer may be or not be. */
export interface RequantizerProperty {
  readonly name: string;
  /** What it means, one sentence. */
  readonly sentence: string;
  /**
   * For a test of one's own: `fc.assert(property.property)`. null where the property means nothing for the requantizer, and
   * where it is measured instead of sampled.
   */
  readonly property: IProperty<unknown> | null;
  /** Looks for a counter-example, a small one first, and shrinks it. */
  readonly check: (options?: CheckOptions) => PropertyOutcome;
}

export interface CheckOptions {
  /** Of the random numbers; the same seed draws the same cases. */
  readonly seed?: number;
  /** Cases drawn after the small ones, which are always tried; 10,000 unless said. */
  readonly runs?: number;
}

export type PropertyOutcome =
  /** In so many cases that say something about it. */
  | { readonly verdict: 'held'; readonly cases: number }
  | { readonly verdict: 'refuted'; readonly counterexample: readonly AnsweredCase[] }
  /** Unbiased where the means over both signs are 0. */
  | { readonly verdict: 'measured'; readonly bias: Bias; readonly isUnbiased: boolean }
  | { readonly verdict: 'notApplicable'; readonly why: string };

/** A case with the code it got. */
export interface AnsweredCase {
  readonly request: RequantizerCase;
  readonly code: bigint;
  /** Accumulator, parameters, grid, exact value and code on one line. */
  readonly text: string;
}
