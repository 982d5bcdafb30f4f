import type { PositionCut } from '../position-cuts.js';
import type { ArrayBlocking } from './array-mapping.js';
import type { ArraySpace } from './array-space.js';
import { extentsOf, type ChannelChoice, type ChannelCut } from './channel-choices.js';
import type { ChipWork } from './chip-work.js';
import type { SumsWay } from './sums-way.js';
import type { TileLists } from './tile-lists.js';
import { tilingOf } from './tiling.js';

/** How tiles are cut and go through the array, with all that mappings have in common that differ in loops and kept operands. */
export class Blocking {
  readonly space: ArraySpace;
  readonly choice: ChannelChoice;
  readonly chip: ChipWork;
  readonly cut: PositionCut;
  readonly channels: ChannelCut;
  readonly way: SumsWay;
  #tiles: ArrayBlocking | null = null;

  constructor(
    space: ArraySpace,
    choice: ChannelChoice,
    chip: ChipWork,
    cut: PositionCut,
    channels: ChannelCut,
    way: SumsWay,
  ) {
    this.space = space;
    this.choice = choice;
    this.chip = chip;
    this.cut = cut;
    this.channels = channels;
    this.way = way;
  }

  /** Its tiles one by one. */
  get tiles(): ArrayBlocking {
    const { space, choice, cut, channels, way } = this;
    this.#tiles ??= {
      tiling: tilingOf(space.workload, cut.split, extentsOf(channels)),
      packing: choice.packing,
      strip: way.strip,
      blockOutputs: choice.blockOutputs,
      spills: way.strips.interruptions > 0,
    };
    return this.#tiles;
  }

  /** What happens on the chip in its tiles. */
  get lists(): TileLists {
    return this.space.onChip.lists(this.tiles);
  }
}
