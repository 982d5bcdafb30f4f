import type { Accelerator } from '../hw/accelerator.js';
import type { LayerProgram } from '../hw/isa.js';
import { dramBytesOf } from './program/dram-bytes.js';
import type { Need } from './program/need.js';
import type { Step } from './program/step.js';
import { withTokens } from './program/tokens.js';

/** What is known of a program before it is built. */
export interface Estimate {
  /** Cycles it takes at least. */
  readonly cycles: number;
  readonly instructions: number;
  /** Bytes loaded and stored, before transfers are rounded up to bursts. */
  readonly dramBytes: number;
}

/** A way to run a layer that fits the machine. */
export interface Candidate {
  readonly estimate: Estimate;
  /** In words: loop order and tile sizes. */
  readonly text: () => string;
  /** What its largest tiles take of each memory. */
  readonly needs: () => readonly Need[];
  readonly build: () => readonly Step[];
}

/** A candidate with its program, the cycles this takes and the bytes it moves, in whole bursts. */
export interface Mapped {
  readonly candidate: Candidate;
  readonly steps: readonly Step[];
  readonly program: LayerProgram;
  readonly cycles: number;
  readonly dramBytes: number;
}

/** Cycles of a program by the machine's timing rule. */
export type MeasureCycles = (program: LayerProgram) => number;

/** Programs measured for a layer at most, and instructions in them after which no other is begun. */
const MOST_MEASURED = 6;
const ENOUGH_INSTRUCTIONS = 30_000;

/** Latencies this close count as equal: then less DRAM traffic is better. */
const LATENCY_TOLERANCE = 0.01;

/**
 * The best candidate and the next best (null where only one was measured): the one with the least DRAM traffic of those
 * whose measured latency is within 1 % of the lowest.
 *
 * Measured are those that could be best by their estimates: in turn the one with the least cycles, and the one with the
 * least DRAM traffic of those whose least cycles are within 1 % of that.
 */
export function searchMappings(
  candidates: readonly Candidate[],
  accelerator: Accelerator,
  measure: MeasureCycles,
): { readonly best: Mapped; readonly runnerUp: Mapped | null } | null {
  const measured: Mapped[] = [];
  let instructions = 0;
  for (const candidate of promising(candidates)) {
    if (measured.length === MOST_MEASURED || instructions >= ENOUGH_INSTRUCTIONS) break;
    if (measured.length > 1 && !isClose(candidate.estimate.cycles, measured)) continue;
    const steps = candidate.build();
    const program = withTokens(steps);
    const dramBytes = dramBytesOf(program, accelerator);
    measured.push({ candidate, steps, program, cycles: measure(program), dramBytes });
    instructions += program.length;
  }
  const best = bestOf(measured);
  if (best === null) return null;
  return { best, runnerUp: bestOf(measured.filter((mapped) => mapped !== best)) };
}

/** Candidates in the order in which it pays to measure them. */
function promising(candidates: readonly Candidate[]): Set<Candidate> {
  const fast = candidates.toSorted(
    ({ estimate: a }, { estimate: b }) =>
      a.cycles - b.cycles || a.dramBytes - b.dramBytes || a.instructions - b.instructions,
  );
  const least = fast[0]?.estimate.cycles ?? 0;
  const lean = fast
    .filter(({ estimate }) => estimate.cycles <= least * (1 + LATENCY_TOLERANCE))
    .sort(
      ({ estimate: a }, { estimate: b }) =>
        a.dramBytes - b.dramBytes || a.cycles - b.cycles || a.instructions - b.instructions,
    );
  return new Set(fast.flatMap((candidate, rank) => [candidate, ...lean.slice(rank, rank + 1)]));
}

/** Whether so many cycles count as equal to the lowest measured, or are lower. */
function isClose(cycles: number, measured: readonly Mapped[]): boolean {
  const least = measured.reduce((lowest, mapped) => Math.min(lowest, mapped.cycles), Infinity);
  return cycles <= least * (1 + LATENCY_TOLERANCE);
}

function bestOf(measured: readonly Mapped[]): Mapped | null {
  const [best] = measured
    .filter(({ cycles }) => isClose(cycles, measured))
    .sort((a, b) => a.dramBytes - b.dramBytes || a.cycles - b.cycles);
  return best ?? null;
}
