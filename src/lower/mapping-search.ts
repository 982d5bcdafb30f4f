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

/** Mappings that were neither measured nor ruled out when the effort was spent. */
export interface OpenMappings {
  readonly count: number;
  /** The goal's value that one of them might reach; Infinity where none can be lower than the lowest measured. */
  readonly leastValue: number;
  /** For latency, the traffic that one of those that may count as fastest might reach; Infinity where none can be leaner. */
  readonly leastDramBytes: number;
}

export interface SearchResult {
  readonly best: Mapped;
  /** The next best of those measured. */
  readonly runnerUp: Mapped | null;
  /** The lowest value of those measured. For latency, `best` may be up to 1 % above it. */
  readonly lowestValue: number;
  /** All mappings of the space. */
  readonly mappings: number;
  readonly measured: number;
  /** Null where `best` is proven: nothing that was not measured comes before it. */
  readonly open: OpenMappings | null;
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
  readonly mappings: number;
  readonly of: CandidateGroup['candidates'] | Candidate;
  visited: boolean;
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
    let mappings = 0;
    for (const { least, candidates, count } of groups) {
      if (least.instructions > MOST_INSTRUCTIONS) continue;
      byValue.add(this.#branch(candidates, least, count));
      mappings += count;
    }
    const isLatency = this.#goal === 'latency';
    const effort = isLatency ? this.#effort / 2 : this.#effort;
    this.#explore(byValue, (branch) => this.#mayBeLower(branch), effort);
    const byTraffic = new PriorityQueue<Branch>(
      (a, b) => a.dramBytes < b.dramBytes || (a.dramBytes === b.dramBytes && a.cycles < b.cycles),
    );
    if (isLatency) {
      for (const branch of byValue.items) if (this.#mayBeLeaner(branch)) byTraffic.add(branch);
      this.#explore(byTraffic, (branch) => this.#mayBeLeaner(branch), this.#effort);
    }
    const [best, runnerUp = null] = inOrderOf(this.#goal, this.#measured);
    if (best === undefined) return null;
    const open = this.#open([...byValue.items, ...byTraffic.items]);
    return { best, runnerUp, lowestValue: this.#lowest, mappings, measured: this.#measured.length, open };
  }

  /** Visits branches in the order of the queue up to the first that is not wanted, or until so much effort is spent. */
  #explore(queue: PriorityQueue<Branch>, isWanted: (branch: Branch) => boolean, effort: number): void {
    for (let next = queue.first; next !== undefined && isWanted(next); next = queue.first) {
      if (this.#measured.length > 1 && this.#instructions >= effort) return;
      queue.take();
      next.visited = true;
      for (const branch of this.#visit(next)) queue.add(branch);
    }
  }

  /** Builds and times a mapping; of a group, returns those mappings whose programs can be held. */
  #visit({ of }: Branch): Branch[] {
    if (typeof of !== 'function') {
      this.#time(of);
      return [];
    }
    return of()
      .filter(({ estimate }) => estimate.instructions <= MOST_INSTRUCTIONS)
      .map((candidate) => this.#branch(candidate, candidate.estimate, 1));
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

  #branch(of: Branch['of'], { cycles, dramBytes, counts }: Least, mappings: number): Branch {
    const energyPicojoules = this.#goal === 'latency' ? 0 : this.#energy(counts(), cycles);
    const value = valueOf(this.#goal, { cycles, energyPicojoules });
    return { value, cycles, dramBytes, mappings, of, visited: false };
  }

  /** Whether a branch may have a lower value than all measured. The first two are measured in any case. */
  #mayBeLower({ value }: Branch): boolean {
    return this.#measured.length < 2 || value < this.#lowest;
  }

  /** Whether a branch may count as fastest, and come before the best of those. Of no account for other goals than latency. */
  #mayBeLeaner({ cycles, dramBytes }: Branch): boolean {
    const best = this.#best;
    if (this.#goal !== 'latency' || best === null || !countsAsFastest(cycles, this.#lowest)) return false;
    return dramBytes < best.dramBytes || (dramBytes === best.dramBytes && cycles < best.cycles);
  }

  /** Those of the branches that were not visited though they may hold something better. */
  #open(branches: readonly Branch[]): OpenMappings | null {
    const unseen = [...new Set(branches)].filter(({ visited }) => !visited);
    const lower = unseen.filter((branch) => this.#mayBeLower(branch));
    const leaner = unseen.filter((branch) => this.#mayBeLeaner(branch));
    const open = [...new Set([...lower, ...leaner])];
    if (open.length === 0) return null;
    return {
      count: open.reduce((sum, { mappings }) => sum + mappings, 0),
      leastValue: lower.reduce((least, { value }) => Math.min(least, value), Infinity),
      leastDramBytes: leaner.reduce((least, { dramBytes }) => Math.min(least, dramBytes), Infinity),
    };
  }
}
