import { remembered } from '../../core/remembered.js';
import type { ChannelTile, WeightBlock } from '../program/step.js';
import { lengthOf } from '../space/interval.js';
import { phasesOf, type Phase } from '../space/phases.js';
import type { ArrayShape } from '../workload/workload.js';
import { columnBlocks, type ArrayMapping, type TileIndex } from './array-mapping.js';
import type { BlockExtents } from './array-work.js';
import { foldsOf } from './packing.js';

/** The blocks that tiles fall into, each made once however many tiles share it. */
export class ArrayPasses {
  readonly #mapping: ArrayMapping;
  readonly #phases: readonly Phase[];
  readonly #blocks = new Map<number, readonly ChannelTile[]>();
  /** For each column block, its weight blocks for each tile of input channels. */
  readonly #passes = new Map<ChannelTile, readonly (readonly WeightBlock[])[]>();

  constructor(shape: ArrayShape, mapping: ArrayMapping) {
    this.#mapping = mapping;
    this.#phases = phasesOf(shape);
  }

  /** The column blocks of the tile at an index. */
  blocks({ group, outputChannel }: TileIndex): readonly ChannelTile[] {
    const { groups, outputChannels } = this.#mapping.tiling;
    return remembered(this.#blocks, group * outputChannels.length + outputChannel, () =>
      columnBlocks({ groups: groups[group]!, outputChannels: outputChannels[outputChannel]! }, this.#mapping),
    );
  }

  /** The weight blocks of a column block for a tile of input channels: each phase in folds of the rows a group has. */
  of(channels: ChannelTile, depth: number): readonly WeightBlock[] {
    const { tiling, packing } = this.#mapping;
    const passes = remembered(this.#passes, channels, () =>
      tiling.inputChannels.map((inputChannels) =>
        this.#phases.flatMap((phase) =>
          foldsOf(phase, inputChannels, packing).map((fold) => ({
            channels,
            phase,
            inputChannels,
            depth: fold,
          })),
        ),
      ),
    );
    return passes[depth]!;
  }
}

export function blockExtents({ channels, depth }: WeightBlock): BlockExtents {
  return {
    groups: lengthOf(channels.groups),
    depth: lengthOf(depth),
    outputs: lengthOf(channels.outputChannels),
  };
}
