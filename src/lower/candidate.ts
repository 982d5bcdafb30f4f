import type { ActionCounts } from '../hw/counts.js';
import type { Need } from './program/need.js';
import type { Step } from './program/step.js';
import type { ListedProgram } from './program/unit-lists.js';

/** What programs take at least. Provable: no program of a mapping is below any of the figures. */
export interface Least {
  readonly cycles: number;
  /** In both directions, whole bursts. */
  readonly dramBytes: number;
  readonly instructions: number;
  /** None of the counts is larger than that of a program. */
  readonly counts: () => ActionCounts;
}

/** What is known of a program before it is built: all but its cycles exactly. */
export type Estimate = Least;

/** A way to run a layer that fits the machine. */
export interface Candidate {
  readonly estimate: Estimate;
  /** In words: loop order and tile sizes. */
  readonly text: () => string;
  /** What its tiles take of each memory. */
  readonly needs: () => readonly Need[];
  readonly build: () => readonly Step[];
  /** The same program as lists of its units, which are made without going through all of it; null where only `build` tells. */
  readonly lists: () => ListedProgram | null;
}

/** Ways to run a layer of which only a bound is known until they are asked for. */
export interface CandidateGroup {
  readonly least: Least;
  /** How many. */
  readonly count: number;
  readonly candidates: () => readonly Candidate[];
}
