import { assert } from '../../core/errors.js';
import { extentOf, type Addresses } from '../../hw/components/addresses.js';
import type { RequantizeOperation, StoreOperation } from '../../hw/components/operations.js';
import type { Part, Place, Step } from '../../lower/program/step.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ArrayLayer } from './array-layer.js';
import {
  channelCountOf,
  channelIndex,
  channelsOf,
  outputCount,
  forPositions,
  positionIndex,
} from './array-places.js';
import { placeIn, type MemoryLayout } from './memory-layout.js';
import type { CodeOfSum } from './requantize-in-doubles.js';

type Outputs = Extract<Part, { readonly of: 'outputs' }>;

/** Sums as they go into the requantizer, with the offset of their output: what two engines compare beside outputs. */
export type ObserveSum = (output: number, sum: number) => void;

/** How the results of an array layer leave: from the accumulators into a slot of the output buffer, and from there to DRAM. */
export class ArrayResults {
  readonly #layer: ArrayLayer;
  readonly #layout: MemoryLayout;
  readonly #result: Tensor;
  readonly #observe: ObserveSum;
  /** For each step that writes results, the tile that their slot is stored as; null where they stay, each at its place in the whole. */
  readonly #tiles: readonly (Outputs | null)[];

  constructor(
    layer: ArrayLayer,
    steps: readonly Step[],
    layout: MemoryLayout,
    result: Tensor,
    observe: ObserveSum,
  ) {
    this.#layer = layer;
    this.#layout = layout;
    this.#result = result;
    this.#observe = observe;
    this.#tiles = tilesOf(steps);
  }

  /**
   * @param index of the step
   * @param places where the sums of its outputs wait
   * @param biases where their biases are, channel by channel; null where the layer has none
   */
  requantize(
    { part, writes }: Step,
    index: number,
    places: Addresses,
    biases: Int32Array | null,
  ): Omit<RequantizeOperation, 'unit' | 'waitsFor'> {
    const outputs = part as Outputs;
    const { outputFormat, requantizerOf } = this.#layer;
    const requantizers = lazily(() => channelsOf(outputs.channels).map(requantizerOf));
    const offsets = lazily(() => this.#offsetsOf(outputs));
    const elements = outputCount(outputs.positions, outputs.channels);
    const tile = this.#tiles[index] ?? null;
    const { first, size } = this.#layout.of(writes[0]!);
    return {
      kind: 'requantize',
      elements,
      format: outputFormat,
      places,
      biasAddresses: biases === null ? null : () => repeated(biases, elements),
      requantize: (sums, first) => this.#requantize(sums, first, offsets(), requantizers()),
      addresses: () => {
        const places = tile === null ? offsets() : elementsIn(tile, outputs);
        const addresses = new Int32Array(elements);
        for (let element = 0; element < elements; element += 1) {
          addresses[element] = first + places[element]! * outputFormat.bytes;
        }
        const { end } = extentOf(this.#layout, addresses, outputFormat.bytes);
        assert(end <= first + size, 'a tile of results fits its slot', { end, first, size });
        return addresses;
      },
    };
  }

  #requantize(
    sums: Float64Array,
    first: number,
    offsets: Int32Array,
    requantizers: readonly CodeOfSum[],
  ): void {
    for (let i = 0, channel = first % requantizers.length; i < sums.length; i += 1) {
      const sum = sums[i]!;
      this.#observe(offsets[first + i]!, sum);
      sums[i] = requantizers[channel]!(sum);
      channel = channel + 1 === requantizers.length ? 0 : channel + 1;
    }
  }

  store({ part, reads }: Step): Omit<StoreOperation, 'unit' | 'waitsFor'> {
    const outputs = part as Outputs;
    const { data } = this.#result;
    const offsets = lazily(() => this.#offsetsOf(outputs));
    return {
      kind: 'store',
      address: this.#layout.of(reads[0]!).first,
      elements: outputCount(outputs.positions, outputs.channels),
      format: this.#layer.outputFormat,
      put: (element: number, code: number) => {
        data[offsets()[element]!] = code;
      },
    };
  }

  /** Where the elements of a tile are in the result. */
  #offsetsOf({ positions, channels }: Outputs): Int32Array {
    const { outputAt } = this.#layer;
    const outputs = channelsOf(channels);
    const offsets = new Int32Array(outputCount(positions, channels));
    forPositions(positions, ({ image, row, column }, index) => {
      const at = index * outputs.length;
      for (let channel = 0; channel < outputs.length; channel += 1) {
        offsets[at + channel] = outputAt(image, row, column, outputs[channel]!);
      }
    });
    return offsets;
  }
}

/** Where elements are in a tile that holds them, channels innermost. */
function elementsIn(tile: Outputs, { positions, channels }: Outputs): Int32Array {
  const inTile = channelsOf(channels).map((output) => channelIndex(tile.channels, output));
  const elements = new Int32Array(outputCount(positions, channels));
  const perPosition = channelCountOf(tile.channels);
  forPositions(positions, (position, index) => {
    const at = index * inTile.length;
    const first = positionIndex(tile.positions, position) * perPosition;
    for (let channel = 0; channel < inTile.length; channel += 1) {
      elements[at + channel] = first + inTile[channel]!;
    }
  });
  return elements;
}

/** For each step that writes to the output buffer, what the next store of that slot stores; null where there is none. */
function tilesOf(steps: readonly Step[]): (Outputs | null)[] {
  const stored = new Map<Place, Outputs>();
  return steps
    .toReversed()
    .map(({ work, part, reads, writes }) => {
      if (work.kind === 'store') stored.set(reads[0]!, part as Outputs);
      const place = placeIn(writes, 'output');
      return place === null ? null : stored.get(place)!;
    })
    .reverse();
}

/** Some addresses over and over, so many in all. */
function repeated(addresses: Int32Array, count: number): Int32Array {
  const all = new Int32Array(count);
  for (let at = 0; at < count; at += addresses.length) all.set(addresses, at);
  return all;
}

/** What is computed when it is first asked for: an instruction that has not begun takes no room. */
function lazily<T>(compute: () => T): () => T {
  let known: T | undefined;
  return () => (known ??= compute());
}
