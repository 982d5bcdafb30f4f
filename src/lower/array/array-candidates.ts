import type { Accelerator } from '../../hw/accelerator.js';
import type { Candidate, CandidateGroup } from '../candidate.js';
import { positionSplits } from '../position-splits.js';
import type { CountedWork } from '../program/counted-work.js';
import { fits, type Need } from '../program/need.js';
import { loadWork } from '../program/work.js';
import { whole } from '../space/interval.js';
import { singlePositions, tileCount, totalInputPositions } from '../space/position-split.js';
import { wholeStrip, type StripSize } from '../space/strips.js';
import type { ArrayWorkload } from '../workload/workload.js';
import { arrayChipWork } from './array-chip-work.js';
import { blockingWork, estimateArray, leastOfBlocking, type BlockingWork } from './array-estimate.js';
import { activationNeed, resultNeeds, weightNeed } from './array-fit.js';
import type { ArrayBlocking, ArrayMapping } from './array-mapping.js';
import { scheduleArray } from './array-schedule.js';
import { arrayText } from './array-text.js';
import { arrayStores } from './array-transfers.js';
import { channelChoices, type ChannelChoice } from './channel-choices.js';
import { PositionChoice } from './position-choice.js';
import { biasTileBytes, weightTileBytes, wholeChannels } from './tile-bytes.js';
import {
  activationTileCount,
  interruptsSums,
  tilingOf,
  weightTileCount,
  wholeTiling,
  type Tiling,
} from './tiling.js';

/**
 * Mappings whose tiles fit the machine: tiles of positions x tiles of channels x packings, a group each; in a group loop orders x
 * tensors kept whole.
 */
export function arrayCandidates(workload: ArrayWorkload, accelerator: Accelerator): Iterable<CandidateGroup> {
  return new ArrayCandidates(workload, accelerator).groups();
}

class ArrayCandidates {
  readonly #workload: ArrayWorkload;
  readonly #accelerator: Accelerator;
  readonly #everything: Tiling;

  constructor(workload: ArrayWorkload, accelerator: Accelerator) {
    this.#workload = workload;
    this.#accelerator = accelerator;
    this.#everything = wholeTiling(workload);
  }

  *groups(): Generator<CandidateGroup> {
    const workload = this.#workload;
    const accelerator = this.#accelerator;
    const channels = channelChoices(workload, accelerator);
    for (const fine of [false, true]) {
      let found = false;
      for (const split of positionSplits(workload, { fine })) {
        const positions = new PositionChoice(workload, split, accelerator);
        for (const choice of channels) {
          const group = this.#groupOf(positions, choice);
          found ||= group !== null;
          if (group !== null) yield group;
        }
      }
      if (found) return;
    }
  }

  /** The mappings of a blocking; null where its tiles do not fit. */
  #groupOf(positions: PositionChoice, channels: ChannelChoice): CandidateGroup | null {
    const { tiles, packing, blockOutputs } = channels;
    const tiling: Tiling = { positions: positions.split, ...tiles };
    const strip = interruptsSums(tiling) ? wholeStrip(positions.split) : positions.stripSize(blockOutputs);
    const blocking = { tiling, packing, strip, blockOutputs };
    if (!fits(resultNeeds(this.#workload, blocking, this.#accelerator))) return null;
    const activations = this.#tilingsThatFit(tiling, activationTileCount, activationNeed);
    if (activations.length === 0) return null;
    const weights = this.#tilingsThatFit(tiling, weightTileCount, weightNeed);
    if (weights.length === 0) return null;
    return {
      least: leastOfBlocking(
        this.#work(positions, channels, strip),
        leastLoads(this.#workload, activations),
        this.#accelerator,
      ),
      count: outerLoopsOf(tiling).length * activations.length * weights.length,
      // Counted again when it is needed: most groups are never opened, and there may be a hundred thousand.
      candidates: () =>
        this.#candidates(blocking, { activations, weights }, this.#work(positions, channels, strip)),
    };
  }

  #work(positions: PositionChoice, channels: ChannelChoice, strip: StripSize): BlockingWork {
    const accelerator = this.#accelerator;
    const onChip = arrayChipWork(this.#workload, channels.blocks, positions.strips(strip), accelerator);
    const stores = arrayStores(this.#workload, positions.tiles, channels.outputTiles);
    return blockingWork([...onChip, ...stores], accelerator);
  }

  /** Loop orders x operands loaded tile by tile or whole, of those that make a difference. */
  #candidates(
    blocking: ArrayBlocking,
    choices: Readonly<Record<'activations' | 'weights', readonly Tiling[]>>,
    work: BlockingWork,
  ): Candidate[] {
    return outerLoopsOf(blocking.tiling).flatMap((outerLoop) =>
      choices.activations.flatMap((activations) =>
        choices.weights.map((weights) =>
          this.#candidate({ ...blocking, outerLoop, activations, weights }, work),
        ),
      ),
    );
  }

  #candidate(mapping: ArrayMapping, work: BlockingWork): Candidate {
    const workload = this.#workload;
    const accelerator = this.#accelerator;
    return {
      estimate: estimateArray(workload, mapping, work, accelerator),
      text: () => arrayText(workload, mapping),
      build: () => scheduleArray(workload, mapping, accelerator),
    };
  }

  /** Of an operand's tiles and its whole, where that is something else, what fits. */
  #tilingsThatFit(
    tiling: Tiling,
    count: (tiles: Tiling) => number,
    need: (workload: ArrayWorkload, tiles: Tiling, accelerator: Accelerator) => Need,
  ): Tiling[] {
    const choices = count(tiling) === 1 ? [tiling] : [tiling, this.#everything];
    return choices.filter((tiles) => fits([need(this.#workload, tiles, this.#accelerator)]));
  }
}

/** The loop orders that make a difference. */
function outerLoopsOf({ positions, groups, outputChannels }: Tiling): readonly ArrayMapping['outerLoop'][] {
  const hasTwoLoops = tileCount(positions) > 1 && groups.length * outputChannels.length > 1;
  return hasTwoLoops ? ['weights', 'activations'] : ['weights'];
}

/** What every mapping loads at least: each operand once. Activations count as the tiling has them that reads least. */
function leastLoads(workload: ArrayWorkload, activations: readonly Tiling[]): CountedWork[] {
  const outputs = wholeChannels(workload);
  const positions = Math.min(...activations.map((tiles) => totalInputPositions(tiles.positions)));
  const channels = workload.groups * workload.inputChannels;
  const loads = [
    loadWork('loadActivations', positions * channels * workload.activationBytes),
    loadWork('loadWeights', weightTileBytes(workload, outputs, whole(workload.inputChannels))),
    loadWork('loadBias', biasTileBytes(workload, outputs)),
  ];
  return loads.filter(({ bytes }) => bytes > 0).map((work) => ({ work, count: 1 }));
}

/** The mapping with the smallest tiles: where this one does not fit, none does. */
export function finestArrayMapping(workload: ArrayWorkload): ArrayMapping {
  const channels = { groups: 1, outputChannels: 1, inputChannels: 1 };
  const tiling = tilingOf(workload, singlePositions(workload), channels);
  return {
    outerLoop: 'weights',
    tiling,
    activations: tiling,
    weights: tiling,
    packing: { groups: 1, rows: 1 },
    strip: wholeStrip(tiling.positions),
    blockOutputs: 1,
  };
}
