import type { Accelerator } from '../../hw/accelerator.js';
import { dynamicEnergy, type ActionCosts } from '../../hw/energy/energy-of.js';
import { countsOf, timesOf, type CountedWork } from '../program/counted-work.js';
import { workCycles } from '../program/work.js';
import { remembered } from '../../core/remembered.js';
import { phasePositions, phasesOf } from '../space/phases.js';
import { positionCount, wholePositions } from '../space/position-split.js';
import type { ArrayWorkload } from '../workload/workload.js';
import { passPositions } from './array-work.js';
import {
  visitInterruptionWork,
  visitPhaseWork,
  visitStripWork,
  type CountedBlocks,
  type CountedStrips,
  type WorkVisitor,
} from './array-chip-work.js';

/** Cycles for which work keeps the units of the chip busy, and its instructions. */
export interface ChipTotals {
  /** Drains included. */
  readonly stream: number;
  readonly preload: number;
  readonly requantize: number;
  /** Spills and restores. */
  readonly sums: number;
  readonly instructions: number;
}

/** What the positions of a blocking are for its blocks: strips, and how often their sums are interrupted. */
export interface ChipStrips extends CountedStrips {
  readonly interruptions: number;
}

/** What the positions of a layer are for its blocks: how many there are, and how many of each phase. */
export interface LayerPositions {
  readonly all: number;
  readonly inPhase: readonly number[];
}

export function layerPositions(workload: ArrayWorkload): LayerPositions {
  const whole = wholePositions(workload);
  return {
    all: positionCount(whole),
    inPhase: phasesOf(workload).map((phase) => phasePositions(whole, phase)),
  };
}

/** Work of which a part consists: that of a strip, of an interruption, or of the phase of that number. */
type PartKind = 'strip' | 'interruption' | number;

/** Told of a part, its positions, and how often there is such a part. */
type PartVisitor = (kind: PartKind, positions: number, times: number) => void;

/**
 * What blocks take against any strips, whatever the order of the loops around. What a strip takes is worked out once for each
 * size: there are few.
 */
export class ChipWork {
  readonly #blocks: CountedBlocks;
  readonly #workload: ArrayWorkload;
  readonly #accelerator: Accelerator;
  readonly #positions: LayerPositions;
  /** Of its parts, and of what it takes at least; of most works nobody asks for either twice. */
  #totals: Map<number, ChipTotals> | null = null;
  #least: Map<number, ChipTotals> | null = null;
  /** What the actions of parts cost on one machine. */
  #picojoules: Map<number, number> | null = null;
  #costs: ActionCosts | null = null;

  constructor(
    workload: ArrayWorkload,
    blocks: CountedBlocks,
    positions: LayerPositions,
    accelerator: Accelerator,
  ) {
    this.#blocks = blocks;
    this.#workload = workload;
    this.#accelerator = accelerator;
    this.#positions = positions;
  }

  /**
   * What all positions of the layer take at least in strips of at most `most` positions, with no sums spilled.
   *
   * More positions at a time take fewer cycles for each, but for the cycle that a rounding up may take: no strip is better than
   * the fullest there could be.
   */
  leastTotals(most: number): ChipTotals {
    this.#least ??= new Map();
    return remembered(this.#least, most, () =>
      this.#newLeastTotals(most, (kind, size) => this.#totalsOf(kind, size)),
    );
  }

  /** The same, of which nothing is held. */
  leastTotalsOnce(most: number): ChipTotals {
    return this.#newLeastTotals(most, (kind, size) => this.#newTotals(kind, size));
  }

  #newLeastTotals(most: number, totalsOf: (kind: PartKind, size: number) => ChipTotals): ChipTotals {
    const least = zeroTotals();
    this.#visitFullest(most, (kind, size, times) => {
      const { stream, preload, requantize, instructions } = totalsOf(kind, size);
      const rounded = size === 1 ? 0 : instructions;
      least.stream += times * Math.max(0, stream - rounded);
      least.preload += times * Math.max(0, preload - rounded);
      least.requantize += times * Math.max(0, requantize - rounded);
    });
    return least;
  }

  /** What the actions of all this cost at least: no count of a fuller strip is larger for each position. */
  leastDynamicPicojoules(most: number, costs: ActionCosts): number {
    let picojoules = 0;
    this.#visitFullest(most, (kind, size, times) => {
      picojoules += times * this.#picojoulesOf(kind, size, costs);
    });
    return picojoules;
  }

  /** The fullest strip and, of each phase, the fullest pass, with how many of them all positions come to. */
  #visitFullest(most: number, visit: PartVisitor): void {
    const { all, inPhase } = this.#positions;
    const strip = Math.min(all, most);
    visit('strip', strip, all / strip);
    inPhase.forEach((vectors, phase) => {
      if (vectors === 0) return;
      const size = Math.min(vectors, most, passPositions(this.#accelerator.array));
      visit(phase, size, vectors / size);
    });
  }

  totals(strips: ChipStrips): ChipTotals {
    const sum = zeroTotals();
    this.#visit(strips, (kind, size, times) => {
      const totals = this.#totalsOf(kind, size);
      sum.stream += times * totals.stream;
      sum.preload += times * totals.preload;
      sum.requantize += times * totals.requantize;
      sum.sums += times * totals.sums;
      sum.instructions += times * totals.instructions;
    });
    return sum;
  }

  /** What its actions cost, but for leakage. */
  dynamicPicojoules(strips: ChipStrips, costs: ActionCosts): number {
    let sum = 0;
    this.#visit(strips, (kind, size, times) => {
      sum += times * this.#picojoulesOf(kind, size, costs);
    });
    return sum;
  }

  /** Every instruction. */
  works(strips: ChipStrips): CountedWork[] {
    const works: CountedWork[] = [];
    this.#visit(strips, (kind, size, times) => works.push(...timesOf(this.#worksOf(kind, size), times)));
    return works;
  }

  #visit({ positions, inPhase, interruptions }: ChipStrips, use: PartVisitor): void {
    for (const { size, count } of positions) {
      use('strip', size, count);
      if (interruptions > 0) use('interruption', size, count * interruptions);
    }
    for (const [phase, vectors] of inPhase.entries()) {
      for (const { size, count } of vectors) use(phase, size, count);
    }
  }

  #totalsOf(kind: PartKind, positions: number): ChipTotals {
    this.#totals ??= new Map();
    const key = this.#keyOf(kind, positions);
    return remembered(this.#totals, key, () => this.#newTotals(kind, positions));
  }

  #newTotals(kind: PartKind, positions: number): ChipTotals {
    const totals = zeroTotals();
    this.#visitPart(kind, positions, (work, count) => {
      totals.instructions += count;
      totals[TOTAL_OF[work.kind as ChipWorkKind]] += count * workCycles(work, this.#accelerator);
    });
    return totals;
  }

  /** Worked out once for the costs of a machine. */
  #picojoulesOf(kind: PartKind, positions: number, costs: ActionCosts): number {
    if (this.#picojoules === null || this.#costs !== costs) {
      this.#picojoules = new Map();
      this.#costs = costs;
    }
    return remembered(this.#picojoules, this.#keyOf(kind, positions), () =>
      dynamicEnergy(countsOf(this.#worksOf(kind, positions), this.#accelerator), costs),
    );
  }

  /** Its instructions, which are rarely asked for. */
  #worksOf(kind: PartKind, positions: number): CountedWork[] {
    const works: CountedWork[] = [];
    this.#visitPart(kind, positions, (work, count) => works.push({ work, count }));
    return works;
  }

  #visitPart(kind: PartKind, positions: number, visit: WorkVisitor): void {
    if (kind === 'strip') visitStripWork(this.#workload, this.#blocks, positions, visit);
    else if (kind === 'interruption')
      visitInterruptionWork(this.#blocks, positions, this.#accelerator, visit);
    else visitPhaseWork(this.#blocks, kind, positions, this.#accelerator, visit);
  }

  /** Tells parts apart. */
  #keyOf(kind: PartKind, positions: number): number {
    const kinds = 2 + this.#positions.inPhase.length;
    return positions * kinds + (kind === 'strip' ? 0 : kind === 'interruption' ? 1 : 2 + kind);
  }
}

function zeroTotals(): { -readonly [T in keyof ChipTotals]: number } {
  return { stream: 0, preload: 0, requantize: 0, sums: 0, instructions: 0 };
}

/** Kinds of work that happen on the chip, and the total that each counts for. */
const TOTAL_OF = {
  stream: 'stream',
  drain: 'stream',
  preload: 'preload',
  requantize: 'requantize',
  spill: 'sums',
  restore: 'sums',
} as const;
type ChipWorkKind = keyof typeof TOTAL_OF;
