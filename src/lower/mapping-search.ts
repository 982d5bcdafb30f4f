import { lazily } from '../core/lazily.js';
import type { Accelerator } from '../hw/accelerator.js';
import { actionCosts, leastEnergy, totalEnergyRule, type ActionCosts } from '../hw/energy/energy-of.js';
import { allCandidates, type Branch, type Candidate, type Least, type Room } from './candidate.js';
import { countsAsFastest, inOrderOf, valueOf, type Figures, type Goal } from './goal.js';
import { PriorityQueue } from './priority-queue.js';

/** Cycles of the program of a mapping by the machine's timing rule. */
export type MeasureCycles = (mapping: Candidate) => number;

/** Mappings of a layer that are timed; then the search stops, proven or not. */
export const USUAL_EFFORT = 16;

/** What is not timed may be better by this share when a search stops. */
export const USUAL_TOLERANCE = 0.01;

/** The most instructions of one layer: a program is held in memory. */
export const MOST_INSTRUCTIONS = 2 ** 20;

export interface SearchOptions {
  readonly goal: Goal;
  readonly effort: number;
  readonly tolerance: number;
  readonly measure: MeasureCycles;
}

/** A mapping whose program was built and timed, with what it takes. */
export interface Mapped extends Figures {
  readonly candidate: Candidate;
}

/** Mappings that were not measured when the effort was spent, and may be better than the tolerance allows. */
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
  readonly measured: number;
}

/** A search with what is known of the mappings that were not measured. */
export interface SearchAccount extends SearchResult {
  /** All mappings of the space. */
  readonly mappings: number;
  /** Null where `best` is proven: nothing that was not measured comes before it by more than the tolerance. */
  readonly open: OpenMappings | null;
  /** What no mapping of the space is below: the lowest value measured, if that is proven. */
  readonly lowerBound: number;
}

/**
 * The best mapping by the order of `inOrderOf`, by branch and bound: mappings in the order of what they take at least are built and
 * timed until no other can be better than the best by more than the tolerance, or the effort is spent.
 *
 * Returns null where there is no mapping whose program can be held.
 */
export function searchMappings(
  branches: readonly Branch[],
  accelerator: Accelerator,
  options: SearchOptions,
): SearchResult | null {
  const search = new MappingSearch(accelerator, options);
  search.run(branches);
  return search.result();
}

/** The same search, and an account of the whole space: dear where the space is large. */
export function accountForMappings(
  branches: readonly Branch[],
  accelerator: Accelerator,
  options: SearchOptions,
): SearchAccount | null {
  const search = new MappingSearch(accelerator, options);
  search.run(branches);
  const result = search.result();
  if (result === null) return null;
  return { ...result, mappings: mappingCount(branches, accelerator), ...search.unmeasured() };
}

function mappingCount(branches: Iterable<Branch>, room: Room): number {
  let count = 0;
  for (const candidate of allCandidates(branches, room)) if (isHeld(candidate)) count += 1;
  return count;
}

/** Whether the program of a mapping can be held in memory. */
function isHeld({ instructions }: Candidate): boolean {
  return instructions <= MOST_INSTRUCTIONS;
}

/** A mapping or a group of them, with the value of its goal at least. */
interface Bounded {
  readonly branch: Branch;
  readonly value: number;
  /** Of a mapping, the value that it is likely to have. */
  readonly likely: number;
  isVisited: boolean;
}

class MappingSearch {
  readonly #room: Room;
  readonly #goal: Goal;
  readonly #effort: number;
  /** So many times as much counts as more. */
  readonly #margin: number;
  readonly #measure: MeasureCycles;
  /** Rules of energy, which nobody asks for where latency is the goal. */
  readonly #energy: () => ReturnType<typeof totalEnergyRule>;
  readonly #costs: () => ActionCosts;
  readonly #byValue = new PriorityQueue<Bounded>(
    (a, b) => a.likely < b.likely || (a.likely === b.likely && a.branch.dramBytes < b.branch.dramBytes),
  );
  readonly #byTraffic = new PriorityQueue<Bounded>(
    ({ branch: a }, { branch: b }) =>
      a.dramBytes < b.dramBytes || (a.dramBytes === b.dramBytes && a.cycles < b.cycles),
  );
  /** Branches that were not wanted when it was their turn. */
  readonly #passed: Bounded[] = [];
  readonly #measured: Mapped[] = [];
  /** The lowest value of those measured. */
  #lowest = Infinity;
  #best: Mapped | null = null;

  constructor(accelerator: Accelerator, { goal, effort, tolerance, measure }: SearchOptions) {
    this.#room = accelerator;
    this.#goal = goal;
    this.#effort = effort;
    this.#margin = 1 + tolerance;
    this.#measure = measure;
    this.#energy = lazily(() => totalEnergyRule(accelerator));
    this.#costs = lazily(() => actionCosts(accelerator));
  }

  run(branches: readonly Branch[]): void {
    const isLatency = this.#goal === 'latency';
    for (const branch of branches) this.#byValue.add(this.#bounded(branch));
    const effort = isLatency ? this.#effort / 2 : this.#effort;
    this.#explore(this.#byValue, (each) => this.#mayBeLower(each), effort);
    if (!isLatency) return;
    for (const each of [...this.#byValue.items, ...this.#passed]) {
      if (this.#mayBeLeaner(each)) this.#byTraffic.add(each);
    }
    this.#explore(this.#byTraffic, (each) => this.#mayBeLeaner(each), this.#effort);
  }

  result(): SearchResult | null {
    const [best, runnerUp = null] = inOrderOf(this.#goal, this.#measured);
    if (best === undefined) return null;
    return { best, runnerUp, lowestValue: this.#lowest, measured: this.#measured.length };
  }

  /** Visits those branches that are wanted, in the order of the queue, until none is left or so much effort is spent. */
  #explore(queue: PriorityQueue<Bounded>, isWanted: (each: Bounded) => boolean, effort: number): void {
    for (let next = queue.first; next !== undefined; next = queue.first) {
      if (this.#measured.length > 1 && this.#measured.length >= effort) return;
      queue.take();
      if (!isWanted(next)) {
        this.#passed.push(next);
        continue;
      }
      next.isVisited = true;
      for (const each of this.#visit(next.branch)) if (this.#isOfUse(each)) queue.add(each);
    }
  }

  /** Builds and times a mapping; of a group, returns what it falls into. */
  #visit(branch: Branch): Bounded[] {
    if (branch.kind === 'mapping') {
      this.#time(branch);
      return [];
    }
    return this.#parts(branch.branches(this.#room));
  }

  #parts(branches: readonly Branch[]): Bounded[] {
    return branches
      .filter((branch) => branch.kind === 'group' || isHeld(branch))
      .map((branch) => this.#bounded(branch));
  }

  #time(candidate: Candidate): void {
    const { dramBytes, counts } = candidate.estimate();
    const cycles = this.#measure(candidate);
    const energy = lazily(() => this.#energy()(counts(), cycles));
    const mapped: Mapped = {
      candidate,
      cycles,
      dramBytes,
      /** Dear to count, and nobody asks for it where latency is the goal. */
      get energyPicojoules() {
        return energy();
      },
    };
    this.#measured.push(mapped);
    this.#lowest = Math.min(this.#lowest, valueOf(this.#goal, mapped));
    this.#best = inOrderOf(this.#goal, this.#measured)[0]!;
  }

  #bounded(branch: Branch): Bounded {
    const value = this.#valueOf(branch, branch.cycles);
    const likely = branch.kind === 'group' ? value : this.#valueOf(branch, branch.likelyCycles);
    return { branch, value, likely, isVisited: false };
  }

  /** The value at least, or the likely one, by the cycles it is asked for. */
  #valueOf(least: Least, cycles: number): number {
    const energyPicojoules =
      this.#goal === 'latency'
        ? 0
        : Math.max(0, leastEnergy(least.dynamicPicojoules(this.#costs()), cycles, this.#costs()));
    return valueOf(this.#goal, { cycles, energyPicojoules });
  }

  /** Whether a branch may ever be wanted: what is measured from now on only makes that harder. */
  #isOfUse(each: Bounded): boolean {
    if (this.#mayBeLower(each)) return true;
    return this.#goal === 'latency' && countsAsFastest(each.branch.cycles, this.#lowest);
  }

  /** Whether a branch may have a lower value than all measured, by more than the margin. The first two are measured in any case. */
  #mayBeLower({ value }: Bounded): boolean {
    return this.#measured.length < 2 || value * this.#margin < this.#lowest;
  }

  /**
   * Whether a branch may count as fastest, and come before the best of those by more than the margin. Of no account for other goals
   * than latency.
   */
  #mayBeLeaner({ branch: { cycles, dramBytes } }: Bounded): boolean {
    const best = this.#best;
    if (this.#goal !== 'latency' || best === null || !countsAsFastest(cycles, this.#lowest)) return false;
    if (dramBytes * this.#margin < best.dramBytes) return true;
    return dramBytes <= best.dramBytes && cycles * this.#margin < best.cycles;
  }

  /** Those mappings that were not measured though they may be better than the margin allows, and how low any may be. */
  unmeasured(): Pick<SearchAccount, 'open' | 'lowerBound'> {
    const unseen = new Set([...this.#byValue.items, ...this.#byTraffic.items, ...this.#passed]);
    let count = 0;
    let lowerBound = this.#lowest;
    let [leastValue, leastDramBytes] = [Infinity, Infinity];
    const look = (each: Bounded): void => {
      const { branch } = each;
      const [isLower, isLeaner] = [this.#mayBeLower(each), this.#mayBeLeaner(each)];
      const isOpen = isLower || isLeaner;
      if (branch.kind === 'mapping' || !isOpen) lowerBound = Math.min(lowerBound, each.value);
      if (!isOpen) return;
      if (branch.kind === 'group') {
        this.#parts(branch.branches(this.#room)).forEach(look);
        return;
      }
      count += 1;
      if (isLower) leastValue = Math.min(leastValue, each.value);
      if (isLeaner) leastDramBytes = Math.min(leastDramBytes, branch.dramBytes);
    };
    for (const each of unseen) if (!each.isVisited) look(each);
    return { open: count === 0 ? null : { count, leastValue, leastDramBytes }, lowerBound };
  }
}
