import type { Accelerator } from '../../hw/accelerator.js';
import type { Candidate, CandidateGroup } from '../candidate.js';
import { positionSplits } from '../position-splits.js';
import type { CountedWork } from '../program/counted-work.js';
import { fits } from '../program/need.js';
import { loadWork } from '../program/work.js';
import { whole } from '../space/interval.js';
import { phasesOf } from '../space/phases.js';
import { singlePositions, tileCount, totalInputPositions } from '../space/position-split.js';
import { wholeStrip } from '../space/strips.js';
import { residencyOf, type ArrayWorkload } from '../workload/workload.js';
import { arrayChipWork } from './array-chip-work.js';
import { blockingWork, estimateArray, leastOfBlocking, type BlockingWork } from './array-estimate.js';
import { activationNeed, arrayNeeds, fitsAccumulators, resultNeeds, weightNeed } from './array-fit.js';
import { arrayLists } from './array-lists.js';
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
 * tensors kept whole. Interrupted sums stay in the accumulators or, where those of a tile do not fit, are spilled.
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
          for (const spills of this.#waysOf(choice)) {
            const group = this.#groupOf(positions, choice, spills);
            found ||= group !== null;
            if (group !== null) yield group;
          }
        }
      }
      if (found) return;
    }
  }

  /**
   * Whether sums stay or are spilled: where there are interrupted ones, of every output (results that no tap reaches have none),
   * and results do not stay on chip.
   */
  #waysOf({ tiles }: ChannelChoice): readonly boolean[] {
    const isEverywhere = phasesOf(this.#workload).every(({ taps }) => taps > 0);
    const canSpill = interruptsSums(tiles) && isEverywhere && !residencyOf(this.#workload).output;
    return canSpill ? [false, true] : [false];
  }

  /** The mappings of a blocking; null where its tiles do not fit, or sums would be spilled that need not be. */
  #groupOf(positions: PositionChoice, channels: ChannelChoice, spills: boolean): CandidateGroup | null {
    const { tiles, packing, blockOutputs } = channels;
    const tiling: Tiling = { positions: positions.split, ...tiles };
    const keepsSums = interruptsSums(tiling) && !spills;
    const strip = keepsSums ? wholeStrip(positions.split) : positions.stripSize(blockOutputs);
    const blocking = { tiling, packing, strip, blockOutputs, spills };
    if (spills && fitsAccumulators(this.#workload, { ...blocking, spills: false }, this.#accelerator))
      return null;
    const operands = this.#operandsThatFit(blocking);
    if (operands.length === 0) return null;
    return {
      least: leastOfBlocking(
        this.#work(positions, channels, blocking),
        leastLoads(this.#workload, operands, this.#accelerator),
        this.#accelerator,
      ),
      count: outerLoopsOf(tiling).length * operands.length,
      // Counted again when it is needed: most groups are never opened, and there may be a hundred thousand.
      candidates: () => this.#candidates(blocking, operands, this.#work(positions, channels, blocking)),
    };
  }

  #work(positions: PositionChoice, channels: ChannelChoice, blocking: ArrayBlocking): BlockingWork {
    const accelerator = this.#accelerator;
    const strips = positions.strips(blocking.strip);
    const onChip = arrayChipWork(this.#workload, blocking, channels.blocks, strips, accelerator);
    const stores = arrayStores(this.#workload, positions.tiles, channels.outputTiles);
    return blockingWork([...onChip, ...stores], accelerator);
  }

  /** Loop orders x operands loaded tile by tile or whole, of those that make a difference. */
  #candidates(blocking: ArrayBlocking, operands: readonly LoadedTiles[], work: BlockingWork): Candidate[] {
    return outerLoopsOf(blocking.tiling).flatMap((outerLoop) =>
      operands.map((loaded) => this.#candidate({ ...blocking, outerLoop, ...loaded }, work)),
    );
  }

  #candidate(mapping: ArrayMapping, work: BlockingWork): Candidate {
    const workload = this.#workload;
    const accelerator = this.#accelerator;
    return {
      estimate: estimateArray(workload, mapping, work, accelerator),
      text: () => arrayText(workload, mapping),
      needs: () => arrayNeeds(workload, mapping, accelerator),
      build: () => scheduleArray(workload, mapping, accelerator),
      lists: () => arrayLists(workload, mapping, accelerator),
    };
  }

  /** Operands loaded tile by tile or whole, where that is something else and they are not on chip: what fits together. */
  #operandsThatFit(blocking: ArrayBlocking): LoadedTiles[] {
    const workload = this.#workload;
    const accelerator = this.#accelerator;
    const { tiling } = blocking;
    const results = resultNeeds(workload, blocking, accelerator);
    if (!fits(results)) return [];
    const { inputs, weights: weightsStay } = residencyOf(workload);
    const hasWholeInputs = inputs === 0 && activationTileCount(tiling) > 1;
    const hasWholeWeights = !weightsStay && weightTileCount(tiling) > 1;
    const weightChoices = (hasWholeWeights ? [tiling, this.#everything] : [tiling]).map((tiles) => ({
      tiles,
      need: weightNeed(workload, tiles, accelerator),
    }));
    return (hasWholeInputs ? [tiling, this.#everything] : [tiling]).flatMap((activations) => {
      const need = activationNeed(workload, activations, accelerator);
      return weightChoices
        .filter((weights) => fits([...results, need, weights.need]))
        .map((weights) => ({ activations, weights: weights.tiles }));
    });
  }
}

/** The tiles in which operands are loaded. */
type LoadedTiles = Pick<ArrayMapping, 'activations' | 'weights'>;

/** The loop orders that make a difference. */
function outerLoopsOf({ positions, groups, outputChannels }: Tiling): readonly ArrayMapping['outerLoop'][] {
  const hasTwoLoops = tileCount(positions) > 1 && groups.length * outputChannels.length > 1;
  return hasTwoLoops ? ['weights', 'activations'] : ['weights'];
}

/** What every mapping loads at least: each operand once that is not on chip. Activations count as the tiling has them that reads least. */
function leastLoads(
  workload: ArrayWorkload,
  operands: readonly LoadedTiles[],
  { array }: Accelerator,
): CountedWork[] {
  const { loadedInputBytes, weights } = residencyOf(workload);
  const outputs = wholeChannels(workload);
  const positions = Math.min(
    ...operands.map(({ activations }) => totalInputPositions(activations.positions)),
  );
  const channels = workload.groups * workload.inputChannels;
  const loads = [
    loadWork('loadActivations', positions * channels * loadedInputBytes),
    ...(weights
      ? []
      : [
          loadWork('loadWeights', weightTileBytes(workload, outputs, whole(workload.inputChannels), array)),
          loadWork('loadBias', biasTileBytes(workload, outputs)),
        ]),
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
    spills: false,
  };
}
