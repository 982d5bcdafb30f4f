import { assert } from '../../core/errors.js';
import type { MacArray } from '../../hw/accelerator.js';
import { placeOf } from '../../hw/components/accumulator-file.js';
import { NOWHERE, type Addresses } from '../../hw/components/addresses.js';
import type { ChannelTile, Part } from '../../lower/program/step.js';
import { lengthOf } from '../../lower/space/interval.js';
import { positionCount, type PositionTile } from '../../lower/space/position-split.js';
import {
  channelCountOf,
  divided,
  isInPhase,
  phaseIndex,
  phaseGrid,
  forPositions,
  positionIndex,
  type Position,
} from './array-places.js';

type Products = Extract<Part, { readonly of: 'products' }>;

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
  readonly #array: Pick<MacArray, 'dataflow' | 'columns'>;
  readonly #firstEntry: number;
  readonly #entries: number;
  #regions: Region[] = [];
  #taken = 0;
  #isComplete = false;

  constructor(array: Pick<MacArray, 'dataflow' | 'columns'>, firstEntry: number, entries: number) {
    this.#array = array;
    this.#firstEntry = firstEntry;
    this.#entries = entries;
  }

  /** The entries that a stream writes: new ones, in a new round if the last was requantized, or those that it adds to. */
  entriesOf(products: Products, accumulates: boolean): Addresses {
    if (this.#isComplete) [this.#regions, this.#taken, this.#isComplete] = [[], 0, false];
    const known = this.#regions.find((region) => this.#isSame(region.products, products));
    assert(known !== undefined || !accumulates, 'sums are added to sums');
    const { firstEntry } = known ?? this.#allocate(products);
    const { positions, run, block } = products;
    if (this.#array.dataflow === 'is') {
      const outputs = lengthOf(block.channels.outputChannels);
      return () => Int32Array.from({ length: outputs }, (_, output) => firstEntry + output);
    }
    return () => {
      const { lines, columns } = phaseGrid(positions, block.phase);
      const entries = new Int32Array(lengthOf(run));
      for (let index = 0; index < entries.length; index += 1) {
        const [right, line] = divided(run.start + index, columns.length);
        entries[index] = firstEntry + lines[line]!.index + columns[right]!.index;
      }
      return entries;
    };
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

  /** Where the sums of a tile wait, channels innermost; nowhere where no tap reaches a position. Asked when the round is complete. */
  placesOf(positions: PositionTile, channels: ChannelTile): Addresses {
    const regions = this.#regions.filter(({ products }) => isSameTile(products.block.channels, channels));
    const firstPlace = this.#array.dataflow === 'is' ? placeInRow : placeInColumn;
    const { columns } = this.#array;
    const step = this.#array.dataflow === 'is' ? columns : 1;
    return () => {
      const count = channelCountOf(channels);
      const places = new Int32Array(positionCount(positions) * count);
      forPositions(positions, (position, index) => {
        const first = firstPlace(regions, position, columns);
        for (let channel = 0; channel < count; channel += 1) {
          places[index * count + channel] = first === NOWHERE ? NOWHERE : first + channel * step;
        }
      });
      return places;
    };
  }

  #allocate(products: Products): Region {
    const { positions, block } = products;
    const shared =
      this.#array.dataflow === 'is'
        ? undefined
        : this.#regions.find((region) => isSameTile(region.products.block.channels, block.channels));
    const region = { products, firstEntry: shared?.firstEntry ?? this.#firstEntry + this.#taken };
    this.#regions.push(region);
    if (shared === undefined) {
      this.#taken +=
        this.#array.dataflow === 'is' ? lengthOf(block.channels.outputChannels) : positionCount(positions);
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

/** Columns are outputs: where the first one of a position is. */
function placeInColumn(regions: readonly Region[], position: Position, columns: number): number {
  const region = regions.find(({ products }) => isInPhase(position, products.block.phase));
  if (region === undefined) return NOWHERE;
  return placeOf(region.firstEntry + positionIndex(region.products.positions, position), 0, columns);
}

/** Columns are positions. */
function placeInRow(regions: readonly Region[], position: Position, columns: number): number {
  for (const { products, firstEntry } of regions) {
    const { positions, run, block } = products;
    if (!isInPhase(position, block.phase)) continue;
    const index = phaseIndex(positions, block.phase, position);
    if (index >= run.start && index < run.end) return placeOf(firstEntry, index - run.start, columns);
  }
  return NOWHERE;
}
