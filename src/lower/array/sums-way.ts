import { lastStripPositions, type PositionCut } from '../position-cuts.js';
import type { StripSize } from '../space/strips.js';
import type { ArraySpace } from './array-space.js';
import type { ChannelChoice } from './channel-choices.js';
import type { ChipStrips, ChipTotals, ChipWork } from './chip-work.js';

/**
 * How the sums of a tile go through the accumulators: strip by strip; all at a time, where they are interrupted and stay; or strip
 * by strip with interruptions in which they are spilled.
 */
export interface SumsWay {
  readonly strip: StripSize;
  readonly strips: ChipStrips;
  /** What that makes of the work on the chip. */
  readonly totals: ChipTotals;
  /** Positions of the last strip of the last tile. */
  readonly lastPositions: number;
}

/**
 * @param keepsSums all sums of a tile are in the accumulators at a time
 * @param interruptions how often sums are spilled
 */
export function sumsWay(
  space: ArraySpace,
  chip: ChipWork,
  { blockOutputs }: ChannelChoice,
  cut: PositionCut,
  { keepsSums, interruptions }: { readonly keepsSums: boolean; readonly interruptions: number },
): SumsWay {
  const strip = space.stripSize(cut, blockOutputs, keepsSums);
  const strips = { ...space.strips(cut, strip), interruptions };
  return {
    strip,
    strips,
    totals: chip.totals(strips),
    lastPositions: lastStripPositions(cut, strip),
  };
}
