import { assert } from '../../core/errors.js';
import type { Addresses } from '../../hw/components/addresses.js';
import type { RequantizeOperation, StoreOperation } from '../../hw/components/operations.js';
import type { Part, Place, Step } from '../../lower/program/step.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ArrayLayer } from './array-layer.js';
import {
  channelCountOf,
  channelIndex,
  channelsOf,
  outputCount,
  positionAt,
  positionIndex,
} from './array-places.js';
import { placeIn, type MemoryLayout } from './memory-layout.js';

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
    const count = channelCountOf(outputs.channels);
    const tile = this.#tiles[index] ?? null;
    const { first, size } = this.#layout.of(writes[0]!);
    return {
      kind: 'requantize',
      elements: outputCount(outputs.positions, outputs.channels),
      format: outputFormat,
      places,
      biasAddresses:
        biases === null ? null : () => offsets().map((_, element) => biases[element % biases.length]!),
      codeOf: (sum: number, element: number) => {
        this.#observe(offsets()[element]!, sum);
        return requantizers()[element % count]!(sum);
      },
      addresses: () => {
        const elements = tile === null ? offsets() : elementsIn(tile, outputs);
        return elements.map((at) => {
          assert((at + 1) * outputFormat.bytes <= size, 'a tile of results fits its slot', { at, size });
          return first + at * outputFormat.bytes;
        });
      },
    };
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
    for (let at = 0; at < offsets.length; at += outputs.length) {
      const { image, row, column } = positionAt(positions, at / outputs.length);
      for (let channel = 0; channel < outputs.length; channel += 1) {
        offsets[at + channel] = outputAt(image, row, column, outputs[channel]!);
      }
    }
    return offsets;
  }
}

/** Where elements are in a tile that holds them, channels innermost. */
function elementsIn(tile: Outputs, { positions, channels }: Outputs): Int32Array {
  const inTile = channelsOf(channels).map((output) => channelIndex(tile.channels, output));
  const elements = new Int32Array(outputCount(positions, channels));
  for (let at = 0; at < elements.length; at += inTile.length) {
    const position = positionIndex(tile.positions, positionAt(positions, at / inTile.length));
    const first = position * channelCountOf(tile.channels);
    for (let channel = 0; channel < inTile.length; channel += 1) {
      elements[at + channel] = first + inTile[channel]!;
    }
  }
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

/** What is computed when it is first asked for: an instruction that has not begun takes no room. */
function lazily<T>(compute: () => T): () => T {
  let known: T | undefined;
  return () => (known ??= compute());
}
