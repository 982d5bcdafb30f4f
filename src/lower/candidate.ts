import type { Accelerator } from '../hw/accelerator.js';
import type { ActionCounts } from '../hw/counts.js';
import type { ActionCosts } from '../hw/energy/energy-of.js';
import type { Need } from './program/need.js';
import type { Step } from './program/step.js';
import type { ListedProgram } from './program/unit-lists.js';

/** What programs take at least. Provable: no program of a mapping is below any of the figures. */
export interface Least {
  readonly cycles: number;
  /** In both directions. */
  readonly dramBytes: number;
  /** What its actions cost: the energy without leakage. */
  dynamicPicojoules(costs: ActionCosts): number;
}

/** What is known of a program before it is built: all but its cycles exactly. */
export interface Estimate {
  /** At least. */
  readonly cycles: number;
  /** In both directions, whole bursts. */
  readonly dramBytes: number;
  readonly instructions: number;
  readonly counts: () => ActionCounts;
}

/**
 * The memories of a machine that tiles have to find room in. Groups and mappings know all else of a machine; in the room of its
 * buffers it may differ from the one that they were made for.
 */
export type Room = Pick<Accelerator, 'activationBuffer' | 'weightBuffer' | 'outputBuffer' | 'unified'>;

/** Ways to run a layer of which only a bound is known until they are asked for. */
export interface CandidateGroup extends Least {
  readonly kind: 'group';
  /** What it falls into that there is room for: the same objects each time. */
  branches(room: Room): readonly Branch[];
}

/** The program of a mapping. */
export interface MappedProgram {
  build(): readonly Step[];
  /** The same program as lists of its units, made without going through all of it; null where only `build` says what it is. */
  lists(): ListedProgram | null;
}

/** A way to run a layer. */
export interface Candidate extends Least, MappedProgram {
  readonly kind: 'mapping';
  /** Cycles that its program is likely to take: what the order in which mappings are timed goes by. Proves nothing. */
  readonly likelyCycles: number;
  /** Exactly those of its program. */
  readonly instructions: number;
  /** Dearer than the bound of the candidate, and closer. */
  estimate(): Estimate;
  /** In words: loop order and tile sizes. */
  text(): string;
  /** What its tiles take of each memory. */
  needs(machine: Accelerator): readonly Need[];
  /** Its program alone: what holds it holds nothing of the space that the mapping is of. */
  program(): MappedProgram;
}

export type Branch = CandidateGroup | Candidate;

/** Every mapping of some branches that there is room for. */
export function* allCandidates(branches: Iterable<Branch>, room: Room): Generator<Candidate> {
  for (const branch of branches) {
    if (branch.kind === 'mapping') yield branch;
    else yield* allCandidates(branch.branches(room), room);
  }
}
