import type { ActionCosts } from '../../hw/energy/energy-of.js';
import type { Branch, CandidateGroup, Room } from '../candidate.js';
import { remembered } from '../../core/remembered.js';
import type { PositionCut } from '../position-cuts.js';
import { leastArrayCycles } from './array-estimate.js';
import type { ArraySpace } from './array-space.js';
import { leastDramBytes, leastDramCycles, leastTrafficEnergy, transferCount } from './array-traffic.js';
import { axisOf, type ChannelChoice, type ChannelCut } from './channel-choices.js';
import type { ChipWork } from './chip-work.js';
import { TileGroup } from './tile-group.js';

const NO_ENDS = { firstWeights: 0, firstActivations: 0, lastResult: 0 };

/** Channels that are one tile. */
function oneTile(inputs: number, outputs: number): ChannelCut {
  const [one, all] = [axisOf(1, 1), axisOf(outputs, outputs)];
  return { groups: one, outputs: all, inputs: axisOf(inputs, inputs) };
}

/** The mappings of a channel choice. It falls into groups of equal tiles of positions. */
export class ChannelGroup implements CandidateGroup {
  readonly kind = 'group';
  readonly cycles: number;
  readonly dramBytes: number;
  readonly #space: ArraySpace;
  readonly #choice: ChannelChoice;
  readonly #chip: ChipWork;
  readonly #groups = new Map<PositionCut, TileGroup>();

  constructor(space: ArraySpace, choice: ChannelChoice) {
    const { accelerator } = space;
    this.#space = space;
    this.#choice = choice;
    this.#chip = space.onChip.work(choice);
    const traffic = space.leastTraffic(space.leastInputs, 1);
    this.dramBytes = leastDramBytes(traffic, accelerator.dram);
    const dram = leastDramCycles(transferCount(traffic), this.dramBytes, accelerator);
    this.cycles = leastArrayCycles(
      this.#chip.leastTotals(space.mostStripPositions),
      NO_ENDS,
      dram,
      accelerator,
    );
  }

  dynamicPicojoules(costs: ActionCosts): number {
    const { accelerator, leastInputs, mostStripPositions } = this.#space;
    const onChip = this.#chip.leastDynamicPicojoules(mostStripPositions, costs);
    const traffic = this.#space.leastTraffic(leastInputs, 1);
    return onChip + leastTrafficEnergy(traffic, accelerator.dram, costs);
  }

  branches(room: Room): readonly Branch[] {
    const mayFit = this.#mayFit(room);
    return this.#space.cuts
      .filter(mayFit)
      .map((cut) =>
        remembered(
          this.#groups,
          cut,
          () => new TileGroup(this.#space, this.#choice, this.#chip, cut, this.cycles),
        ),
      );
  }

  /** Whether the buffers have room for the smallest tiles with some positions. */
  #mayFit(room: Room): (cut: PositionCut) => boolean {
    const space = this.#space;
    const { activations, outputs, inputs } = this.#choice.least;
    const [read, made] = [oneTile(activations, outputs), oneTile(inputs, outputs)];
    const weightBytes = space.weightBytes(made);
    return (cut) =>
      space.hasRoom(room, space.activationBytes(cut, read), weightBytes, space.resultBytes(cut, made, false));
  }
}
