import { assert, assertNever } from '../../core/errors.js';
import type { LoadOperation } from '../../hw/components/operations.js';
import { byteOf } from '../../hw/components/sram.js';
import type { Part, Place, Step, WeightBlock } from '../../lower/program/step.js';
import { inputInterval } from '../../lower/space/axis.js';
import { lengthOf } from '../../lower/space/interval.js';
import type { ArrayLayer, OutputChannel } from './array-layer.js';
import {
  channelAt,
  channelCountOf,
  channelIndex,
  divided,
  inputOf,
  phasePosition,
  tapsOfPhase,
} from './array-places.js';
import type { ResidentTensor } from './residents.js';
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
/** The address of a weight: an output channel, a tap of the kernel and an input channel. */
type WeightAddress = (output: OutputChannel, tap: number, channel: number) => number;

type Load = Pick<LoadOperation, 'kind' | 'memory' | 'address' | 'bytes' | 'byteAt'>;

/** What the loads of an array layer bring, and where it is from then on: an operand is where the last load into its slot put it. */
export class LoadedOperands {
  readonly #layer: ArrayLayer;
  readonly #layout: MemoryLayout;
  readonly #activations = new Map<Place, ActivationAddress>();
  readonly #weights = new Map<Place, WeightAddress>();
  readonly #biases = new Map<Place, (output: OutputChannel) => number>();

  constructor(layer: ArrayLayer, layout: MemoryLayout) {
    this.#layer = layer;
    this.#layout = layout;
  }

  load({ part, writes }: Step, bytes: number): Load {
    const place = writes[0]!;
    const { first, size } = this.#layout.of(place);
    assert(bytes <= size, 'a load fits its slot', { place, bytes, size });
    switch (part.of) {
      case 'activations': {
        const { elements, codeAt } = this.#loadActivations(part, place, first);
        return loaded('activation', first, bytes, elements, this.#layer.activations.format.bytes, codeAt);
      }
      case 'weights': {
        const { elements, codeAt } = this.#loadWeights(part, place, first);
        return loaded('weight', first, bytes, elements, this.#layer.weights.format.bytes, codeAt);
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
        throw new TypeError(`a load of ${part.of}`);
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

  /** Output channels, taps and input channels, the last innermost. */
  #loadWeights(part: Extract<Part, { of: 'weights' }>, place: Place, first: number) {
    const { workload, weights, weightAt } = this.#layer;
    const { channels, inputChannels } = part;
    const taps = workload.rows.kernel * workload.columns.kernel;
    const depth = lengthOf(inputChannels);
    const { bytes } = weights.format;
    this.#weights.set(
      place,
      (output, tap, channel) =>
        first +
        ((channelIndex(channels, output) * taps + tap) * depth + channel - inputChannels.start) * bytes,
    );
    const codeAt = (element: number): number => {
      const [channel, line] = divided(element, depth);
      const [tap, output] = divided(line, taps);
      return weights.codes[weightAt(channelAt(channels, output), tap, inputChannels.start + channel)]!;
    };
    return { elements: channelCountOf(channels) * taps * depth, codeAt };
  }

  /** What is on chip as a whole is where it would be in DRAM, from the beginning of its place on. */
  place({ place, memory, format }: ResidentTensor): void {
    const { first } = this.#layout.of(place);
    const { activationAt, weightAt, workload } = this.#layer;
    const at = (index: number): number => first + index * format.bytes;
    switch (memory) {
      case 'activation':
        this.#activations.set(place, (...position) => at(activationAt(...position)));
        break;
      case 'weight':
        this.#weights.set(place, (...position) => at(weightAt(...position)));
        break;
      case 'bias':
        this.#biases.set(place, ({ group, channel }) => at(group * workload.outputChannels + channel));
        break;
      default:
        assertNever(memory);
    }
  }

  /** Where the weight of an output for a term of the summed dimension is. */
  weightOf(
    block: WeightBlock,
    reads: readonly Place[],
  ): (output: OutputChannel, term: number) => number | null {
    const locate = this.#weights.get(placeIn(reads, 'weight', 'residentWeight')!)!;
    const { rows, columns } = this.#layer.workload;
    const rowTaps = tapsOfPhase(rows, block.phase.row);
    const columnTaps = tapsOfPhase(columns, block.phase.column);
    const { start, end } = block.inputChannels;
    return (output, term) => {
      const [channel, tap] = divided(term, end - start);
      const [right, down] = divided(tap, columnTaps.length);
      return locate(output, rowTaps[down]! * columns.kernel + columnTaps[right]!, start + channel);
    };
  }

  /** Where the activation of a position (of those in the phase) for a group and a term of the summed dimension is. */
  activationOf(
    { positions, block }: Products,
    reads: readonly Place[],
  ): (position: number, group: number, term: number) => number | null {
    const place = placeIn(reads, 'activation', 'residentInput');
    if (place === null) return () => null; // The tile reads padding only.
    const locate = this.#activations.get(place)!;
    const { rows, columns } = this.#layer.workload;
    const rowTaps = tapsOfPhase(rows, block.phase.row);
    const columnTaps = tapsOfPhase(columns, block.phase.column);
    const { start, end } = block.inputChannels;
    return (index, group, term) => {
      const { image, row, column } = phasePosition(positions, block.phase, index);
      const [channel, tap] = divided(term, end - start);
      const [right, down] = divided(tap, columnTaps.length);
      const inputRow = inputOf(rows, row, rowTaps[down]!);
      const inputColumn = inputOf(columns, column, columnTaps[right]!);
      if (inputRow === null || inputColumn === null) return null;
      return locate(image, inputRow, inputColumn, group, start + channel);
    };
  }

  /** Where the bias of an output is; null where the layer has none. */
  biasOf(reads: readonly Place[]): ((output: OutputChannel) => number) | null {
    const place = placeIn(reads, 'bias', 'residentBias');
    return place === null ? null : this.#biases.get(place)!;
  }
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
