import type { Accelerator } from '../hw/accelerator.js';
import { totalEnergyRule } from '../hw/energy/energy-of.js';
import type { LayerProgram } from '../hw/isa.js';
import type { Candidate, CandidateGroup, Least } from './candidate.js';
import { countsAsFastest, inOrderOf, valueOf, type Figures, type Goal } from './goal.js';
import { PriorityQueue } from './priority-queue.js';
import { withTokens } from './program/tokens.js';

/** Cycles of a program by the machine's timing rule. */
export type MeasureCycles = (program: LayerProgram) => number;

/** Instructions of the programs that are built and timed for a layer; then the search stops, proven or not. */
export const USUAL_EFFORT = 30_000;

/** The most instructions of one layer: a program is held in memory. */
export const MOST_INSTRUCTIONS = 2 ** 20;

export interface SearchOptions {
  readonly goal: Goal;
  readonly effort: number;
  readonly measure: MeasureCycles;
}

/** A mapping whose program was built and timed, with what it takes. */
export interface Mapped extends Figures {
  readonly candidate: Candidate;
}

/** What no mapping of the space that was not measured can go below. */
export interface Bounds {
  /** The goal's value; Infinity where every mapping was measured. */
  readonly value: number;
  /** Of those that may count as fastest; only where the goal is latency. */
  readonly dramBytes: number;
}

export interface SearchResult {
  readonly best: Mapped;
  /** The next best of those measured. */
  readonly runnerUp: Mapped | null;
  readonly measured: number;
  /** Nothing that was left out can be better than `best`. */
  readonly isProven: boolean;
  /** What is left could be as good as this. */
  readonly left: Bounds;
}

/**
 * The best mapping by the order of `inOrderOf`, by branch and bound: mappings in the order of what they take at least are built and
 * timed until no other can be better than the best, or the effort is spent.
 *
 * Returns null where there is no mapping whose program can be held.
 */
export function searchMappings(
  groups: Iterable<CandidateGroup>,
  accelerator: Accelerator,
  options: SearchOptions,
): SearchResult | null {
  return new MappingSearch(accelerator, options).run(groups);
}

/** A mapping or a group of them, with what it takes at least. */
interface Branch extends Omit<Figures, 'energyPicojoules'> {
  readonly value: number;
  readonly of: CandidateGroup['candidates'] | Candidate;
}

class MappingSearch {
  readonly #goal: Goal;
  readonly #effort: number;
  readonly #measure: MeasureCycles;
  readonly #energy: ReturnType<typeof totalEnergyRule>;
  readonly #measured: Mapped[] = [];
  /** The lowest value of those measured. */
  #lowest = Infinity;
  #best: Mapped | null = null;
  #instructions = 0;

  constructor(accelerator: Accelerator, { goal, effort, measure }: SearchOptions) {
    this.#goal = goal;
    this.#effort = effort;
    this.#measure = measure;
    this.#energy = totalEnergyRule(accelerator);
  }

  run(groups: Iterable<CandidateGroup>): SearchResult | null {
    const byValue = new PriorityQueue<Branch>(
      (a, b) => a.value < b.value || (a.value === b.value && a.dramBytes < b.dramBytes),
    );
    for (const { least, candidates } of groups) byValue.add(this.#branch(candidates, least));
    const isLatency = this.#goal === 'latency';
    const effort = isLatency ? this.#effort / 2 : this.#effort;
    for (let next = byValue.first; next !== undefined && this.#mayBeLower(next); next = byValue.first) {
      if (this.#hasSpent(effort)) break;
      byValue.take();
      this.#visit(next, byValue);
    }
    const isLowest = byValue.first === undefined || !this.#mayBeLower(byValue.first);
    const value = byValue.first?.value ?? Infinity;
    if (!isLatency) return this.#result(isLowest, { value, dramBytes: Infinity });
    const dramBytes = this.#findLeanest(byValue.items);
    return this.#result(isLowest && dramBytes === Infinity, { value, dramBytes });
  }

  /** Measures those of the branches that may count as fastest with less traffic. Returns the least traffic of what is left. */
  #findLeanest(branches: readonly Branch[]): number {
    const byTraffic = new PriorityQueue<Branch>(
      (a, b) => a.dramBytes < b.dramBytes || (a.dramBytes === b.dramBytes && a.cycles < b.cycles),
    );
    for (const branch of branches) if (this.#mayBeLeaner(branch)) byTraffic.add(branch);
    for (let next = byTraffic.first; next !== undefined; next = byTraffic.first) {
      if (this.#hasSpent(this.#effort) && this.#mayBeLeaner(next)) return next.dramBytes;
      byTraffic.take();
      if (this.#mayBeLeaner(next)) this.#visit(next, byTraffic);
    }
    return Infinity;
  }

  /** Builds and times a mapping; of a group, puts those mappings into the queue whose programs can be held. */
  #visit({ of }: Branch, queue: PriorityQueue<Branch>): void {
    if (typeof of !== 'function') {
      this.#time(of);
      return;
    }
    for (const candidate of of()) {
      if (candidate.estimate.instructions <= MOST_INSTRUCTIONS) {
        queue.add(this.#branch(candidate, candidate.estimate));
      }
    }
  }

  #time(candidate: Candidate): void {
    const { dramBytes, counts } = candidate.estimate;
    const program = withTokens(candidate.build());
    const cycles = this.#measure(program);
    const energyPicojoules = this.#energy(counts(), cycles);
    this.#measured.push({ candidate, cycles, energyPicojoules, dramBytes });
    this.#instructions += program.length;
    this.#lowest = Math.min(this.#lowest, valueOf(this.#goal, { cycles, energyPicojoules }));
    this.#best = inOrderOf(this.#goal, this.#measured)[0]!;
  }

  #branch(of: Branch['of'], { cycles, dramBytes, counts }: Least): Branch {
    const energyPicojoules = this.#goal === 'latency' ? 0 : this.#energy(counts(), cycles);
    return { value: valueOf(this.#goal, { cycles, energyPicojoules }), cycles, dramBytes, of };
  }

  /** Whether a branch may have a lower value than all measured. The first two are measured in any case. */
  #mayBeLower({ value }: Branch): boolean {
    return this.#measured.length < 2 || value < this.#lowest;
  }

  /** Whether a branch may count as fastest, and come before the best of those. */
  #mayBeLeaner({ cycles, dramBytes }: Branch): boolean {
    if (!countsAsFastest(cycles, this.#lowest)) return false;
    const best = this.#best!;
    return dramBytes < best.dramBytes || (dramBytes === best.dramBytes && cycles < best.cycles);
  }

  #hasSpent(effort: number): boolean {
    return this.#measured.length > 1 && this.#instructions >= effort;
  }

  #result(isProven: boolean, left: Bounds): SearchResult | null {
    const [best, runnerUp = null] = inOrderOf(this.#goal, this.#measured);
    if (best === undefined) return null;
    return { best, runnerUp, measured: this.#measured.length, isProven, left };
  }
}
