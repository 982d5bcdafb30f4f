import type { ValueId } from '../../ir/graph.js';
import type { Unmatched } from './match.js';
import type { Difference } from './tally.js';

/** Which value of a graph, and what makes it. */
export interface ValuePlace {
  /** Position of the node in the order of execution; null for an input of the graph and for what was recorded. */
  readonly index: number | null;
  readonly node: string | null;
  readonly operator: string;
  readonly value: ValueId;
}

export interface ValueDifference extends ValuePlace, Difference {}

export interface UnmatchedValue extends ValuePlace {
  readonly reason: Unmatched['reason'];
}

/** Of an output in the axes of the source model. */
export interface OutputDifference extends Difference {
  /** Its name in the first side, and in the second. */
  readonly output: string;
  readonly other: string;
}

/** First answers: the index of the largest element of the first output, the first of equals. */
export interface Top1 {
  /** Rows on which the two sides answer differently. */
  readonly flips: number;
  readonly firstFlip: { readonly row: number; readonly first: number; readonly second: number } | null;
  /** Right answers of each side; null without labels. */
  readonly right: { readonly first: number; readonly second: number } | null;
}

/** How two sides differ on the same rows. */
export interface DiffResult {
  readonly rows: number;
  /** Nothing that was compared differs. */
  readonly equal: boolean;
  /**
   * The first of `nodes` that differs. An input compared as real numbers is passed over: both sides were given the same numbers,
   * and a side that has codes rounds them to its grid.
   */
  readonly firstDifferent: ValueDifference | null;
  /** Every value compared, in the order in which the first side makes them; inputs of the graph before the nodes. */
  readonly nodes: readonly ValueDifference[];
  readonly unmatched: {
    readonly first: readonly UnmatchedValue[];
    readonly second: readonly UnmatchedValue[];
  };
  readonly outputs: readonly OutputDifference[];
  /** null where the first output is not compared. */
  readonly top1: Top1 | null;
}
