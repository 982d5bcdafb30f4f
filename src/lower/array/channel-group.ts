import type { Branch, CandidateGroup } from '../candidate.js';
import { phasePositions, phasesOf } from '../space/phases.js';
import { wholePositions } from '../space/position-split.js';
import { leastArrayCycles } from './array-estimate.js';
import type { ArraySpace } from './array-space.js';
import { leastDramBytes, leastDramCycles, leastTrafficEnergy, transferCount } from './array-traffic.js';
import { passPositions } from './array-work.js';
import type { ChannelChoice } from './channel-choices.js';
import { ChipWork, type ChipTotals } from './chip-work.js';
import { TileGroup } from './tile-group.js';

const NO_ENDS = { firstWeights: 0, firstActivations: 0, lastResult: 0 };

/** The mappings of a channel choice. It falls into groups of equal tiles of positions. */
export class ChannelGroup implements CandidateGroup {
  readonly kind = 'group';
  readonly cycles: number;
  readonly dramBytes: number;
  readonly #space: ArraySpace;
  readonly #choice: ChannelChoice;
  readonly #chip: ChipWork;

  constructor(space: ArraySpace, choice: ChannelChoice) {
    const { accelerator } = space;
    this.#space = space;
    this.#choice = choice;
    this.#chip = new ChipWork(space.workload, choice.blocks, accelerator);
    const traffic = space.leastTraffic(space.leastInputs, 1);
    this.dramBytes = leastDramBytes(traffic, accelerator.dram);
    const dram = leastDramCycles(transferCount(traffic), this.dramBytes, accelerator);
    this.cycles = leastArrayCycles(this.#leastOnChip(), NO_ENDS, dram, accelerator);
  }

  get dynamicPicojoules(): number {
    const { costs, positions, accelerator, leastInputs } = this.#space;
    const onChip = this.#fullestPasses().reduce(
      (sum, { part, passes }) => sum + passes * part.dynamicPicojoules(costs),
      this.#chip.ofStrip(positions).dynamicPicojoules(costs),
    );
    const traffic = this.#space.leastTraffic(leastInputs, 1);
    return onChip + leastTrafficEnergy(traffic, accelerator.dram, costs);
  }

  branches(): readonly Branch[] {
    return this.#space.cuts.map((cut) => new TileGroup(this.#space, this.#choice, this.#chip, cut));
  }

  /**
   * Positions go through the array in passes. A pass over more of them takes fewer cycles for each, but for the cycle that a
   * rounding up may take, and no count of it rises more than they do: so no pass is better than the fullest there could be.
   */
  #leastOnChip(): ChipTotals {
    const { totals: post } = this.#chip.ofStrip(this.#space.positions);
    const least = { stream: 0, preload: 0, sums: 0, requantize: post.requantize - post.instructions };
    for (const { part, passes } of this.#fullestPasses()) {
      const { stream, preload, instructions } = part.totals;
      least.stream += Math.max(0, passes * (stream - instructions));
      least.preload += Math.max(0, passes * (preload - instructions));
    }
    return { ...least, instructions: 0 };
  }

  /** Of each phase, its fullest pass and how many of that its positions come to. */
  #fullestPasses() {
    const { workload, accelerator } = this.#space;
    const { array, accumulators } = accelerator;
    const most = array.dataflow === 'is' ? array.columns : accumulators.entriesPerColumn;
    return phasesOf(workload).flatMap((phase, index) => {
      const positions = phasePositions(wholePositions(workload), phase);
      if (positions === 0) return [];
      const fullest = Math.min(positions, most, passPositions(array));
      return [{ part: this.#chip.ofPhase(index, fullest), passes: positions / fullest }];
    });
  }
}
