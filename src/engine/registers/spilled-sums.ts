import { assert } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import type { SumsOperation } from '../../hw/components/operations.js';
import { sumBytes } from '../../hw/storage.js';
import type { Part, Place, Step } from '../../lower/program/step.js';
import { outputCount } from './array-places.js';
import { placeIn, type MemoryLayout } from './memory-layout.js';
import type { Region, SumLayout } from './sum-layout.js';

type Sums = Extract<Part, { readonly of: 'sums' }>;

/** Sums that wait: where, and how they lay in the accumulators. */
interface Waiting {
  readonly address: number;
  readonly regions: readonly Region[];
}

/**
 * Where interrupted sums wait: in the slot that their tile will be stored from, from its end downwards, round after round, so that
 * they never meet the results of a tile, which begin at its beginning.
 */
export class SpilledSums {
  readonly #memory: MemoryLayout;
  readonly #bytes: number;
  /** For each step, the place that the next store empties. */
  readonly #outputs: readonly (Place | null)[];
  readonly #waiting = new Map<Place, Waiting>();
  /** Addresses of the rounds of the tile. */
  readonly #addresses = new Map<Place, number>();
  #usedBytes = 0;

  constructor(steps: readonly Step[], memory: MemoryLayout, { accumulators }: Accelerator) {
    this.#memory = memory;
    this.#bytes = sumBytes(accumulators);
    this.#outputs = nextStores(steps);
  }

  /** @param index of the step */
  spill({ part, writes }: Step, index: number, layout: SumLayout): Omit<SumsOperation, 'unit' | 'waitsFor'> {
    const place = placeIn(writes, 'outputSum')!;
    const address = this.#addresses.get(place) ?? this.#allocate(place, part as Sums, index);
    const operation = this.#operation('spill', part as Sums, layout, address);
    this.#waiting.set(place, { address, regions: layout.leave() });
    return operation;
  }

  restore({ part, reads }: Step, layout: SumLayout): Omit<SumsOperation, 'unit' | 'waitsFor'> {
    const { address, regions } = this.#waiting.get(placeIn(reads, 'outputSum')!)!;
    layout.enter(regions);
    return this.#operation('restore', part as Sums, layout, address);
  }

  /** The tile is stored: none of its sums wait any more. */
  store(): void {
    this.#addresses.clear();
    this.#usedBytes = 0;
  }

  #operation(kind: 'spill' | 'restore', { positions, channels }: Sums, layout: SumLayout, address: number) {
    return {
      kind,
      elements: outputCount(positions, channels),
      format: { bytes: this.#bytes, signed: true },
      places: layout.placesOf(positions, channels),
      address,
    };
  }

  #allocate(place: Place, { positions, channels }: Sums, index: number): number {
    const { first, size } = this.#memory.of(this.#outputs[index]!);
    this.#usedBytes += outputCount(positions, channels) * this.#bytes;
    assert(this.#usedBytes <= size, 'the sums of a tile fit its slot', { place, size });
    const address = first + size - this.#usedBytes;
    this.#addresses.set(place, address);
    return address;
  }
}

function nextStores(steps: readonly Step[]): (Place | null)[] {
  let next: Place | null = null;
  return steps
    .toReversed()
    .map(({ work, reads }) => {
      if (work.kind === 'store') next = reads[0]!;
      return next;
    })
    .reverse();
}
