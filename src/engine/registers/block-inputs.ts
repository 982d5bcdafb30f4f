import { NOWHERE } from '../../hw/components/addresses.js';
import type { Part, WeightBlock } from '../../lower/program/step.js';
import { inputInterval } from '../../lower/space/axis.js';
import { lengthOf } from '../../lower/space/interval.js';
import type { ArrayWorkload } from '../../lower/workload/workload.js';
import { tapsOfPhase, type Tap } from '../tap-inputs.js';
import { channelIndex, divided, phasePosition, type OutputChannel } from './array-places.js';

type Products = Extract<Part, { readonly of: 'products' }>;
type Activations = Extract<Part, { readonly of: 'activations' }>;
type Weights = Extract<Part, { readonly of: 'weights' }>;

/** Which weight a term of a block is, by its index in the block. Taps and channels are those of the layer. */
interface BlockTerms {
  readonly channel: Int32Array;
  /** Of the whole kernel, row-major. */
  readonly tap: Int32Array;
  /** Of the taps that meet at the positions of the phase. */
  readonly rowTap: Int32Array;
  readonly columnTap: Int32Array;
}

function blockTerms(block: WeightBlock, { rows, columns }: ArrayWorkload): BlockTerms {
  const count = lengthOf(block.depth);
  const rowTaps = tapsOfPhase(rows, block.phase.row);
  const columnTaps = tapsOfPhase(columns, block.phase.column);
  const [channel, tap] = [new Int32Array(count), new Int32Array(count)];
  const [rowTap, columnTap] = [new Int32Array(count), new Int32Array(count)];
  for (let index = 0; index < count; index += 1) {
    const [inChannels, tapOfPhase] = divided(block.depth.start + index, lengthOf(block.inputChannels));
    const [right, down] = divided(tapOfPhase, columnTaps.length);
    channel[index] = block.inputChannels.start + inChannels;
    tap[index] = rowTaps[down]!.tap * columns.kernel + columnTaps[right]!.tap;
    [rowTap[index], columnTap[index]] = [down, right];
  }
  return { channel, tap, rowTap, columnTap };
}

/** Activations in a buffer: images, rows, columns, groups and channels of a region, the last innermost. */
export interface StoredActivations {
  readonly part: Activations;
  readonly address: number;
  readonly elementBytes: number;
}

/**
 * Where the activations of a run are: positions counted from the first of the run, groups and terms from those of its block. An
 * address is the sum of what the row, the column and the term add to it.
 */
export class ActivationAddresses {
  readonly #terms: BlockTerms;
  readonly #rowTaps: number;
  readonly #columnTaps: number;
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;
  readonly #channels: Int32Array;
  readonly #groupBytes: number;

  constructor(stored: StoredActivations, { positions, run, block }: Products, workload: ArrayWorkload) {
    const { part, address, elementBytes } = stored;
    const { images } = part.positions;
    const rows = inputInterval(workload.rows, part.positions.rows);
    const columns = inputInterval(workload.columns, part.positions.columns);
    this.#groupBytes = lengthOf(part.inputChannels) * elementBytes;
    const columnBytes = lengthOf(part.groups) * this.#groupBytes;
    const rowBytes = lengthOf(columns) * columnBytes;
    const imageBytes = lengthOf(rows) * rowBytes;
    const rowTaps = tapsOfPhase(workload.rows, block.phase.row);
    const columnTaps = tapsOfPhase(workload.columns, block.phase.column);
    this.#terms = blockTerms(block, workload);
    [this.#rowTaps, this.#columnTaps] = [rowTaps.length, columnTaps.length];
    const firstGroup = (block.channels.groups.start - part.groups.start) * this.#groupBytes;
    this.#channels = this.#terms.channel.map(
      (channel) => address + firstGroup + (channel - part.inputChannels.start) * elementBytes,
    );
    const count = lengthOf(run);
    this.#rows = new Int32Array(count * rowTaps.length);
    this.#columns = new Int32Array(count * columnTaps.length);
    for (let index = 0; index < count; index += 1) {
      const { image, row, column } = phasePosition(positions, block.phase, run.start + index);
      const firstRow = (image - images.start) * imageBytes - rows.start * rowBytes;
      writeOffsets(this.#rows, index, rowTaps, row, firstRow, rowBytes);
      writeOffsets(this.#columns, index, columnTaps, column, -columns.start * columnBytes, columnBytes);
    }
  }

  /** Writes the addresses of the terms of a group at a position, `step` apart; nowhere where the tap meets padding. */
  write(position: number, group: number, into: Int32Array, first: number, step: number): void {
    const { rowTap, columnTap } = this.#terms;
    const [rows, columns, channels] = [this.#rows, this.#columns, this.#channels];
    const [firstRow, firstColumn] = [position * this.#rowTaps, position * this.#columnTaps];
    const inGroup = group * this.#groupBytes;
    for (let term = 0, at = first; term < channels.length; term += 1, at += step) {
      const row = rows[firstRow + rowTap[term]!]!;
      const column = columns[firstColumn + columnTap[term]!]!;
      const isPadding = row === PADDING || column === PADDING;
      into[at] = isPadding ? NOWHERE : row + column + channels[term]! + inGroup;
    }
  }
}

/** What a tap adds to an address where it meets no input. */
const PADDING = -(2 ** 31);

/** What the taps of one direction add to the address at an output position of it. */
function writeOffsets(
  into: Int32Array,
  index: number,
  taps: readonly Tap[],
  output: number,
  first: number,
  step: number,
): void {
  for (let tap = 0; tap < taps.length; tap += 1) {
    const input = taps[tap]!.inputAt(output);
    into[index * taps.length + tap] = input === null ? PADDING : first + input * step;
  }
}

/** Weights in a buffer: output channels, taps and input channels, the last innermost. In bytes, or in bits where they are packed. */
export interface StoredWeights {
  readonly part: Weights;
  readonly address: number;
  readonly elementSize: number;
  /** From an output channel to the next. */
  readonly rowSize: number;
}

/** Where the weights of a block are: terms counted from the first of the block. */
export class WeightAddresses {
  readonly #stored: StoredWeights;
  readonly #terms: Int32Array;

  constructor(stored: StoredWeights, block: WeightBlock, workload: ArrayWorkload) {
    const { part, elementSize } = stored;
    const { tap, channel } = blockTerms(block, workload);
    const depth = lengthOf(part.inputChannels);
    this.#stored = stored;
    this.#terms = tap.map(
      (each, term) => (each * depth + channel[term]! - part.inputChannels.start) * elementSize,
    );
  }

  /** What terms are counted from, for an output channel. */
  rowOf(output: OutputChannel): number {
    const { part, address, rowSize } = this.#stored;
    return address + channelIndex(part.channels, output) * rowSize;
  }

  at(row: number, term: number): number {
    return row + this.#terms[term]!;
  }
}
