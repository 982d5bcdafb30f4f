import { assertNever, InvariantError } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { NOWHERE, type Addresses } from '../../hw/components/addresses.js';
import type { Operation, OperandPort, StreamOperation } from '../../hw/components/operations.js';
import type { LayerProgram } from '../../hw/isa.js';
import type { Part, Place, Step, WeightBlock } from '../../lower/program/step.js';
import type { Work } from '../../lower/program/work.js';
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
import { channelsOf, outputCount } from './array-places.js';
import { ArrayResults, type ObserveSum } from './array-results.js';
import { LoadedOperands } from './loaded-operands.js';
import { MemoryLayout, placeIn } from './memory-layout.js';
import type { InitialContent } from './initial-contents.js';
import { SpilledSums } from './spilled-sums.js';
import { SumLayout } from './sum-layout.js';

type Outputs = Extract<Part, { readonly of: 'outputs' }>;
type Products = Extract<Part, { readonly of: 'products' }>;
type StreamWork = Extract<Work, { readonly kind: 'stream' }>;

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
        const { rows, columns } = work;
        return { ...base, kind: 'preload', rows, columns, ...packingOf(work), ...this.#preload(step) };
      }
      case 'stream':
        return { ...base, ...this.#stream(step, work) };
      case 'drain': {
        const { rows, columns, accumulates } = work;
        const entries = this.#sumsIn(step.writes).entriesOf(part as Products, accumulates);
        return { ...base, kind: 'drain', rows, columns, accumulates, entries };
      }
      case 'requantize': {
        const { positions, channels } = part as Outputs;
        const place = placeIn(step.reads, 'accumulator');
        const sums = place === null ? null : this.#layoutOf(place);
        const places = sums?.placesOf(positions, channels) ?? nowhere(outputCount(positions, channels));
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

  #preload({ part, reads, writes }: Step): { plane: number; operand: OperandPort } {
    const plane = planeOf(writes)!;
    return {
      plane,
      operand:
        part.of === 'block'
          ? this.#port('weight', 0, this.#blockWeights(part.block, reads))
          : this.#port('activation', this.#layer.padding, this.#termActivations(part as Products, reads)),
    };
  }

  /** The operands of a stream, and the entries of its sums. */
  #stream(step: Step, work: StreamWork): Omit<StreamOperation, 'unit' | 'waitsFor'> {
    const products = step.part as Products;
    const { vectors, rows, columns, accumulates } = work;
    // Where a drain follows, the sums stay in the array, and nobody asks for their entries yet.
    const entries =
      placeIn(step.writes, 'accumulator') === null
        ? null
        : this.#sumsIn(step.writes).entriesOf(products, accumulates);
    const base = {
      kind: 'stream',
      vectors,
      rows,
      columns,
      entries,
      accumulates,
      ...packingOf(work),
    } as const;
    const plane = planeOf(step.reads);
    const { dataflow } = this.#accelerator.array;
    switch (dataflow) {
      case 'ws':
        return {
          ...base,
          plane,
          west: this.#positionVectors(products, step.reads),
          north: null,
          northLanes: 0,
        };
      case 'is':
        return {
          ...base,
          plane,
          west: this.#outputVectors(products, step.reads),
          north: null,
          northLanes: 0,
        };
      case 'os': {
        const northLanes = lengthOf(products.block.channels.outputChannels);
        return { ...base, plane: null, ...this.#termVectors(products, step.reads), northLanes };
      }
      default:
        return assertNever(dataflow);
    }
  }

  /** Weights stay: a vector is a position, its lanes the terms of each group in turn. */
  #positionVectors(products: Products, reads: readonly Place[]): OperandPort {
    const activationsOf = this.#operands.activationsOf(products, reads);
    const { run, block } = products;
    return this.#port('activation', this.#layer.padding, () => {
      const activations = activationsOf();
      const [positions, groups, depth] = [run, block.channels.groups, block.depth].map(lengthOf);
      if (activations === null) return nowhere(positions! * groups! * depth!)();
      const addresses = new Int32Array(positions! * groups! * depth!);
      for (let position = 0; position < positions!; position += 1) {
        for (let group = 0; group < groups!; group += 1) {
          activations.write(position, group, addresses, (position * groups! + group) * depth!, 1);
        }
      }
      return addresses;
    });
  }

  /** Activations stay: a vector is an output, its lanes the terms of its group. */
  #outputVectors({ block }: Products, reads: readonly Place[]): OperandPort {
    const weightsOf = this.#operands.weightsOf(block, reads);
    return this.#port('weight', 0, () => {
      const weights = weightsOf();
      const rows = channelsOf(block.channels).map((output) => weights.rowOf(output));
      const depth = lengthOf(block.depth);
      const addresses = new Int32Array(rows.length * depth);
      for (const [output, row] of rows.entries()) {
        for (let term = 0; term < depth; term += 1) addresses[output * depth + term] = weights.at(row, term);
      }
      return addresses;
    });
  }

  /** Sums stay: a vector is a term of one of the groups, its lanes positions from the west and outputs of the group from the north. */
  #termVectors(products: Products, reads: readonly Place[]): Pick<StreamOperation, 'west' | 'north'> {
    return {
      west: this.#port('activation', this.#layer.padding, this.#termActivations(products, reads)),
      north: this.#port('weight', 0, this.#blockWeights(products.block, reads)),
    };
  }

  /** Activations of a block: the terms of each of its groups in turn, of each its positions. */
  #termActivations(products: Products, reads: readonly Place[]): Addresses {
    const activationsOf = this.#operands.activationsOf(products, reads);
    const { run, block } = products;
    const [positions, groups, depth] = [run, block.channels.groups, block.depth].map(lengthOf);
    return () => {
      const activations = activationsOf();
      if (activations === null) return nowhere(groups! * depth! * positions!)();
      const addresses = new Int32Array(groups! * depth! * positions!);
      for (let position = 0; position < positions!; position += 1) {
        for (let group = 0; group < groups!; group += 1) {
          const first = group * depth! * positions! + position;
          activations.write(position, group, addresses, first, positions!);
        }
      }
      return addresses;
    };
  }

  /** Weights of a block: the terms of each of its groups in turn, of each its outputs. Nowhere off the diagonal. */
  #blockWeights(block: WeightBlock, reads: readonly Place[]): Addresses {
    const weightsOf = this.#operands.weightsOf(block, reads);
    const { groups } = block.channels;
    const depth = lengthOf(block.depth);
    return () => {
      const weights = weightsOf();
      const outputs = channelsOf(block.channels);
      const rows = outputs.map((output) => weights.rowOf(output));
      const addresses = new Int32Array(lengthOf(groups) * depth * outputs.length).fill(NOWHERE);
      for (const [column, { group }] of outputs.entries()) {
        const first = (group - groups.start) * depth;
        for (let term = 0; term < depth; term += 1) {
          addresses[(first + term) * outputs.length + column] = weights.at(rows[column]!, term);
        }
      }
      return addresses;
    };
  }

  #port(memory: 'activation' | 'weight', absent: number, addresses: Addresses): OperandPort {
    const { format, zeroPoint }: ArrayOperand =
      memory === 'activation' ? this.#layer.activations : this.#layer.weights;
    const packedBits = memory === 'weight' ? this.#operands.packedBits : null;
    return { memory, format, zeroPoint, absent, addresses, packedBits };
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

function packingOf({ packed }: Pick<StreamWork, 'packed'>): Pick<StreamWork, 'packed'> {
  return packed === undefined ? {} : { packed };
}

function planeOf(places: readonly Place[]): number | null {
  const place = placeIn(places, 'register');
  return place === null ? null : Number(place.slice('register'.length));
}

function nowhere(count: number): Addresses {
  return () => new Int32Array(count).fill(NOWHERE);
}
