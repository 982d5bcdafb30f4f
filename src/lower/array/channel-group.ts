import type { ActionCosts } from '../../hw/energy/energy-of.js';
import type { Branch, CandidateGroup, Room } from '../candidate.js';
import type { PositionCut } from '../position-cuts.js';
import { leastArrayCycles } from './array-estimate.js';
import type { ArraySpace } from './array-space.js';
import { leastTrafficEnergy } from './array-traffic.js';
import { axisOf, type ChannelChoice, type ChannelCut } from './channel-choices.js';
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
  /** By the place of their cut, those that were asked for. */
  readonly #groups: TileGroup[] = [];

  constructor(space: ArraySpace, choice: ChannelChoice) {
    this.#space = space;
    this.#choice = choice;
    const { dramBytes, dramCycles } = space.least;
    this.dramBytes = dramBytes;
    this.cycles = leastArrayCycles(space.onChip.leastTotals(choice), NO_ENDS, dramCycles, space.accelerator);
  }

  dynamicPicojoules(costs: ActionCosts): number {
    const { accelerator, least, onChip } = this.#space;
    const work = onChip.work(this.#choice);
    const picojoules = work.leastDynamicPicojoules(onChip.mostStripPositions, costs);
    return picojoules + leastTrafficEnergy(least.traffic, accelerator.dram, costs);
  }

  branches(room: Room): readonly Branch[] {
    const mayFit = this.#mayFit(room);
    const fitting: TileGroup[] = [];
    this.#space.cuts.forEach((cut, index) => {
      if (mayFit(cut)) fitting.push(this.#group(cut, index));
    });
    return fitting;
  }

  #group(cut: PositionCut, index: number): TileGroup {
    return (this.#groups[index] ??= new TileGroup(this.#space, this.#choice, cut, this.cycles));
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
