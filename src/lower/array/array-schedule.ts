import type { Accelerator } from '../../hw/accelerator.js';
import { slotCount, Slots } from '../program/slots.js';
import type { ChannelTile, Place, Step, WeightBlock } from '../program/step.js';
import { phasePositions } from '../space/phases.js';
import { positionCount, positionTiles, type PositionTile } from '../space/position-split.js';
import type { ArrayWorkload } from '../workload/workload.js';
import { ArrayLoads } from './array-loads.js';
import {
  roundCount,
  roundsOf,
  tileOrder,
  type ArrayMapping,
  type Round,
  type TileIndex,
} from './array-mapping.js';
import { ArrayPasses, blockExtents } from './array-passes.js';
import { preloadWork, requantizeWork, streamWork } from './array-work.js';
import { channelCount, outputTileBytes } from './tile-bytes.js';
import { outputTileCount } from './tiling.js';

/**
 * The steps of an array workload under a mapping, in an order that is valid for each unit.
 *
 * For each tile: load what is not resident; round by round, for each phase and fold of the summed dimension one `preload`
 * and one `stream` of the round's positions, then a `requantize` of each of its blocks; at the end `store` the tile.
 */
export function scheduleArray(
  workload: ArrayWorkload,
  mapping: ArrayMapping,
  accelerator: Accelerator,
): readonly Step[] {
  const scheduler = new ArrayScheduler(workload, mapping, accelerator);
  for (const index of tileOrder(mapping)) scheduler.addTile(index);
  return scheduler.steps;
}

class ArrayScheduler {
  readonly steps: Step[] = [];
  readonly #workload: ArrayWorkload;
  readonly #mapping: ArrayMapping;
  readonly #accelerator: Accelerator;
  readonly #positions: readonly PositionTile[];
  readonly #passes: ArrayPasses;
  readonly #loads: ArrayLoads;
  readonly #registers: Slots;
  readonly #accumulators: Slots;
  readonly #outputs: Slots;

  constructor(workload: ArrayWorkload, mapping: ArrayMapping, accelerator: Accelerator) {
    const { outputBuffer, accumulators, array } = accelerator;
    const rounds = roundCount(mapping, array);
    const tiles = outputTileCount(mapping.tiling);
    this.#workload = workload;
    this.#mapping = mapping;
    this.#accelerator = accelerator;
    this.#positions = positionTiles(mapping.tiling.positions);
    this.#passes = new ArrayPasses(workload, mapping, array);
    this.#loads = new ArrayLoads(workload, mapping, accelerator);
    this.#registers = new Slots(array.pingPongWeights ? 2 : 1);
    this.#accumulators = new Slots(slotCount(accumulators.pingPong, rounds));
    this.#outputs = new Slots(slotCount(outputBuffer.pingPong, tiles));
  }

  addTile(index: TileIndex): void {
    const { tiling } = this.#mapping;
    const positions = this.#positions[index.position]!;
    const channels = {
      groups: tiling.groups[index.group]!,
      outputChannels: tiling.outputChannels[index.outputChannel]!,
    };
    const output: Place = `output${this.#outputs.next()}`;
    for (const round of roundsOf(positions, this.#passes.blocks(index), this.#mapping)) {
      const accumulator: Place = `accumulator${this.#accumulators.next()}`;
      const sums = this.#accumulate(index, round, accumulator);
      const reads = [...sums, ...this.#loads.biases(index, this.steps)];
      for (const block of round.blocks) this.#requantize(round.positions, block, reads, output);
    }
    this.steps.push({
      work: { kind: 'store', unit: 'store', bytes: outputTileBytes(this.#workload, positions, channels) },
      part: { of: 'outputs', positions, channels },
      reads: [output],
      writes: [],
    });
  }

  /**
   * Makes the sums of a round over all input channels, one tile of input channels after the other. Returns where they are:
   * nowhere if no tap reaches the positions, whose results are their biases.
   */
  #accumulate(index: TileIndex, { positions, blocks }: Round, accumulator: Place): readonly Place[] {
    let sums: readonly Place[] = [];
    for (let depth = 0; depth < this.#mapping.tiling.inputChannels.length; depth += 1) {
      const weights = this.#loads.weights(index, depth, this.steps);
      const activations = this.#loads.activations(index, depth, this.steps);
      for (const block of blocks) {
        for (const pass of this.#passes.of(block, depth)) {
          const vectors = phasePositions(positions, pass.phase);
          if (vectors === 0) continue;
          const register = this.#preload(pass, weights);
          this.#stream(pass, positions, vectors, [register, ...activations], accumulator);
          sums = [accumulator];
        }
      }
    }
    return sums;
  }

  #preload(block: WeightBlock, weights: Place): Place {
    const register: Place = `register${this.#registers.next()}`;
    this.steps.push({
      work: preloadWork(blockExtents(block), this.#accelerator),
      part: { of: 'block', block },
      reads: [weights],
      writes: [register],
    });
    return register;
  }

  #stream(
    block: WeightBlock,
    positions: PositionTile,
    vectors: number,
    reads: readonly Place[],
    accumulator: Place,
  ): void {
    const accumulates = block.inputChannels.start > 0 || block.depth.start > 0;
    this.steps.push({
      work: streamWork(blockExtents(block), vectors, accumulates),
      part: { of: 'products', positions, block },
      reads,
      writes: [accumulator],
    });
  }

  #requantize(positions: PositionTile, channels: ChannelTile, reads: readonly Place[], output: Place): void {
    this.steps.push({
      work: requantizeWork(positionCount(positions) * channelCount(channels), this.#workload.outputBytes),
      part: { of: 'outputs', positions, channels },
      reads,
      writes: [output],
    });
  }
}
