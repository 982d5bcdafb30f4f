import { assert } from '../../core/errors.js';
import type { RequantizeOperation, StoreOperation } from '../../hw/components/operations.js';
import type { Part, Place, Step } from '../../lower/program/step.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ArrayLayer, OutputChannel } from './array-layer.js';
import {
  channelAt,
  channelCountOf,
  channelIndex,
  divided,
  outputCount,
  positionAt,
  positionIndex,
  type Position,
} from './array-places.js';
import { placeIn, type MemoryLayout } from './memory-layout.js';
import type { PlaceOfSum } from './sum-layout.js';

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
   * @param placeOf where the sum of an output waits
   * @param biasOf where its bias is
   */
  requantize(
    { part, writes }: Step,
    index: number,
    placeOf: PlaceOfSum,
    biasOf: ((output: OutputChannel) => number) | null,
  ): Omit<RequantizeOperation, 'unit' | 'waitsFor'> {
    const { positions, channels } = part as Outputs;
    const { outputFormat, codeOf, outputAt } = this.#layer;
    const tile = this.#tiles[index] ?? null;
    const { first, size } = this.#layout.of(writes[0]!);
    const count = channelCountOf(channels);
    const elementOf = (element: number): readonly [Position, OutputChannel] => {
      const [channel, position] = divided(element, count);
      return [positionAt(positions, position), channelAt(channels, channel)];
    };
    // All that is asked of an element as it enters the requantizer is asked in a row.
    const entering = rememberingLast(elementOf);
    return {
      kind: 'requantize',
      elements: outputCount(positions, channels),
      format: outputFormat,
      placeOf: (element: number) => placeOf(...entering(element)),
      biasAddressOf: (element: number) => (biasOf === null ? null : biasOf(entering(element)[1])),
      codeOf: (sum: number, element: number) => {
        const [{ image, row, column }, output] = entering(element);
        this.#observe(outputAt(image, row, column, output), sum);
        return codeOf(sum, output);
      },
      addressOf: (element: number) => {
        const [position, output] = elementOf(element);
        const at =
          tile === null
            ? outputAt(position.image, position.row, position.column, output)
            : positionIndex(tile.positions, position) * channelCountOf(tile.channels) +
              channelIndex(tile.channels, output);
        assert((at + 1) * outputFormat.bytes <= size, 'a tile of results fits its slot', { at, size });
        return first + at * outputFormat.bytes;
      },
    };
  }

  store({ part, reads }: Step): Omit<StoreOperation, 'unit' | 'waitsFor'> {
    const { positions, channels } = part as Outputs;
    const { outputFormat, outputAt } = this.#layer;
    const { first } = this.#layout.of(reads[0]!);
    const count = channelCountOf(channels);
    const { data } = this.#result;
    return {
      kind: 'store',
      address: first,
      elements: outputCount(positions, channels),
      format: outputFormat,
      put: (element: number, code: number) => {
        const [channel, position] = divided(element, count);
        const { image, row, column } = positionAt(positions, position);
        data[outputAt(image, row, column, channelAt(channels, channel))] = code;
      },
    };
  }
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

/** The same function, which computes what it is asked twice in a row once. */
function rememberingLast<T>(compute: (index: number) => T): (index: number) => T {
  let [lastIndex, last] = [0, compute(0)];
  return (index) => {
    if (index !== lastIndex) [lastIndex, last] = [index, compute(index)];
    return last;
  };
}
