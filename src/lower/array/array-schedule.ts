import type { Accelerator } from '../../hw/accelerator.js';
import { slotCount, Slots } from '../program/slots.js';
import type { Place, Step, WeightBlock } from '../program/step.js';
import { lengthOf, type Interval } from '../space/interval.js';
import { phasePositions } from '../space/phases.js';
import { firstPositions, positionTiles, type PositionTile } from '../space/position-split.js';
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
import { passesOf, passWork } from './array-work.js';
import { requantizeSteps, sumsSteps } from './round-steps.js';
import { outputTileBytes } from './tile-bytes.js';
import { outputTileCount } from './tiling.js';

/**
 * The steps of an array workload under a mapping, in an order that is valid for each unit.
 *
 * For each tile: load what is not resident; round by round, for each phase and fold of the summed dimension the passes of
 * the round's positions through the array (`passWork`), then a `requantize` of each of its blocks; at the end `store` the
 * tile, unless it stays. Where sums are spilled, the rounds of a tile for each tile of input channels, with a `spill` in the
 * place of the `requantize` until the last, and a `restore` before they go on.
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

/** A round for a tile of input channels, where its sums are spilled. */
interface Visit {
  readonly round: Round;
  readonly depth: number;
  /** Where its sums wait. */
  readonly sums: Place;
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
  readonly #accumulatorSlots: number;
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
    this.#accumulatorSlots = slotCount(accumulators.pingPong, rounds);
    this.#accumulators = new Slots(this.#accumulatorSlots);
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
    const slot = this.#outputs.next();
    const output: Place = stays ? 'residentOutput0' : `output${slot}`;
    const rounds = roundsOf(positions, this.#passes.blocks(index), this.#mapping);
    if (this.#mapping.spills) this.#addSpilledRounds(index, rounds, slot, output);
    else for (const round of rounds) this.#addRound(index, round, output);
    if (stays) return;
    this.steps.push({
      work: { kind: 'store', unit: 'store', bytes: outputTileBytes(this.#workload, positions, channels) },
      part: { of: 'outputs', positions, channels },
      reads: [output],
      writes: [],
    });
  }

  #addRound(index: TileIndex, round: Round, output: Place): void {
    const accumulator: Place = `accumulator${this.#accumulators.next()}`;
    let sums: readonly Place[] = [];
    for (let depth = 0; depth < this.#mapping.tiling.inputChannels.length; depth += 1) {
      sums = this.#accumulate(index, round, depth, accumulator);
    }
    this.#requantize(index, round, sums, output);
  }

  /**
   * Goes through the rounds of a tile once for each tile of input channels. With two halves of accumulators the sums of the
   * next round are brought back before those of this one leave, while the array adds to these.
   */
  #addSpilledRounds(index: TileIndex, rounds: readonly Round[], outputSlot: number, output: Place): void {
    const last = this.#mapping.tiling.inputChannels.length - 1;
    const firstSum = outputSlot * this.#mostRounds();
    const visits = this.#mapping.tiling.inputChannels.flatMap((_, depth) =>
      rounds.map((round, r): Visit => ({ round, depth, sums: `outputSum${firstSum + r}` })),
    );
    const isAhead = this.#accumulatorSlots === 2 && rounds.length > 1;
    let accumulator = this.#enter(visits[0]!);
    for (const [position, visit] of visits.entries()) {
      const next = visits[position + 1];
      const entered = isAhead && next !== undefined ? this.#enter(next) : null;
      const sums = this.#accumulate(index, visit.round, visit.depth, accumulator);
      if (visit.depth === last) this.#requantize(index, visit.round, sums, output);
      else this.steps.push(...sumsSteps('spill', visit.round, accumulator, visit.sums, this.#accelerator));
      if (next !== undefined) accumulator = entered ?? this.#enter(next);
    }
  }

  /** Rounds of a full tile. */
  #mostRounds(): number {
    const { tiling } = this.#mapping;
    const blocks = this.#passes.blocks({ position: 0, group: 0, outputChannel: 0 });
    return roundsOf(firstPositions(tiling.positions), blocks, this.#mapping).length;
  }

  /** Takes accumulators for a round and brings its sums back, if it has any. */
  #enter({ round, depth, sums }: Visit): Place {
    const accumulator: Place = `accumulator${this.#accumulators.next()}`;
    if (depth > 0) this.steps.push(...sumsSteps('restore', round, sums, accumulator, this.#accelerator));
    return accumulator;
  }

  /**
   * Adds the products of a round over one tile of input channels. Returns where its sums are: nowhere if no tap reaches the
   * positions, whose results are their biases.
   */
  #accumulate(
    index: TileIndex,
    { positions, blocks }: Round,
    depth: number,
    accumulator: Place,
  ): readonly Place[] {
    const weights = this.#loads.weights(index, depth, this.steps);
    const activations = this.#loads.activations(index, depth, this.steps);
    let sums: readonly Place[] = [];
    for (const block of blocks) {
      for (const pass of this.#passes.of(block, depth)) {
        for (const run of passesOf(phasePositions(positions, pass.phase), this.#accelerator)) {
          this.#pass(pass, { positions, run }, { weights, activations, accumulator });
          sums = [accumulator];
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
    const { packing } = this.#mapping;
    const works = passWork(blockExtents(block), lengthOf(run), accumulates, packing, this.#accelerator);
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

  #requantize(index: TileIndex, round: Round, sums: readonly Place[], output: Place): void {
    const reads = [...sums, ...this.#loads.biases(index, this.steps)];
    this.steps.push(...requantizeSteps(round, reads, output, this.#workload));
  }
}
