import type { Accelerator, MacArray } from '../../hw/accelerator.js';
import { lanesFor } from '../../hw/operand-mode.js';
import { countedLengths, productOf, type Counted } from '../space/counted.js';
import { tileSizes } from '../space/interval.js';
import type { ArrayShape, ArrayWorkload } from '../workload/workload.js';
import { mostBlockOutputs } from './accumulator-use.js';
import { countedBlocks, type CountedBlocks } from './array-chip-work.js';
import { groupsAcross, packings, termRows, type Packing } from './packing.js';
import { splitChannels, type ChannelExtents, type Tiling } from './tiling.js';

/** Tiles of channels, and how the groups of a tile share the array. */
export interface ChannelChoice {
  readonly tiles: Omit<Tiling, 'positions'>;
  readonly packing: Packing;
  /** Outputs of a group in a column block at most. */
  readonly blockOutputs: number;
  readonly blocks: CountedBlocks;
  /** Output channels of the tiles. */
  readonly outputTiles: readonly Counted[];
}

/** Every way to cut the channels: tiles of outputs x tiles of inputs x packings. */
export function channelChoices(shape: ArrayWorkload, accelerator: Accelerator): ChannelChoice[] {
  const { array } = accelerator;
  const inputs = [...tileSizes(shape.inputChannels, depthQuantum(shape, array))];
  return outputExtents(shape, array).flatMap((outputs) =>
    inputs.flatMap((inputChannels) => {
      const extents = { ...outputs, inputChannels };
      const tiles = splitChannels(shape, extents);
      const outputTiles = productOf(countedLengths(tiles.groups), countedLengths(tiles.outputChannels));
      const blockOutputs = Math.min(extents.outputChannels, mostBlockOutputs(accelerator));
      return packings(shape, extents, array, lanesFor(shape, array)).map((packing) => ({
        tiles,
        packing,
        blockOutputs,
        blocks: countedBlocks(shape, tiles, { packing, blockOutputs }),
        outputTiles,
      }));
    }),
  );
}

/** Tiles of output channels: some groups with all their outputs, or some outputs of one group. */
function outputExtents(shape: ArrayShape, array: MacArray): Omit<ChannelExtents, 'inputChannels'>[] {
  const { groups, outputChannels } = shape;
  const packed = groupsAcross(array, outputChannels);
  const block = array.dataflow === 'is' ? 1 : array.columns;
  return [
    ...Array.from(tileSizes(groups, packed), (size) => ({ groups: size, outputChannels })),
    ...Array.from(tileSizes(outputChannels, block), (size) => ({ groups: 1, outputChannels: size })).slice(1),
  ];
}

/** The fewest input channels whose taps fill whole folds of the array; where sums stay, there are none to fill. */
function depthQuantum(workload: ArrayWorkload, array: MacArray): number {
  const { rows, columns, inputChannels } = workload;
  if (array.dataflow === 'os') return 1;
  const taps = rows.kernel * columns.kernel;
  const foldRows = termRows(array, lanesFor(workload, array));
  return Math.min(foldRows / greatestCommonDivisor(foldRows, taps), inputChannels);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
