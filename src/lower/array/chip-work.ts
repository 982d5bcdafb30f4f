import type { Accelerator } from '../../hw/accelerator.js';
import { dynamicEnergy, type ActionCosts } from '../../hw/energy/energy-of.js';
import { busyCycles, countsOf, instructionsOf, timesOf, type CountedWork } from '../program/counted-work.js';
import { remembered } from '../../core/remembered.js';
import { phasePositions, phasesOf } from '../space/phases.js';
import { positionCount, wholePositions } from '../space/position-split.js';
import type { ArrayWorkload } from '../workload/workload.js';
import { passPositions } from './array-work.js';
import {
  interruptionWork,
  phaseWork,
  stripWork,
  type CountedBlocks,
  type CountedStrips,
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

/**
 * What blocks take against any strips, whatever the order of the loops around. What a strip takes is worked out once for each
 * size: there are few.
 */
export class ChipWork {
  readonly blocks: CountedBlocks;
  readonly #workload: ArrayWorkload;
  readonly #accelerator: Accelerator;
  readonly #strips = new Map<number, ChipPart>();
  readonly #interruptions = new Map<number, ChipPart>();
  readonly #phases: readonly Map<number, ChipPart>[];
  /** Output positions of the layer, and those of each phase. */
  readonly #positions: number;
  readonly #vectors: readonly number[];
  readonly #least = new Map<number, ChipTotals>();

  constructor(workload: ArrayWorkload, blocks: CountedBlocks, accelerator: Accelerator) {
    this.blocks = blocks;
    this.#workload = workload;
    this.#accelerator = accelerator;
    this.#phases = blocks.folds.map(() => new Map());
    const whole = wholePositions(workload);
    this.#positions = positionCount(whole);
    this.#vectors = phasesOf(workload).map((phase) => phasePositions(whole, phase));
  }

  /**
   * What all positions of the layer take at least in strips of at most `most` positions, with no sums spilled.
   *
   * More positions at a time take fewer cycles for each, but for the cycle that a rounding up may take: no strip is better than
   * the fullest there could be.
   */
  leastTotals(most: number): ChipTotals {
    return remembered(this.#least, most, () => {
      const least = { stream: 0, preload: 0, requantize: 0, sums: 0, instructions: 0 };
      for (const { part, size, times } of this.#fullestParts(most)) {
        const { stream, preload, requantize, instructions } = part.totals;
        const rounded = size === 1 ? 0 : instructions;
        least.stream += times * Math.max(0, stream - rounded);
        least.preload += times * Math.max(0, preload - rounded);
        least.requantize += times * Math.max(0, requantize - rounded);
      }
      return least;
    });
  }

  /** What the actions of all this cost at least: no count of a fuller strip is larger for each position. */
  leastDynamicPicojoules(most: number, costs: ActionCosts): number {
    return this.#fullestParts(most).reduce(
      (sum, { part, times }) => sum + times * part.dynamicPicojoules(costs),
      0,
    );
  }

  /** The fullest strip and, of each phase, the fullest pass, with how many of them all positions come to. */
  #fullestParts(most: number): { readonly part: ChipPart; readonly size: number; readonly times: number }[] {
    const strip = Math.min(this.#positions, most);
    const parts = [{ part: this.#ofStrip(strip), size: strip, times: this.#positions / strip }];
    this.#vectors.forEach((vectors, phase) => {
      if (vectors === 0) return;
      const size = Math.min(vectors, most, passPositions(this.#accelerator.array));
      parts.push({ part: this.#ofPhase(phase, size), size, times: vectors / size });
    });
    return parts;
  }

  totals(strips: ChipStrips): ChipTotals {
    const sum = { stream: 0, preload: 0, requantize: 0, sums: 0, instructions: 0 };
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

  /** What all blocks and folds do against so many positions of a phase. */
  #ofPhase(phase: number, positions: number): ChipPart {
    return this.#known(this.#phases[phase]!, positions, () =>
      phaseWork(this.blocks, phase, positions, this.#accelerator),
    );
  }

  /** What all blocks do with the sums of so many positions in the end. */
  #ofStrip(positions: number): ChipPart {
    return this.#known(this.#strips, positions, () => stripWork(this.#workload, this.blocks, positions));
  }

  #ofInterruption(positions: number): ChipPart {
    return this.#known(this.#interruptions, positions, () =>
      interruptionWork(this.blocks, positions, this.#accelerator),
    );
  }

  #visit({ positions, inPhase, interruptions }: ChipStrips, use: (part: ChipPart, times: number) => void) {
    for (const { size, count } of positions) {
      use(this.#ofStrip(size), count);
      if (interruptions > 0) use(this.#ofInterruption(size), count * interruptions);
    }
    for (const [phase, vectors] of inPhase.entries()) {
      for (const { size, count } of vectors) use(this.#ofPhase(phase, size), count);
    }
  }

  #known(parts: Map<number, ChipPart>, size: number, make: () => CountedWork[]): ChipPart {
    return remembered(parts, size, () => new ChipPart(make, this.#accelerator));
  }
}

/** Some of the work, with what it takes. */
class ChipPart {
  readonly totals: ChipTotals;
  readonly #make: () => CountedWork[];
  readonly #accelerator: Accelerator;
  #costs: ActionCosts | null = null;
  #dynamicPicojoules = 0;

  /** @param make its instructions, which are rarely asked for again */
  constructor(make: () => CountedWork[], accelerator: Accelerator) {
    const works = make();
    const { stream, drain, preload, requantize, spill, restore } = busyCycles(works, accelerator);
    this.totals = {
      stream: stream + drain,
      preload,
      requantize,
      sums: spill + restore,
      instructions: instructionsOf(works),
    };
    this.#make = make;
    this.#accelerator = accelerator;
  }

  get works(): CountedWork[] {
    return this.#make();
  }

  /** Worked out once for the costs of a machine. */
  dynamicPicojoules(costs: ActionCosts): number {
    if (this.#costs !== costs) {
      this.#costs = costs;
      this.#dynamicPicojoules = dynamicEnergy(countsOf(this.works, this.#accelerator), costs);
    }
    return this.#dynamicPicojoules;
  }
}
