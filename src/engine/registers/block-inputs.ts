import { NOWHERE, type AddressRuns } from '../../hw/components/addresses.js';
import type { ChannelTile, Part, WeightBlock } from '../../lower/program/step.js';
import { inputInterval } from '../../lower/space/axis.js';
import { lengthOf, type Interval } from '../../lower/space/interval.js';
import type { ArrayWorkload } from '../../lower/workload/workload.js';
import { tapsOfPhase, type Tap } from '../tap-inputs.js';
import { channelIndex, channelsOf, divided, phaseGrid, type OutputChannel } from './array-places.js';

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

/** Of blocks that are still at hand: a block is asked for with every run that meets it. */
const termsOfBlocks = new WeakMap<WeightBlock, BlockTerms>();

function blockTerms(block: WeightBlock, workload: ArrayWorkload): BlockTerms {
  const known = termsOfBlocks.get(block);
  if (known !== undefined) return known;
  const terms = listedTerms(block, workload);
  termsOfBlocks.set(block, terms);
  return terms;
}

function listedTerms(block: WeightBlock, { rows, columns }: ArrayWorkload): BlockTerms {
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

/** Terms of a block in a row, of consecutive channels of one tap. */
interface TermRun {
  readonly start: number;
  readonly end: number;
  readonly rowTap: number;
  readonly columnTap: number;
  /** What the first adds to an address. */
  readonly offset: number;
}

/**
 * Where the activations of a run are: positions counted from the first of the run, groups and terms from those of its block. An
 * address is the sum of what the row, the column and the term add to it.
 */
export class ActivationAddresses {
  readonly #run: Interval;
  readonly #terms: readonly TermRun[];
  readonly #elementBytes: number;
  readonly #groupBytes: number;
  /** For each row of outputs, and for each column, one for each tap. */
  readonly #rows: readonly Int32Array[];
  readonly #columns: readonly Int32Array[];

  constructor(stored: StoredActivations, { positions, run, block }: Products, workload: ArrayWorkload) {
    const { part, address, elementBytes } = stored;
    const { images } = part.positions;
    const rows = inputInterval(workload.rows, part.positions.rows);
    const columns = inputInterval(workload.columns, part.positions.columns);
    const groupBytes = lengthOf(part.inputChannels) * elementBytes;
    const columnBytes = lengthOf(part.groups) * groupBytes;
    const rowBytes = lengthOf(columns) * columnBytes;
    const imageBytes = lengthOf(rows) * rowBytes;
    const firstGroup = block.channels.groups.start - part.groups.start;
    const first = address + firstGroup * groupBytes - part.inputChannels.start * elementBytes;
    const grid = phaseGrid(positions, block.phase);
    const rowTaps = tapsOfPhase(workload.rows, block.phase.row);
    const columnTaps = tapsOfPhase(workload.columns, block.phase.column);
    this.#run = run;
    this.#terms = termRuns(blockTerms(block, workload), first, elementBytes);
    this.#elementBytes = elementBytes;
    this.#groupBytes = groupBytes;
    this.#rows = grid.lines.map(({ image, row }) =>
      offsetsOf(rowTaps, row, (image - images.start) * imageBytes - rows.start * rowBytes, rowBytes),
    );
    this.#columns = grid.columns.map(({ column }) =>
      offsetsOf(columnTaps, column, -columns.start * columnBytes, columnBytes),
    );
  }

  /** By positions: the terms of each group in turn. */
  byPositions(groups: number): AddressRuns {
    const positions = lengthOf(this.#run);
    const terms = this.#terms;
    const starts = new Int32Array(positions * groups * terms.length);
    for (let position = 0, at = 0; position < positions; position += 1) {
      const [right, line] = divided(this.#run.start + position, this.#columns.length);
      const [rows, columns] = [this.#rows[line]!, this.#columns[right]!];
      for (let group = 0; group < groups; group += 1) {
        for (let run = 0; run < terms.length; run += 1, at += 1) {
          const { rowTap, columnTap, offset } = terms[run]!;
          const [row, column] = [rows[rowTap]!, columns[columnTap]!];
          const isPadding = row === PADDING || column === PADDING;
          starts[at] = isPadding ? NOWHERE : row + column + offset + group * this.#groupBytes;
        }
      }
    }
    const lengths = Array.from({ length: groups }, () => terms.map(({ start, end }) => end - start));
    return { starts, lengths: Int32Array.from(lengths.flat()), step: this.#elementBytes };
  }

  /** By terms of each group in turn: the positions, one by one, since some of a row may be padding. */
  byTerms(groups: number): AddressRuns {
    const positions = lengthOf(this.#run);
    const depth = this.#terms.at(-1)!.end;
    const starts = new Int32Array(groups * depth * positions);
    for (let position = 0; position < positions; position += 1) {
      for (let group = 0; group < groups; group += 1) {
        this.#write(position, group, starts, group * depth * positions + position, positions);
      }
    }
    return { starts, lengths: new Int32Array(positions).fill(1), step: 0 };
  }

  /** Writes the addresses of the terms of a group at a position, `step` apart; nowhere where the tap meets padding. */
  #write(position: number, group: number, into: Int32Array, first: number, step: number): void {
    const [right, line] = divided(this.#run.start + position, this.#columns.length);
    const [rows, columns] = [this.#rows[line]!, this.#columns[right]!];
    for (const { start, end, rowTap, columnTap, offset } of this.#terms) {
      const [row, column] = [rows[rowTap]!, columns[columnTap]!];
      const isPadding = row === PADDING || column === PADDING;
      let address = isPadding ? NOWHERE : row + column + offset + group * this.#groupBytes;
      const elementStep = isPadding ? 0 : this.#elementBytes;
      for (let at = first + start * step; at < first + end * step; at += step) {
        into[at] = address;
        address += elementStep;
      }
    }
  }
}

function termRuns(
  { channel, rowTap, columnTap }: BlockTerms,
  first: number,
  elementBytes: number,
): TermRun[] {
  const runs: TermRun[] = [];
  for (let start = 0, end = 0; start < channel.length; start = end) {
    const isSameTap = (term: number): boolean =>
      rowTap[term] === rowTap[start] && columnTap[term] === columnTap[start];
    for (end = start + 1; end < channel.length && isSameTap(end);) end += 1;
    const offset = first + channel[start]! * elementBytes;
    runs.push({ start, end, rowTap: rowTap[start]!, columnTap: columnTap[start]!, offset });
  }
  return runs;
}

/** What a tap adds to an address where it meets no input. */
const PADDING = -(2 ** 31);

/** What the taps of one direction add to the address at an output position of it. */
function offsetsOf(taps: readonly Tap[], output: number, first: number, step: number): Int32Array {
  const offsets = new Int32Array(taps.length);
  for (let tap = 0; tap < taps.length; tap += 1) {
    const input = taps[tap]!.inputAt(output);
    offsets[tap] = input === null ? PADDING : first + input * step;
  }
  return offsets;
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
  readonly #channels: ChannelTile;
  readonly #terms: Int32Array;

  constructor(stored: StoredWeights, block: WeightBlock, workload: ArrayWorkload) {
    const { part, elementSize } = stored;
    const { tap, channel } = blockTerms(block, workload);
    const depth = lengthOf(part.inputChannels);
    this.#stored = stored;
    this.#channels = block.channels;
    this.#terms = tap.map(
      (each, term) => (each * depth + channel[term]! - part.inputChannels.start) * elementSize,
    );
  }

  /** By outputs: the terms of their group. */
  byOutputs(): AddressRuns {
    const { elementSize } = this.#stored;
    const terms = this.#terms;
    const firsts = [...terms.keys()].filter(
      (term) => term === 0 || terms[term] !== terms[term - 1]! + elementSize,
    );
    const outputs = channelsOf(this.#channels);
    const starts = new Int32Array(outputs.length * firsts.length);
    for (let output = 0, at = 0; output < outputs.length; output += 1) {
      const row = this.#rowOf(outputs[output]!);
      for (let run = 0; run < firsts.length; run += 1, at += 1) starts[at] = row + terms[firsts[run]!]!;
    }
    const lengths = firsts.map((first, run) => (firsts[run + 1] ?? terms.length) - first);
    return { starts, lengths: Int32Array.from(lengths), step: elementSize };
  }

  /** By terms of each group in turn: the outputs of all groups, nowhere those of others. */
  byTerms(): AddressRuns {
    const { groups, outputChannels } = this.#channels;
    const [count, depth] = [lengthOf(groups), this.#terms.length];
    const starts = new Int32Array(count * depth * count).fill(NOWHERE);
    for (let group = 0; group < count; group += 1) {
      const row = this.#rowOf({ group: groups.start + group, channel: outputChannels.start });
      for (let term = 0; term < depth; term += 1) {
        starts[(group * depth + term) * count + group] = row + this.#terms[term]!;
      }
    }
    const lengths = new Int32Array(count).fill(lengthOf(outputChannels));
    return { starts, lengths, step: this.#stored.rowSize };
  }

  /** What terms are counted from, for an output channel. */
  #rowOf(output: OutputChannel): number {
    const { part, address, rowSize } = this.#stored;
    return address + channelIndex(part.channels, output) * rowSize;
  }
}
