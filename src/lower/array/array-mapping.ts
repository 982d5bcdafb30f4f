import type { ChannelTile } from '../program/step.js';
import { lengthOf, pieceCount, split, type Interval } from '../space/interval.js';
import { fullTilePositions, tileCount, type PositionTile } from '../space/position-split.js';
import { stripsOf, type StripSize } from '../space/strips.js';
import type { Packing } from './packing.js';
import { firstChannels, interruptsSums, outputTileCount, type Tiling } from './tiling.js';

/** How an array workload is computed: its tiles, and how each goes through the array and the accumulators. */
export interface ArrayBlocking {
  readonly tiling: Tiling;
  readonly packing: Packing;
  readonly strip: StripSize;
  /** Outputs of a group in a column block at most. */
  readonly blockOutputs: number;
  /** Interrupted sums leave the accumulators, round by round, and wait in the output buffer; otherwise all of them stay. */
  readonly spills: boolean;
}

/**
 * How an array workload is cut and in which order its tiles run. A tile of outputs is some positions x some groups x some
 * output channels of each; its sums run over all tiles of input channels before the next begins.
 */
export interface ArrayMapping extends ArrayBlocking {
  /** `weights`: all position tiles for one tile of weights, then the next weights. `activations`: the other way round. */
  readonly outerLoop: 'weights' | 'activations';
  /** The tiles in which activations and weights are loaded: those of `tiling`, or one that holds the whole tensor. */
  readonly activations: Tiling;
  readonly weights: Tiling;
}

/** What is in the accumulators at a time: the sums of some positions for some column blocks. */
export interface Round {
  readonly positions: PositionTile;
  readonly blocks: readonly ChannelTile[];
}

/** Whether all sums of a tile are in the accumulators at a time, because they are interrupted and not spilled. */
function keepsInterruptedSums({ tiling, spills }: ArrayBlocking): boolean {
  return interruptsSums(tiling) && !spills;
}

/**
 * The rounds of a tile: each strip of each of its column blocks. Where the sums of a tile are interrupted because its input
 * channels are tiled, and are not spilled, all of them stay in the accumulators: one round.
 */
export function roundsOf(
  positions: PositionTile,
  blocks: readonly ChannelTile[],
  blocking: ArrayBlocking,
): Round[] {
  if (keepsInterruptedSums(blocking)) return [{ positions, blocks }];
  const strips = stripsOf(positions, blocking.strip);
  return blocks.flatMap((block) => strips.map((each) => ({ positions: each, blocks: [block] })));
}

/** Rounds of all tiles: how often the accumulators are filled. */
export function roundCount(blocking: ArrayBlocking): number {
  const { tiling, packing, strip, blockOutputs, spills } = blocking;
  if (keepsInterruptedSums(blocking)) return outputTileCount(tiling);
  const { images, rows, columns } = tiling.positions;
  const strips =
    pieceCount(images.tiles, strip.images) *
    pieceCount(rows.tiles, strip.rows) *
    pieceCount(columns.tiles, strip.columns);
  const rounds = strips * blockCount(tiling.groups, tiling.outputChannels, packing, blockOutputs);
  return spills ? rounds * tiling.inputChannels.length : rounds;
}

/** Positions of a round, and what it has of channels: column blocks and outputs. */
export interface RoundExtents {
  readonly positions: number;
  readonly blocks: number;
  readonly outputs: number;
}

export function largestRound(blocking: ArrayBlocking): RoundExtents {
  const { tiling, packing, strip, blockOutputs } = blocking;
  const { groups, outputChannels } = firstChannels(tiling);
  if (!keepsInterruptedSums(blocking)) {
    const positions = strip.images * strip.rows * strip.columns;
    const outputs =
      Math.min(packing.groups, lengthOf(groups)) * Math.min(blockOutputs, lengthOf(outputChannels));
    return { positions, blocks: 1, outputs };
  }
  return {
    positions: fullTilePositions(tiling.positions),
    blocks: blockCount([groups], [outputChannels], packing, blockOutputs),
    outputs: lengthOf(groups) * lengthOf(outputChannels),
  };
}

function blockCount(
  groups: readonly Interval[],
  outputChannels: readonly Interval[],
  packing: Packing,
  blockOutputs: number,
): number {
  return pieceCount(groups, packing.groups) * pieceCount(outputChannels, blockOutputs);
}

/** The column blocks of a channel tile: as many groups as are packed, as many outputs of each as a block takes. */
export function columnBlocks(
  tile: ChannelTile,
  { packing, blockOutputs }: Pick<ArrayBlocking, 'packing' | 'blockOutputs'>,
): ChannelTile[] {
  return split(tile.groups, packing.groups).flatMap((groups) =>
    split(tile.outputChannels, blockOutputs).map((outputChannels) => ({ groups, outputChannels })),
  );
}

/** One tile by its place along each loop. */
export interface TileIndex {
  readonly position: number;
  readonly group: number;
  readonly outputChannel: number;
}

/** The tiles of outputs in the order they run. */
export function* tileOrder({ outerLoop, tiling }: ArrayMapping): Generator<TileIndex> {
  const positions = tileCount(tiling.positions);
  const outputs = tiling.outputChannels.length;
  const channels = tiling.groups.length * outputs;
  const weightsOuter = outerLoop === 'weights';
  for (let outer = 0; outer < (weightsOuter ? channels : positions); outer += 1) {
    for (let inner = 0; inner < (weightsOuter ? positions : channels); inner += 1) {
      const [position, channel] = weightsOuter ? [inner, outer] : [outer, inner];
      yield { position, group: Math.floor(channel / outputs), outputChannel: channel % outputs };
    }
  }
}
