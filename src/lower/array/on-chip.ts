import { BoundedMemory } from '../../core/bounded-memory.js';
import { remembered } from '../../core/remembered.js';
import type { Accelerator, SramBuffer } from '../../hw/accelerator.js';
import { passCycles } from '../../hw/timing/stream.js';
import { countOf } from '../space/counted.js';
import { phasesOf } from '../space/phases.js';
import type { ArrayWorkload } from '../workload/workload.js';
import type { ArrayBlocking } from './array-mapping.js';
import { channelChoices, type ChannelChoice } from './channel-choices.js';
import { ChipWork, layerPositions, type ChipTotals, type LayerPositions } from './chip-work.js';
import type { Packing } from './packing.js';
import { PassLists } from './pass-lists.js';
import { fullTile } from './tiling.js';
import { TileLists } from './tile-lists.js';

/** Layers and chips of which something is remembered: those of a network on a few chips. */
const MOST_CHIPS = 64;
/** Blockings of each of which the lists are. */
const MOST_BLOCKINGS = 64;

/**
 * What follows from a layer and the chip alone, whatever the DRAM and the room in the buffers: machines that differ in these, as
 * the points of a sweep do, have it in common.
 */
export class OnChip {
  readonly choices: readonly ChannelChoice[];
  readonly #workload: ArrayWorkload;
  readonly #accelerator: Accelerator;
  readonly #positions: LayerPositions;
  readonly #leastOfPasses: readonly number[];
  readonly #least = new Map<ChannelChoice, ChipTotals>();
  readonly #works = new Map<ChannelChoice, ChipWork>();
  readonly #passes = new Map<Packing, PassLists>();
  readonly #lists = new BoundedMemory<TileLists>(MOST_BLOCKINGS);

  /** Positions that the sums of a strip may have at most. */
  readonly mostStripPositions: number;

  /** Of its DRAM and the capacities of its buffers nothing is asked. */
  constructor(workload: ArrayWorkload, accelerator: Accelerator) {
    this.choices = channelChoices(workload, accelerator);
    this.#workload = workload;
    this.#positions = layerPositions(workload);
    const { array, accumulators } = accelerator;
    this.mostStripPositions = array.dataflow === 'is' ? this.#positions.all : accumulators.entriesPerColumn;
    this.#leastOfPasses = this.#newLeastOfPasses(accelerator);
    this.#accelerator = accelerator;
  }

  work(choice: ChannelChoice): ChipWork {
    return remembered(this.#works, choice, () => this.#newWork(choice));
  }

  /** What its mappings take at least. Asked of all choices, of which most are never asked more: nothing else is held of them. */
  leastTotals(choice: ChannelChoice): ChipTotals {
    return remembered(this.#least, choice, () =>
      this.#newWork(choice).leastTotalsOnce(this.mostStripPositions),
    );
  }

  /**
   * Cycles for which its streams keep the array busy at least, by how many passes there are, each of the fullest strip: what
   * `leastTotals` finds is never less. Known where weights stay; 0 elsewhere.
   */
  leastStreamCycles({ blocks: { blocks, folds } }: ChannelChoice): number {
    const blockCount = countOf(blocks);
    return this.#leastOfPasses.reduce(
      (cycles, ofPass, phase) => cycles + ofPass * blockCount * countOf(folds[phase]!),
      0,
    );
  }

  /** What a pass of each phase over all its positions keeps the array busy at least. */
  #newLeastOfPasses({ array }: Accelerator): number[] {
    if (array.dataflow !== 'ws') return [];
    return this.#positions.inPhase.map((vectors) => {
      const size = Math.min(vectors, this.mostStripPositions);
      const rounded = size === 1 ? 0 : 2; // of the preload and the stream, as in the bound of their sum
      return vectors === 0 ? 0 : (vectors / size) * Math.max(0, size + passCycles(array) - rounded);
    });
  }

  #newWork({ blocks }: ChannelChoice): ChipWork {
    return new ChipWork(this.#workload, blocks, this.#positions, this.#accelerator);
  }

  lists(blocking: ArrayBlocking): TileLists {
    return this.#lists.remembered(
      blockingKey(blocking),
      () => new TileLists(this.#workload, blocking, this.#accelerator, this.#passesOf(blocking.packing)),
    );
  }

  #passesOf(packing: Packing): PassLists {
    return remembered(
      this.#passes,
      packing,
      () => new PassLists(phasesOf(this.#workload), packing, this.#accelerator),
    );
  }
}

/** Tells the blockings of a layer on a chip apart: strips follow from the rest. */
function blockingKey({ tiling, packing, blockOutputs, spills }: ArrayBlocking): string {
  const { images, rows, columns } = tiling.positions;
  const { groups, outputChannels, inputChannels } = fullTile(tiling);
  return [
    [images.size, rows.size, columns.size, groups, outputChannels, inputChannels],
    [packing.groups, packing.rows, blockOutputs, spills],
  ].join();
}

const CHIPS = new BoundedMemory<OnChip>(MOST_CHIPS);

export function onChipOf(workload: ArrayWorkload, accelerator: Accelerator): OnChip {
  const key = JSON.stringify([workload, chipPart(accelerator)]);
  return CHIPS.remembered(key, () => new OnChip(workload, accelerator));
}

/** What durations and counts on a chip follow from. */
export function chipPart(accelerator: Accelerator): unknown {
  const { array, accumulators, requantizer, zeroGating, toggleShare } = accelerator;
  const { activationBuffer, weightBuffer, outputBuffer } = accelerator;
  const buffers = [activationBuffer, weightBuffer, outputBuffer].map(ofAnySize);
  return { array, accumulators, requantizer, zeroGating, toggleShare, buffers };
}

function ofAnySize({ capacityBytes: _, ...buffer }: SramBuffer): Omit<SramBuffer, 'capacityBytes'> {
  return buffer;
}
