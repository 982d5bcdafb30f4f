import { assert, InvariantError } from '../../core/errors.js';
import type { MacArray } from '../../hw/accelerator.js';
import { lanesFor } from '../../hw/operand-mode.js';
import type { LoadOperation } from '../../hw/components/operations.js';
import { BIAS } from '../../hw/components/post.js';
import type { ChannelTile, Part, Place, WeightBlock } from '../../lower/program/step.js';
import { inputInterval } from '../../lower/space/axis.js';
import { lengthOf } from '../../lower/space/interval.js';
import type { ArrayLayer } from './array-layer.js';
import { channelIndex, channelsOf } from './array-places.js';
import { ActivationAddresses, type StoredActivations } from './activation-addresses.js';
import { placeIn, type MemoryLayout } from './memory-layout.js';
import { codeList, packedBytes, storedBytes, type CodeList } from './stored.js';
import { WeightAddresses, type StoredWeights } from './weight-addresses.js';

type Products = Extract<Part, { readonly of: 'products' }>;
type Activations = Extract<Part, { readonly of: 'activations' }>;
type Weights = Extract<Part, { readonly of: 'weights' }>;
type Biases = Extract<Part, { readonly of: 'biases' }>;

type Load = Pick<LoadOperation, 'kind' | 'memory' | 'address' | 'bytes' | 'content'>;

/** What the loads of an array layer bring, and where it is from then on: an operand is where the last load into its slot put it. */
export class LoadedOperands {
  readonly #layer: ArrayLayer;
  readonly #layout: MemoryLayout;
  readonly #activations = new Map<Place, StoredActivations>();
  readonly #weights = new Map<Place, StoredWeights>();
  readonly #biases = new Map<Place, { readonly part: Biases; readonly address: number }>();
  /** Bits of a weight in packed lanes; null where weights take whole bytes. */
  readonly packedBits: number | null;

  constructor(layer: ArrayLayer, layout: MemoryLayout, array: MacArray) {
    this.#layer = layer;
    this.#layout = layout;
    this.packedBits = lanesFor(layer.workload, array)?.weightBits ?? null;
  }

  load(part: Part, place: Place, bytes: number): Load {
    const { first: address, size } = this.#layout.of(place);
    assert(bytes <= size, 'a load fits its slot', { place, bytes, size });
    const load = (memory: Load['memory'], content: Load['content']): Load => ({
      kind: 'load',
      memory,
      address,
      bytes,
      content: () => {
        const stored = content();
        assert(bytes === stored.length, 'a load moves its region', { memory, bytes, stored: stored.length });
        return stored;
      },
    });
    switch (part.of) {
      case 'activations': {
        const { format } = this.#layer.activations;
        this.#activations.set(place, { part, address, elementBytes: format.bytes });
        return load('activation', () => storedBytes(this.#activationCodes(part), format));
      }
      case 'weights':
        this.#weights.set(place, this.#storedWeights(part, address));
        return load('weight', () => this.#weightBytes(part));
      case 'biases':
        this.#biases.set(place, { part, address });
        return load('bias', () => storedBytes(this.#biasCodes(part), BIAS));
      default:
        throw new InvariantError('a load brings operands', { of: part.of });
    }
  }

  /** Where the weights of a block will be. */
  weightsOf(block: WeightBlock, reads: readonly Place[]): () => WeightAddresses {
    const stored = this.#weights.get(placeIn(reads, 'weight', 'residentWeight')!)!;
    return () => new WeightAddresses(stored, block, this.#layer.workload);
  }

  /** Where the activations of a run will be; null where the tile reads padding only. */
  activationsOf(products: Products, reads: readonly Place[]): () => ActivationAddresses | null {
    const place = placeIn(reads, 'activation', 'residentInput');
    if (place === null) return () => null;
    const stored = this.#activations.get(place)!;
    return () => new ActivationAddresses(stored, products, this.#layer.workload);
  }

  /** Where the biases of some outputs are, in the order of `channels`; null where the layer has none. */
  biasesOf(channels: ChannelTile, reads: readonly Place[]): Int32Array | null {
    const place = placeIn(reads, 'bias', 'residentBias');
    if (place === null) return null;
    const { part, address } = this.#biases.get(place)!;
    return Int32Array.from(
      channelsOf(channels),
      (output) => address + BIAS.bytes * channelIndex(part.channels, output),
    );
  }

  #storedWeights(part: Weights, address: number): StoredWeights {
    const rowLength = this.#rowLength(part);
    const { bytes } = this.#layer.weights.format;
    const bits = this.packedBits;
    return bits === null
      ? { part, address, elementSize: bytes, rowSize: rowLength * bytes }
      : { part, address: 8 * address, elementSize: bits, rowSize: 8 * Math.ceil((rowLength * bits) / 8) };
  }

  /** Weights of an output channel. */
  #rowLength({ inputChannels }: Weights): number {
    const { rows, columns } = this.#layer.workload;
    return rows.kernel * columns.kernel * lengthOf(inputChannels);
  }

  #weightBytes(part: Weights): Uint8Array {
    const { weights, weightAt, weightStep } = this.#layer;
    const { inputChannels } = part;
    const rowLength = this.#rowLength(part);
    const depth = lengthOf(inputChannels);
    const outputs = channelsOf(part.channels);
    const codes = codeList(outputs.length * rowLength, weights.format);
    let at = 0;
    for (const output of outputs) {
      for (let tap = 0; tap < rowLength / depth; tap += 1) {
        let from = weightAt(output, tap) + inputChannels.start * weightStep;
        for (const end = at + depth; at < end; at += 1, from += weightStep) codes[at] = weights.codes[from]!;
      }
    }
    return this.packedBits === null
      ? storedBytes(codes, weights.format)
      : packedBytes(codes, rowLength, this.packedBits);
  }

  #activationCodes({ positions, groups, inputChannels }: Activations): CodeList {
    const { workload, activations, activationAt } = this.#layer;
    const { images } = positions;
    const rows = inputInterval(workload.rows, positions.rows);
    const columns = inputInterval(workload.columns, positions.columns);
    const depth = lengthOf(inputChannels);
    const lines = [images, rows, columns, groups].map(lengthOf).reduce((a, b) => a * b);
    const codes = codeList(lines * depth, activations.format);
    let at = 0;
    for (let image = images.start; image < images.end; image += 1) {
      for (let row = rows.start; row < rows.end; row += 1) {
        for (let column = columns.start; column < columns.end; column += 1) {
          for (let group = groups.start; group < groups.end; group += 1) {
            let from = activationAt(image, row, column, group) + inputChannels.start;
            for (const end = at + depth; at < end; at += 1, from += 1) codes[at] = activations.codes[from]!;
          }
        }
      }
    }
    return codes;
  }

  #biasCodes({ channels }: Biases): Float64Array {
    const { biases, workload } = this.#layer;
    const codes = channelsOf(channels).map(
      ({ group, channel }) => biases![group * workload.outputChannels + channel]!,
    );
    return Float64Array.from(codes);
  }
}
