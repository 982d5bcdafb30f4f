import type { Accelerator } from '../../hw/accelerator.js';
import { dynamicEnergy, type ActionCosts } from '../../hw/energy/energy-of.js';
import { busyCycles, countsOf, instructionsOf, timesOf, type CountedWork } from '../program/counted-work.js';
import type { ArrayWorkload } from '../workload/workload.js';
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

  constructor(workload: ArrayWorkload, blocks: CountedBlocks, accelerator: Accelerator) {
    this.blocks = blocks;
    this.#workload = workload;
    this.#accelerator = accelerator;
    this.#phases = blocks.folds.map(() => new Map());
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
  ofPhase(phase: number, positions: number): ChipPart {
    return this.#known(this.#phases[phase]!, positions, () =>
      phaseWork(this.blocks, phase, positions, this.#accelerator),
    );
  }

  /** What all blocks do with the sums of so many positions in the end. */
  ofStrip(positions: number): ChipPart {
    return this.#known(this.#strips, positions, () => stripWork(this.#workload, this.blocks, positions));
  }

  #ofInterruption(positions: number): ChipPart {
    return this.#known(this.#interruptions, positions, () =>
      interruptionWork(this.blocks, positions, this.#accelerator),
    );
  }

  #visit({ positions, inPhase, interruptions }: ChipStrips, use: (part: ChipPart, times: number) => void) {
    for (const { size, count } of positions) {
      use(this.ofStrip(size), count);
      if (interruptions > 0) use(this.#ofInterruption(size), count * interruptions);
    }
    for (const [phase, vectors] of inPhase.entries()) {
      for (const { size, count } of vectors) use(this.ofPhase(phase, size), count);
    }
  }

  #known(parts: Map<number, ChipPart>, size: number, make: () => CountedWork[]): ChipPart {
    const known = parts.get(size);
    if (known !== undefined) return known;
    const part = new ChipPart(make(), this.#accelerator);
    parts.set(size, part);
    return part;
  }
}

/** Some of the work, with what it takes. */
class ChipPart {
  readonly works: readonly CountedWork[];
  readonly totals: ChipTotals;
  readonly #accelerator: Accelerator;
  #dynamicPicojoules: number | null = null;

  constructor(works: readonly CountedWork[], accelerator: Accelerator) {
    const { stream, drain, preload, requantize, spill, restore } = busyCycles(works, accelerator);
    this.works = works;
    this.totals = {
      stream: stream + drain,
      preload,
      requantize,
      sums: spill + restore,
      instructions: instructionsOf(works),
    };
    this.#accelerator = accelerator;
  }

  dynamicPicojoules(costs: ActionCosts): number {
    this.#dynamicPicojoules ??= dynamicEnergy(countsOf(this.works, this.#accelerator), costs);
    return this.#dynamicPicojoules;
  }
}
