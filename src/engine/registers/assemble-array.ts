import { assert } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import type {
  LoadOperation,
  Operation,
  OperandPort,
  StreamOperation,
} from '../../hw/components/operations.js';
import { byteOf } from '../../hw/components/sram.js';
import type { LayerProgram } from '../../hw/isa.js';
import type { Part, Place, Step, WeightBlock } from '../../lower/program/step.js';
import { inputInterval } from '../../lower/space/axis.js';
import { lengthOf } from '../../lower/space/interval.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ArrayLayer, ArrayOperand, OutputChannel } from './array-layer.js';
import {
  channelAt,
  channelCountOf,
  channelIndex,
  inputOf,
  outputCount,
  phasePosition,
  positionAt,
  positionIndex,
  tapsOfPhase,
  type Position,
} from './array-places.js';
import { placeIn, SlotAddresses } from './slot-addresses.js';
import { SumLayout } from './sum-layout.js';

type Outputs = Extract<Part, { readonly of: 'outputs' }>;
type Products = Extract<Part, { readonly of: 'products' }>;

/** Where an element of an operand is in a buffer; null where it was not loaded because there is none. */
type Locate<A extends unknown[]> = (...at: A) => number | null;
/** Of the activations: an input position, a group and a channel of it. */
type ActivationPlace = Locate<[image: number, row: number, column: number, group: number, channel: number]>;
/** Of the weights: an output channel, a tap of the kernel and an input channel. */
type WeightPlace = Locate<[output: OutputChannel, tap: number, channel: number]>;

/** A program for the datapath, and what it needs beside the machine. */
export interface Assembled {
  readonly operations: readonly Operation[];
  readonly biasBytes: number;
}

/** Sums as they go into the requantizer, with where they belong: what two engines compare beside outputs. */
export type ObserveSum = (output: number, sum: number) => void;

/**
 * The operations of an array layer: for each step of its program, in order, the addresses of all it moves. Order is what makes an
 * address right: an operand is where the last load into its slot put it.
 *
 * @param result takes the codes as they are stored
 * @param observe sees every sum, at the offset of its output
 */
export function assembleArray(
  layer: ArrayLayer,
  program: LayerProgram,
  steps: readonly Step[],
  accelerator: Accelerator,
  result: Tensor,
  observe: ObserveSum,
): Assembled {
  const assembler = new ArrayAssembler(layer, steps, accelerator, result, observe);
  const operations = steps.map((step, index) =>
    assembler.operation(step, index, program[index]!.waitsFor),
  );
  return { operations, biasBytes: assembler.biasBytes };
}

class ArrayAssembler {
  readonly #layer: ArrayLayer;
  readonly #accelerator: Accelerator;
  readonly #result: Tensor;
  readonly #observe: ObserveSum;
  readonly #slots: SlotAddresses;
  /** For each step that writes results, the tile that their slot is stored as. */
  readonly #tiles: readonly (Outputs | null)[];
  readonly #activations = new Map<Place, ActivationPlace>();
  readonly #weights = new Map<Place, WeightPlace>();
  readonly #biases = new Map<Place, (output: OutputChannel) => number>();
  readonly #sums = new Map<Place, SumLayout>();

  constructor(
    layer: ArrayLayer,
    steps: readonly Step[],
    accelerator: Accelerator,
    result: Tensor,
    observe: ObserveSum,
  ) {
    this.#layer = layer;
    this.#accelerator = accelerator;
    this.#result = result;
    this.#observe = observe;
    this.#slots = new SlotAddresses(steps, accelerator);
    this.#tiles = tilesOf(steps);
  }

  get biasBytes(): number {
    return this.#slots.biasBytes;
  }

  operation(step: Step, index: number, waitsFor: readonly number[]): Operation {
    const { work, part } = step;
    const base = { unit: work.unit, waitsFor };
    switch (work.kind) {
      case 'loadActivations':
      case 'loadWeights':
      case 'loadBias':
        return { ...base, ...this.#load(step, work.bytes) };
      case 'preload':
        return { ...base, kind: 'preload', rows: work.rows, columns: work.columns, ...this.#preload(step) };
      case 'stream':
        return { ...base, ...this.#stream(step, work.vectors, work.rows, work.columns, work.accumulates) };
      case 'drain': {
        const { rows, columns, accumulates } = work;
        const entryOf = this.#sumsIn(step.writes).regionOf(part as Products, accumulates);
        return { ...base, kind: 'drain', rows, columns, accumulates, entryOf };
      }
      case 'requantize':
        return { ...base, ...this.#requantize(step, part as Outputs, index) };
      case 'store':
        return { ...base, ...this.#store(step, part as Outputs) };
      default:
        throw new TypeError(`${work.kind} is no instruction of an array layer`);
    }
  }

  #load({ part, writes }: Step, bytes: number): Pick<LoadOperation, 'kind' | 'memory' | 'address' | 'bytes' | 'byteAt'> {
    const place = writes[0]!;
    const { first, size } = this.#slots.of(place);
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
        first + ((position * groupCount + group - groups.start) * depth + channel - inputChannels.start) * bytes
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
        first + ((channelIndex(channels, output) * taps + tap) * depth + channel - inputChannels.start) * bytes,
    );
    const codeAt = (element: number): number => {
      const [channel, line] = divided(element, depth);
      const [tap, output] = divided(line, taps);
      return weights.codes[weightAt(channelAt(channels, output), tap, inputChannels.start + channel)]!;
    };
    return { elements: channelCountOf(channels) * taps * depth, codeAt };
  }

  #preload({ part, reads, writes }: Step): { plane: number; operand: OperandPort } {
    const plane = planeOf(writes)!;
    if (part.of === 'block') {
      const weightOf = this.#blockWeight(part.block, reads);
      return { plane, operand: this.#port('weight', 0, weightOf) };
    }
    const products = part as Products;
    const activationOf = this.#activationOf(products, reads);
    const { block, run } = products;
    return {
      plane,
      operand: this.#port('activation', this.#layer.padding, (row, column) =>
        activationOf(run.start + column, block.channels.groups.start, block.depth.start + row),
      ),
    };
  }

  #stream(
    { part, reads, writes }: Step,
    vectors: number,
    rows: number,
    columns: number,
    accumulates: boolean,
  ): Omit<StreamOperation, 'unit' | 'waitsFor'> {
    const products = part as Products;
    const { block, run } = products;
    const { groups, outputChannels } = block.channels;
    const depth = lengthOf(block.depth);
    const outputs = lengthOf(outputChannels);
    const plane = planeOf(reads);
    // Where a drain follows, the sums stay in the array, and nobody asks for their entries yet.
    const entryOf =
      placeIn('accumulator', writes) === null
        ? () => -1
        : this.#sumsIn(writes).regionOf(products, accumulates);
    const base = { kind: 'stream', plane, vectors, rows, columns, entryOf, accumulates } as const;
    switch (this.#accelerator.array.dataflow) {
      case 'ws': {
        const activationOf = this.#activationOf(products, reads);
        const west = this.#port('activation', this.#layer.padding, (vector, row) => {
          const [term, group] = divided(row, depth);
          return activationOf(run.start + vector, groups.start + group, block.depth.start + term);
        });
        return { ...base, west, north: null, northLanes: 0 };
      }
      case 'is': {
        const weightOf = this.#weightOf(block, reads);
        const west = this.#port('weight', 0, (vector, row) =>
          weightOf({ group: groups.start, channel: outputChannels.start + vector }, block.depth.start + row),
        );
        return { ...base, west, north: null, northLanes: 0 };
      }
      case 'os': {
        const activationOf = this.#activationOf(products, reads);
        const weightOf = this.#weightOf(block, reads);
        const termOf = (vector: number): readonly [term: number, group: number] => {
          const [term, group] = divided(vector, depth);
          return [block.depth.start + term, groups.start + group];
        };
        const west = this.#port('activation', this.#layer.padding, (vector, row) => {
          const [term, group] = termOf(vector);
          return activationOf(run.start + row, group, term);
        });
        const north = this.#port('weight', Number.NaN, (vector, column) => {
          const [term, group] = termOf(vector);
          const output = channelAt(block.channels, column);
          return output.group === group ? weightOf(output, term) : null;
        });
        return { ...base, plane: null, west, north, northLanes: outputs };
      }
    }
  }

  /** A weight of a block: the array's rows are the terms of each of its groups in turn. Null off the diagonal. */
  #blockWeight(block: WeightBlock, reads: readonly Place[]): OperandPort['addressOf'] {
    const weightOf = this.#weightOf(block, reads);
    const depth = lengthOf(block.depth);
    const { groups } = block.channels;
    return (row, column) => {
      const [term, group] = divided(row, depth);
      const output = channelAt(block.channels, column);
      return output.group === groups.start + group ? weightOf(output, block.depth.start + term) : null;
    };
  }

  /** Where the weight of an output for a term of the summed dimension is. */
  #weightOf(block: WeightBlock, reads: readonly Place[]): (output: OutputChannel, term: number) => number | null {
    const locate = this.#weights.get(placeIn('weight', reads)!)!;
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
  #activationOf(
    { positions, block }: Products,
    reads: readonly Place[],
  ): (position: number, group: number, term: number) => number | null {
    const place = placeIn('activation', reads);
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

  #port(memory: 'activation' | 'weight', absent: number, addressOf: OperandPort['addressOf']): OperandPort {
    const { format, zeroPoint }: ArrayOperand =
      memory === 'activation' ? this.#layer.activations : this.#layer.weights;
    return { memory, format, zeroPoint, absent, addressOf };
  }

  #requantize({ reads, writes }: Step, { positions, channels }: Outputs, index: number) {
    const { outputFormat, codeOf, outputAt } = this.#layer;
    const tile = this.#tiles[index]!;
    const { first, size } = this.#slots.of(writes[0]!);
    const accumulator = placeIn('accumulator', reads);
    const placeOf = accumulator === null ? () => null : this.#layoutOf(accumulator).placeFinder(channels);
    const bias = placeIn('bias', reads);
    const biasOf = bias === null ? null : this.#biases.get(bias)!;
    const count = channelCountOf(channels);
    const elementOf = (element: number): readonly [Position, OutputChannel] => {
      const [channel, position] = divided(element, count);
      return [positionAt(positions, position), channelAt(channels, channel)];
    };
    return {
      kind: 'requantize' as const,
      elements: outputCount(positions, channels),
      format: outputFormat,
      placeOf: (element: number) => placeOf(...elementOf(element)),
      biasAddressOf: (element: number) => (biasOf === null ? null : biasOf(elementOf(element)[1])),
      codeOf: (sum: number, element: number) => {
        const [{ image, row, column }, output] = elementOf(element);
        this.#observe(outputAt(image, row, column, output), sum);
        return codeOf(sum, output);
      },
      addressOf: (element: number) => {
        const [position, output] = elementOf(element);
        const at =
          positionIndex(tile.positions, position) * channelCountOf(tile.channels) +
          channelIndex(tile.channels, output);
        assert((at + 1) * outputFormat.bytes <= size, 'a tile of results fits its slot', { at, size });
        return first + at * outputFormat.bytes;
      },
    };
  }

  #store({ reads }: Step, { positions, channels }: Outputs) {
    const { outputFormat, outputAt } = this.#layer;
    const { first } = this.#slots.of(reads[0]!);
    const count = channelCountOf(channels);
    const { data } = this.#result;
    return {
      kind: 'store' as const,
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

  #sumsIn(places: readonly Place[]): SumLayout {
    return this.#layoutOf(placeIn('accumulator', places)!);
  }

  #layoutOf(place: Place): SumLayout {
    const known = this.#sums.get(place);
    if (known !== undefined) return known;
    const { first, size } = this.#slots.of(place);
    const layout = new SumLayout(this.#accelerator.array.dataflow, first, size);
    this.#sums.set(place, layout);
    return layout;
  }
}

/** For each step that writes to the output buffer, what the next store of that slot stores. */
function tilesOf(steps: readonly Step[]): (Outputs | null)[] {
  const stored = new Map<Place, Outputs>();
  return steps
    .toReversed()
    .map(({ work, part, reads, writes }) => {
      if (work.kind === 'store') stored.set(reads[0]!, part as Outputs);
      const place = placeIn('output', writes);
      return place === null ? null : stored.get(place)!;
    })
    .reverse();
}

/** Remainder and quotient. */
function divided(dividend: number, divisor: number): readonly [remainder: number, quotient: number] {
  const remainder = dividend % divisor;
  return [remainder, (dividend - remainder) / divisor];
}

function planeOf(places: readonly Place[]): number | null {
  const place = placeIn('register', places);
  return place === null ? null : Number(place.slice('register'.length));
}

function loaded(
  memory: LoadOperation['memory'],
  address: number,
  bytes: number,
  elements: number,
  elementBytes: number,
  codeAt: (element: number) => number,
): Pick<LoadOperation, 'kind' | 'memory' | 'address' | 'bytes' | 'byteAt'> {
  assert(bytes === elements * elementBytes, 'a load moves its region', { memory, bytes, elements });
  const byteAt = (index: number): number => {
    const [byte, element] = divided(index, elementBytes);
    return byteOf(codeAt(element), byte);
  };
  return { kind: 'load', memory, address, bytes, byteAt };
}
