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

/**
 * What blocks take against any strips, whatever the order of the loops around. What a strip takes is worked out once for each
 * size: there are few.
 */
export class ChipWork {
  readonly blocks: CountedBlocks;
  readonly workload: ArrayWorkload;
  readonly accelerator: Accelerator;
  readonly #positions: LayerPositions;
  readonly #parts = new Map<number, ChipPart>();
  readonly #least = new Map<number, ChipTotals>();

  constructor(
    workload: ArrayWorkload,
    blocks: CountedBlocks,
    positions: LayerPositions,
    accelerator: Accelerator,
  ) {
    this.blocks = blocks;
    this.workload = workload;
    this.accelerator = accelerator;
    this.#positions = positions;
  }

  /**
   * What all positions of the layer take at least in strips of at most `most` positions, with no sums spilled.
   *
   * More positions at a time take fewer cycles for each, but for the cycle that a rounding up may take: no strip is better than
   * the fullest there could be.
   */
  leastTotals(most: number): ChipTotals {
    return remembered(this.#least, most, () => {
      const least = zeroTotals();
      this.#visitFullest(most, (kind, size, times) => {
        const { stream, preload, requantize, instructions } = this.#part(kind, size).totals;
        const rounded = size === 1 ? 0 : instructions;
        least.stream += times * Math.max(0, stream - rounded);
        least.preload += times * Math.max(0, preload - rounded);
        least.requantize += times * Math.max(0, requantize - rounded);
      });
      return least;
    });
  }

  /** What the actions of all this cost at least: no count of a fuller strip is larger for each position. */
  leastDynamicPicojoules(most: number, costs: ActionCosts): number {
    let picojoules = 0;
    this.#visitFullest(most, (kind, size, times) => {
      picojoules += times * this.#part(kind, size).dynamicPicojoules(costs);
    });
    return picojoules;
  }

  /** The fullest strip and, of each phase, the fullest pass, with how many of them all positions come to. */
  #visitFullest(most: number, visit: (kind: PartKind, size: number, times: number) => void): void {
    const { all, inPhase } = this.#positions;
    const strip = Math.min(all, most);
    visit('strip', strip, all / strip);
    inPhase.forEach((vectors, phase) => {
      if (vectors === 0) return;
      const size = Math.min(vectors, most, passPositions(this.accelerator.array));
      visit(phase, size, vectors / size);
    });
  }

  totals(strips: ChipStrips): ChipTotals {
    const sum = zeroTotals();
    this.#visit(strips, ({ totals }, times) => {
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
    this.#visit(strips, (part, times) => {
      sum += times * part.dynamicPicojoules(costs);
    });
    return sum;
  }

  /** Every instruction. */
  works(strips: ChipStrips): CountedWork[] {
    const works: CountedWork[] = [];
    this.#visit(strips, (part, times) => works.push(...timesOf(part.works, times)));
    return works;
  }

  #visit({ positions, inPhase, interruptions }: ChipStrips, use: (part: ChipPart, times: number) => void) {
    for (const { size, count } of positions) {
      use(this.#part('strip', size), count);
      if (interruptions > 0) use(this.#part('interruption', size), count * interruptions);
    }
    for (const [phase, vectors] of inPhase.entries()) {
      for (const { size, count } of vectors) use(this.#part(phase, size), count);
    }
  }

  /** Of so many positions. */
  #part(kind: PartKind, positions: number): ChipPart {
    const kinds = 2 + this.#positions.inPhase.length;
    const place = kind === 'strip' ? 0 : kind === 'interruption' ? 1 : 2 + kind;
    return remembered(this.#parts, positions * kinds + place, () => new ChipPart(this, kind, positions));
  }
}

/** Some of the work, with what it takes. */
class ChipPart {
  readonly totals: ChipTotals;
  readonly #chip: ChipWork;
  readonly #kind: PartKind;
  readonly #positions: number;
  #costs: ActionCosts | null = null;
  #dynamicPicojoules = 0;

  constructor(chip: ChipWork, kind: PartKind, positions: number) {
    this.#chip = chip;
    this.#kind = kind;
    this.#positions = positions;
    const totals = zeroTotals();
    this.#visit((work, count) => {
      totals.instructions += count;
      totals[TOTAL_OF[work.kind as ChipWorkKind]] += count * workCycles(work, chip.accelerator);
    });
    this.totals = totals;
  }

  /** Its instructions, which are rarely asked for. */
  get works(): CountedWork[] {
    const works: CountedWork[] = [];
    this.#visit((work, count) => works.push({ work, count }));
    return works;
  }

  #visit(visit: WorkVisitor): void {
    const { workload, blocks, accelerator } = this.#chip;
    if (this.#kind === 'strip') visitStripWork(workload, blocks, this.#positions, visit);
    else if (this.#kind === 'interruption')
      visitInterruptionWork(blocks, this.#positions, accelerator, visit);
    else visitPhaseWork(blocks, this.#kind, this.#positions, accelerator, visit);
  }

  /** Worked out once for the costs of a machine. */
  dynamicPicojoules(costs: ActionCosts): number {
    if (this.#costs !== costs) {
      this.#costs = costs;
      this.#dynamicPicojoules = dynamicEnergy(countsOf(this.works, this.#chip.accelerator), costs);
    }
    return this.#dynamicPicojoules;
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
