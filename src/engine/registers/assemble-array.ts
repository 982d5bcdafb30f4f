import { assertNever, InvariantError } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { NOWHERE, type Addresses, type AddressRuns } from '../../hw/components/addresses.js';
import type { Operation, OperandPort, StreamOperation } from '../../hw/components/operations.js';
import type { LayerProgram } from '../../hw/isa.js';
import type { Part, Place, Step, WeightBlock } from '../../lower/program/step.js';
import {
  activationTileBytes,
  biasTileBytes,
  weightTileBytes,
  wholeChannels,
} from '../../lower/array/tile-bytes.js';
import { lengthOf, whole } from '../../lower/space/interval.js';
import { wholePositions } from '../../lower/space/position-split.js';
import { residencyOf } from '../../lower/workload/workload.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ArrayLayer, ArrayOperand } from './array-layer.js';
import { outputCount } from './array-places.js';
import { ArrayResults, type ObserveSum } from './array-results.js';
import { LoadedOperands } from './loaded-operands.js';
import { MemoryLayout, placeIn } from './memory-layout.js';
import type { InitialContent } from './initial-contents.js';
import { SpilledSums } from './spilled-sums.js';
import { SumLayout } from './sum-layout.js';

type Outputs = Extract<Part, { readonly of: 'outputs' }>;
type Products = Extract<Part, { readonly of: 'products' }>;

/** A program for the datapath, where its slots are, and what has to be on chip before it begins. */
export interface Assembled {
  readonly operations: readonly Operation[];
  readonly layout: MemoryLayout;
  readonly initialContents: readonly InitialContent[];
}

/**
 * The operations of an array layer: for each step of its program, in order, the addresses of all it moves.
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
  const residents = residentParts(layer, accelerator);
  const bytes = new Map<Place, number>(residents.map((each) => [each.place, each.bytes]));
  bytes.set('residentOutput0', result.data.byteLength);
  const layout = new MemoryLayout(steps, accelerator, bytes);
  const operands = new LoadedOperands(layer, layout, accelerator.array);
  const initialContents = residents
    .filter(({ place }) => layout.has(place))
    .map((resident) => operands.load(resident.part, resident.place, resident.bytes));
  const results = new ArrayResults(layer, steps, layout, result, observe);
  const spilled = new SpilledSums(steps, layout, accelerator);
  const assembler = new ArrayAssembler(layer, layout, operands, results, spilled, accelerator);
  const operations = steps.map((step, index) => assembler.operation(step, index, program[index]!.waitsFor));
  return { operations, layout, initialContents };
}

/** A part of a layer that is on chip when it begins, as a load would bring it. */
interface ResidentPart {
  readonly place: Place;
  readonly part: Part;
  readonly bytes: number;
}

/** What the workload says is on chip as a whole. */
function residentParts({ workload }: ArrayLayer, { array }: Accelerator): ResidentPart[] {
  const { inputs, weights } = residencyOf(workload);
  const positions = wholePositions(workload);
  const channels = wholeChannels(workload);
  const inputChannels = whole(workload.inputChannels);
  const activations: ResidentPart = {
    place: 'residentInput0',
    part: { of: 'activations', positions, groups: channels.groups, inputChannels },
    bytes: activationTileBytes(workload, positions, channels.groups, inputChannels),
  };
  const parameters: ResidentPart[] = [
    {
      place: 'residentWeight0',
      part: { of: 'weights', channels, inputChannels },
      bytes: weightTileBytes(workload, channels, inputChannels, array),
    },
    { place: 'residentBias0', part: { of: 'biases', channels }, bytes: biasTileBytes(workload, channels) },
  ];
  return [...(inputs > 0 ? [activations] : []), ...(weights ? parameters : [])];
}

class ArrayAssembler {
  readonly #layer: ArrayLayer;
  readonly #layout: MemoryLayout;
  readonly #operands: LoadedOperands;
  readonly #results: ArrayResults;
  readonly #spilled: SpilledSums;
  readonly #accelerator: Accelerator;
  readonly #sums = new Map<Place, SumLayout>();

  constructor(
    layer: ArrayLayer,
    layout: MemoryLayout,
    operands: LoadedOperands,
    results: ArrayResults,
    spilled: SpilledSums,
    accelerator: Accelerator,
  ) {
    this.#layer = layer;
    this.#layout = layout;
    this.#operands = operands;
    this.#results = results;
    this.#spilled = spilled;
    this.#accelerator = accelerator;
  }

  operation(step: Step, index: number, waitsFor: readonly number[]): Operation {
    const { work, part } = step;
    const base = { unit: work.unit, waitsFor };
    switch (work.kind) {
      case 'loadActivations':
      case 'loadWeights':
      case 'loadBias':
        return { ...base, ...this.#operands.load(part, step.writes[0]!, work.bytes) };
      case 'preload': {
        const { unit, rows, columns, packed } = work;
        const plane = planeOf(step.writes)!;
        const operand = this.#stationaryOperand(step);
        return { kind: 'preload', unit, waitsFor, rows, columns, packed, plane, operand };
      }
      case 'stream': {
        const { unit, vectors, rows, columns, packed, accumulates } = work;
        const { plane, west, north, northLanes } = this.#streamed(step);
        const entries = this.#entriesOf(step, accumulates);
        return {
          kind: 'stream',
          unit,
          waitsFor,
          vectors,
          rows,
          columns,
          packed,
          plane,
          west,
          north,
          northLanes,
          entries,
          accumulates,
        };
      }
      case 'drain': {
        const { rows, columns, accumulates } = work;
        const entries = this.#sumsIn(step.writes).entriesOf(part as Products, accumulates);
        return { ...base, kind: 'drain', rows, columns, accumulates, entries };
      }
      case 'requantize': {
        const { positions, channels } = part as Outputs;
        const place = placeIn(step.reads, 'accumulator');
        const sums = place === null ? null : this.#layoutOf(place);
        const places = sums?.placesOf(positions, channels) ?? noPlaces(outputCount(positions, channels));
        sums?.leave();
        const biases = this.#operands.biasesOf(channels, step.reads);
        return { ...base, ...this.#results.requantize(step, index, places, biases) };
      }
      case 'spill':
        return { ...base, ...this.#spilled.spill(step, index, this.#sumsIn(step.reads)) };
      case 'restore':
        return { ...base, ...this.#spilled.restore(step, this.#sumsIn(step.writes)) };
      case 'store':
        this.#spilled.store();
        return { ...base, ...this.#results.store(step) };
      default:
        throw new InvariantError('an array layer has no such instruction', { kind: work.kind });
    }
  }

  #stationaryOperand({ part, reads }: Step): OperandPort {
    return part.of === 'block'
      ? this.#termWeights(part.block, reads)
      : this.#termActivations(part as Products, reads);
  }

  /** Where a drain follows, the sums of a stream stay in the array, and nobody asks for their entries yet. */
  #entriesOf({ part, writes }: Step, accumulates: boolean): Addresses | null {
    if (placeIn(writes, 'accumulator') === null) return null;
    return this.#sumsIn(writes).entriesOf(part as Products, accumulates);
  }

  /** What enters in a stream, and the registers that it meets. */
  #streamed({ part, reads }: Step): Pick<StreamOperation, 'plane' | 'west' | 'north' | 'northLanes'> {
    const products = part as Products;
    const plane = planeOf(reads);
    const { dataflow } = this.#accelerator.array;
    switch (dataflow) {
      case 'ws':
        return { plane, west: this.#positionVectors(products, reads), north: null, northLanes: 0 };
      case 'is':
        return { plane, west: this.#outputVectors(products, reads), north: null, northLanes: 0 };
      case 'os': {
        const northLanes = lengthOf(products.block.channels.outputChannels);
        const west = this.#termActivations(products, reads);
        const north = this.#termWeights(products.block, reads);
        return { plane, west, north, northLanes };
      }
      default:
        return assertNever(dataflow);
    }
  }

  /** Weights stay: a vector is a position, its lanes the terms of each group in turn. */
  #positionVectors(products: Products, reads: readonly Place[]): OperandPort {
    const activationsOf = this.#operands.activationsOf(products, reads);
    const { run, block } = products;
    const groups = lengthOf(block.channels.groups);
    return this.#port(
      'activation',
      () => activationsOf()?.byPositions(groups) ?? nowhere(lengthOf(run), groups * lengthOf(block.depth)),
    );
  }

  /** Activations stay: a vector is an output, its lanes the terms of its group. */
  #outputVectors({ block }: Products, reads: readonly Place[]): OperandPort {
    const weightsOf = this.#operands.weightsOf(block, reads);
    return this.#port('weight', () => weightsOf().byOutputs());
  }

  /** Activations of a block: a vector is a term of one of its groups, its lanes positions. */
  #termActivations(products: Products, reads: readonly Place[]): OperandPort {
    const activationsOf = this.#operands.activationsOf(products, reads);
    const { run, block } = products;
    const groups = lengthOf(block.channels.groups);
    return this.#port(
      'activation',
      () => activationsOf()?.byTerms(groups) ?? nowhere(groups * lengthOf(block.depth), lengthOf(run)),
    );
  }

  /** Weights of a block: a vector is a term of one of its groups, its lanes outputs. Off the diagonal there is nothing. */
  #termWeights(block: WeightBlock, reads: readonly Place[]): OperandPort {
    const weightsOf = this.#operands.weightsOf(block, reads);
    return this.#port('weight', () => weightsOf().byTerms());
  }

  #port(memory: 'activation' | 'weight', runs: OperandPort['runs']): OperandPort {
    const { activations, weights, padding } = this.#layer;
    const { format, zeroPoint }: ArrayOperand = memory === 'activation' ? activations : weights;
    const absent = memory === 'activation' ? padding : 0;
    const packedBits = memory === 'weight' ? this.#operands.packedBits : null;
    return { memory, format, zeroPoint, absent, runs, packedBits };
  }

  #sumsIn(places: readonly Place[]): SumLayout {
    return this.#layoutOf(placeIn(places, 'accumulator')!);
  }

  #layoutOf(place: Place): SumLayout {
    const known = this.#sums.get(place);
    if (known !== undefined) return known;
    const { first, size } = this.#layout.of(place);
    const layout = new SumLayout(this.#accelerator.array, first, size);
    this.#sums.set(place, layout);
    return layout;
  }
}

function planeOf(places: readonly Place[]): number | null {
  const place = placeIn(places, 'register');
  return place === null ? null : Number(place.slice('register'.length));
}

/** Vectors of which no element is anywhere. */
function nowhere(vectors: number, elements: number): AddressRuns {
  return { starts: new Int32Array(vectors).fill(NOWHERE), lengths: Int32Array.of(elements), step: 0 };
}

/** Of sums that are nowhere. */
function noPlaces(count: number): Addresses {
  return () => new Int32Array(count).fill(NOWHERE);
}
