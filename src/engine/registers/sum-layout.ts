import { assert } from '../../core/errors.js';
import type { AccumulatorPlace } from '../../hw/components/operations.js';
import type { Dataflow } from '../../hw/accelerator.js';
import type { ChannelTile, Part } from '../../lower/program/step.js';
import { lengthOf } from '../../lower/space/interval.js';
import { positionCount } from '../../lower/space/position-split.js';
import type { OutputChannel } from './array-layer.js';
import {
  channelIndex,
  isInPhase,
  phaseIndex,
  phasePosition,
  positionIndex,
  type Position,
} from './array-places.js';

type Products = Extract<Part, { readonly of: 'products' }>;

/** Where the sum of an output waits; null where no tap reaches its position. */
export type PlaceOfSum = (position: Position, output: OutputChannel) => AccumulatorPlace | null;

/** Sums that a stream made first, and the first entry they take. */
export interface Region {
  readonly products: Products;
  readonly firstEntry: number;
}

/**
 * Where the sums of a round lie in its part of the accumulators. Columns are outputs: a column has an entry for each position of
 * the round, block after block. Columns are positions (activations stay): a column has an entry for each output, pass after pass.
 */
export class SumLayout {
  readonly #dataflow: Dataflow;
  readonly #firstEntry: number;
  readonly #entries: number;
  #regions: Region[] = [];
  #taken = 0;
  #isComplete = false;

  constructor(dataflow: Dataflow, firstEntry: number, entries: number) {
    this.#dataflow = dataflow;
    this.#firstEntry = firstEntry;
    this.#entries = entries;
  }

  /** The region a stream writes: a new one, in a new round if the last was requantized, or the one that it adds to. */
  regionOf(products: Products, accumulates: boolean): (index: number) => number {
    if (this.#isComplete) [this.#regions, this.#taken, this.#isComplete] = [[], 0, false];
    const known = this.#regions.find((region) => this.#isSame(region.products, products));
    assert(known !== undefined || !accumulates, 'sums are added to sums');
    const { firstEntry } = known ?? this.#allocate(products);
    if (this.#dataflow === 'is') return (output) => firstEntry + output;
    const { positions, run, block } = products;
    return (index) =>
      firstEntry + positionIndex(positions, phasePosition(positions, block.phase, run.start + index));
  }

  /** The sums of the round leave, for good or to come back. Returns where they lay, entries counted from the first of the part. */
  leave(): readonly Region[] {
    this.#isComplete = true;
    return this.#regions.map((region) => ({ ...region, firstEntry: region.firstEntry - this.#firstEntry }));
  }

  /** The sums of a round that left come back to where they lay, in this part of the accumulators. */
  enter(regions: readonly Region[]): void {
    this.#regions = regions.map((region) => ({
      ...region,
      firstEntry: region.firstEntry + this.#firstEntry,
    }));
    this.#isComplete = false;
  }

  /** Where the sums of a block wait. Asked when the round is complete. */
  placeFinder(channels: ChannelTile): PlaceOfSum {
    const regions = this.#regions.filter(({ products }) => isSameTile(products.block.channels, channels));
    if (this.#dataflow === 'is') {
      return (position, output) => {
        for (const { products, firstEntry } of regions) {
          const { positions, run, block } = products;
          if (!isInPhase(position, block.phase)) continue;
          const index = phaseIndex(positions, block.phase, position);
          if (index < run.start || index >= run.end) continue;
          return {
            column: index - run.start,
            entry: firstEntry + output.channel - channels.outputChannels.start,
          };
        }
        return null;
      };
    }
    return (position, output) => {
      const region = regions.find(({ products }) => isInPhase(position, products.block.phase));
      if (region === undefined) return null;
      const entry = region.firstEntry + positionIndex(region.products.positions, position);
      return { column: channelIndex(channels, output), entry };
    };
  }

  #allocate(products: Products): Region {
    const { positions, block } = products;
    const shared =
      this.#dataflow === 'is'
        ? undefined
        : this.#regions.find((region) => isSameTile(region.products.block.channels, block.channels));
    const region = { products, firstEntry: shared?.firstEntry ?? this.#firstEntry + this.#taken };
    this.#regions.push(region);
    if (shared === undefined) {
      this.#taken +=
        this.#dataflow === 'is' ? lengthOf(block.channels.outputChannels) : positionCount(positions);
    }
    assert(this.#taken <= this.#entries, 'a round fits its part of the accumulators', { taken: this.#taken });
    return region;
  }

  #isSame(a: Products, b: Products): boolean {
    const isSameBlock =
      isSameTile(a.block.channels, b.block.channels) &&
      a.block.phase.row === b.block.phase.row &&
      a.block.phase.column === b.block.phase.column;
    return isSameBlock && a.run.start === b.run.start;
  }
}

function isSameTile(a: ChannelTile, b: ChannelTile): boolean {
  return a.groups.start === b.groups.start && a.outputChannels.start === b.outputChannels.start;
}
