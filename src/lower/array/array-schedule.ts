import type { Accelerator } from '../../hw/accelerator.js';
import { slotCount, Slots } from '../program/slots.js';
import type { ChannelTile, Place, Step, WeightBlock } from '../program/step.js';
import { lengthOf, type Interval } from '../space/interval.js';
import { phasePositions } from '../space/phases.js';
import { positionCount, positionTiles, type PositionTile } from '../space/position-split.js';
import { residencyOf, type ArrayWorkload } from '../workload/workload.js';
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
import { passesOf, passWork, requantizeWork } from './array-work.js';
import { channelCount, outputTileBytes } from './tile-bytes.js';
import { outputTileCount } from './tiling.js';

/**
 * The steps of an array workload under a mapping, in an order that is valid for each unit.
 *
 * For each tile: load what is not resident; round by round, for each phase and fold of the summed dimension the passes of
 * the round's positions through the array (`passWork`), then a `requantize` of each of its blocks; at the end `store` the
 * tile, unless it stays.
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

/** Where the operands of a pass are, and where its sums go. */
interface PassPlaces {
  readonly weights: Place;
  readonly activations: readonly Place[];
  readonly accumulator: Place;
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
    const rounds = roundCount(mapping);
    const tiles = outputTileCount(mapping.tiling);
    this.#workload = workload;
    this.#mapping = mapping;
    this.#accelerator = accelerator;
    this.#positions = positionTiles(mapping.tiling.positions);
    this.#passes = new ArrayPasses(workload, mapping);
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
    const stays = residencyOf(this.#workload).output;
    const output: Place = stays ? 'residentOutput0' : `output${this.#outputs.next()}`;
    for (const round of roundsOf(positions, this.#passes.blocks(index), this.#mapping)) {
      const accumulator: Place = `accumulator${this.#accumulators.next()}`;
      const sums = this.#accumulate(index, round, accumulator);
      const reads = [...sums, ...this.#loads.biases(index, this.steps)];
      for (const block of round.blocks) this.#requantize(round.positions, block, reads, output);
    }
    if (stays) return;
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
          for (const run of passesOf(phasePositions(positions, pass.phase), this.#accelerator)) {
            this.#pass(pass, { positions, run }, { weights, activations, accumulator });
            sums = [accumulator];
          }
        }
      }
    }
    return sums;
  }

  /** One pass through the array. Its first instructions bring its operands in, the last one its sums out. */
  #pass(
    block: WeightBlock,
    { positions, run }: { readonly positions: PositionTile; readonly run: Interval },
    { weights, activations, accumulator }: PassPlaces,
  ): void {
    const accumulates = block.inputChannels.start > 0 || block.depth.start > 0;
    const works = passWork(blockExtents(block), lengthOf(run), accumulates, this.#accelerator);
    const products = { of: 'products', positions, run, block } as const;
    const stay = this.#accelerator.array.dataflow === 'is' ? 'activations' : 'weights';
    const operands: Record<'weights' | 'activations', readonly Place[]> = { weights: [weights], activations };
    for (const work of works) {
      if (work.kind === 'preload') {
        const register: Place = `register${this.#registers.next()}`;
        const part = stay === 'weights' ? ({ of: 'block', block } as const) : products;
        this.steps.push({ work, part, reads: operands[stay], writes: [register] });
        operands[stay] = [register];
      } else {
        const reads = work.kind === 'stream' ? [...operands.weights, ...operands.activations] : [];
        const writes = work === works.at(-1) ? [accumulator] : [];
        this.steps.push({ work, part: products, reads, writes });
      }
    }
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
