import { assert, InvariantError } from '../../core/errors.js';
import type { MacArray } from '../../hw/accelerator.js';
import { lanesFor } from '../../hw/operand-mode.js';
import type { LoadOperation } from '../../hw/components/operations.js';
import { byteOf } from '../../hw/components/sram.js';
import type { Part, Place, WeightBlock } from '../../lower/program/step.js';
import { inputInterval } from '../../lower/space/axis.js';
import { lengthOf } from '../../lower/space/interval.js';
import type { ArrayLayer, OutputChannel } from './array-layer.js';
import { channelAt, channelCountOf, channelIndex, divided } from './array-places.js';
import { blockTerms, RunInputs } from './block-inputs.js';
import { placeIn, type MemoryLayout } from './memory-layout.js';

type Products = Extract<Part, { readonly of: 'products' }>;

/** The address of an activation: an input position, a group and a channel of it. */
type ActivationAddress = (
  image: number,
  row: number,
  column: number,
  group: number,
  channel: number,
) => number;
/** The address of a weight, of its first bit where it is packed: an output channel, a tap of the kernel and an input channel. */
type WeightAddress = (output: OutputChannel, tap: number, channel: number) => number;

type Load = Pick<LoadOperation, 'kind' | 'memory' | 'address' | 'bytes' | 'byteAt'>;

/** What the loads of an array layer bring, and where it is from then on: an operand is where the last load into its slot put it. */
export class LoadedOperands {
  readonly #layer: ArrayLayer;
  readonly #layout: MemoryLayout;
  readonly #activations = new Map<Place, ActivationAddress>();
  readonly #weights = new Map<Place, WeightAddress>();
  readonly #biases = new Map<Place, (output: OutputChannel) => number>();
  /** Bits of a weight in packed lanes; null where weights take whole bytes. */
  readonly packedBits: number | null;

  constructor(layer: ArrayLayer, layout: MemoryLayout, array: MacArray) {
    this.#layer = layer;
    this.#layout = layout;
    this.packedBits = lanesFor(layer.workload, array)?.weightBits ?? null;
  }

  load(part: Part, place: Place, bytes: number): Load {
    const { first, size } = this.#layout.of(place);
    assert(bytes <= size, 'a load fits its slot', { place, bytes, size });
    switch (part.of) {
      case 'activations': {
        const { elements, codeAt } = this.#loadActivations(part, place, first);
        return loaded('activation', first, bytes, elements, this.#layer.activations.format.bytes, codeAt);
      }
      case 'weights': {
        const { elements, rowLength, codeAt } = this.#loadWeights(part, place, first);
        return this.packedBits === null
          ? loaded('weight', first, bytes, elements, this.#layer.weights.format.bytes, codeAt)
          : packed(first, bytes, elements, rowLength, this.packedBits, codeAt);
      }
      case 'biases': {
        const { channels } = part;
        const { outputChannels } = this.#layer.workload;
        this.#biases.set(place, (output) => first + 4 * channelIndex(channels, output));
        const codeAt = (element: number): number => {
          const { group, channel } = channelAt(channels, element);
          return this.#layer.biases![group * outputChannels + channel]!;
        };
        return loaded('bias', first, bytes, channelCountOf(channels), 4, codeAt);
      }
      default:
        throw new InvariantError('a load brings operands', { of: part.of });
    }
  }

  /** Images, rows, columns, groups and channels of the region, the last innermost. */
  #loadActivations(part: Extract<Part, { of: 'activations' }>, place: Place, first: number) {
    const { workload, activations, activationAt } = this.#layer;
    const { images } = part.positions;
    const rows = inputInterval(workload.rows, part.positions.rows);
    const columns = inputInterval(workload.columns, part.positions.columns);
    const { groups, inputChannels } = part;
    const [height, width] = [lengthOf(rows), lengthOf(columns)];
    const [groupCount, depth] = [lengthOf(groups), lengthOf(inputChannels)];
    const { bytes } = activations.format;
    this.#activations.set(place, (image, row, column, group, channel) => {
      const position = ((image - images.start) * height + row - rows.start) * width + column - columns.start;
      return (
        first +
        ((position * groupCount + group - groups.start) * depth + channel - inputChannels.start) * bytes
      );
    });
    const codeAt = (element: number): number => {
      const [channel, lane] = divided(element, depth);
      const [group, position] = divided(lane, groupCount);
      const [column, line] = divided(position, width);
      const [row, image] = divided(line, height);
      return activations.codes[
        activationAt(
          images.start + image,
          rows.start + row,
          columns.start + column,
          groups.start + group,
          inputChannels.start + channel,
        )
      ]!;
    };
    return { elements: lengthOf(images) * height * width * groupCount * depth, codeAt };
  }

  /** Output channels, taps and input channels, the last innermost. Packed, an output channel is a row of whole bytes. */
  #loadWeights(part: Extract<Part, { of: 'weights' }>, place: Place, first: number) {
    const { workload, weights, weightAt } = this.#layer;
    const { channels, inputChannels } = part;
    const taps = workload.rows.kernel * workload.columns.kernel;
    const depth = lengthOf(inputChannels);
    const { bytes } = weights.format;
    const rowLength = taps * depth;
    const bits = this.packedBits;
    this.#weights.set(place, (output, tap, channel) => {
      const row = channelIndex(channels, output);
      const inRow = tap * depth + channel - inputChannels.start;
      if (bits === null) return first + (row * rowLength + inRow) * bytes;
      return 8 * (first + row * Math.ceil((rowLength * bits) / 8)) + inRow * bits;
    });
    const codeAt = (element: number): number => {
      const [channel, line] = divided(element, depth);
      const [tap, output] = divided(line, taps);
      return weights.codes[weightAt(channelAt(channels, output), tap, inputChannels.start + channel)]!;
    };
    return { elements: channelCountOf(channels) * rowLength, rowLength, codeAt };
  }

  /** Where the weight of an output for a term of a block is, terms counted from the first of the block. */
  weightOf(block: WeightBlock, reads: readonly Place[]): (output: OutputChannel, term: number) => number {
    const locate = this.#weights.get(placeIn(reads, 'weight', 'residentWeight')!)!;
    const terms = lazily(() => blockTerms(block, this.#layer.workload));
    return (output, term) => {
      const { tap, channel } = terms();
      return locate(output, tap[term]!, channel[term]!);
    };
  }

  /** Where the activation of a position for a group and a term is, positions counted from the first of the run, terms from that of the block. */
  activationOf(
    products: Products,
    reads: readonly Place[],
  ): (position: number, group: number, term: number) => number | null {
    const place = placeIn(reads, 'activation', 'residentInput');
    if (place === null) return () => null; // The tile reads padding only.
    const locate = this.#activations.get(place)!;
    const terms = lazily(() => blockTerms(products.block, this.#layer.workload));
    const inputs = lazily(() => new RunInputs(products, this.#layer.workload));
    return (position, group, term) => {
      const { channel, rowTap, columnTap } = terms();
      const met = inputs();
      const row = met.rowAt(position, rowTap[term]!);
      const column = met.columnAt(position, columnTap[term]!);
      if (row < 0 || column < 0) return null;
      return locate(met.images[position]!, row, column, group, channel[term]!);
    };
  }

  /** Where the bias of an output is; null where the layer has none. */
  biasOf(reads: readonly Place[]): ((output: OutputChannel) => number) | null {
    const place = placeIn(reads, 'bias', 'residentBias');
    return place === null ? null : this.#biases.get(place)!;
  }
}

/** Rows of elements of `bits` bits side by side, the lowest bits of a byte first; the last byte of a row is filled up with zeros. */
function packed(
  address: number,
  bytes: number,
  elements: number,
  rowLength: number,
  bits: number,
  codeAt: (element: number) => number,
): Load {
  const bytesOfRow = Math.ceil((rowLength * bits) / 8);
  assert(bytes === (elements / rowLength) * bytesOfRow, 'a load moves its region', { bytes, elements });
  const byteAt = (index: number): number => {
    const [byte, row] = divided(index, bytesOfRow);
    let value = 0;
    for (let bit = 7; bit >= 0; bit -= 1) {
      const [place, element] = divided(8 * byte + bit, bits);
      const code = element < rowLength ? codeAt(row * rowLength + element) : 0;
      value = 2 * value + (Math.floor(code / 2 ** place) & 1);
    }
    return value;
  };
  return { kind: 'load', memory: 'weight', address, bytes, byteAt };
}

function loaded(
  memory: LoadOperation['memory'],
  address: number,
  bytes: number,
  elements: number,
  elementBytes: number,
  codeAt: (element: number) => number,
): Load {
  assert(bytes === elements * elementBytes, 'a load moves its region', { memory, bytes, elements });
  const byteAt = (index: number): number => {
    const [byte, element] = divided(index, elementBytes);
    return byteOf(codeAt(element), byte);
  };
  return { kind: 'load', memory, address, bytes, byteAt };
}

/** What is computed when it is first asked for: an instruction that has not begun takes no room. */
function lazily<T>(compute: () => T): () => T {
  let known: T | undefined;
  return () => (known ??= compute());
}
