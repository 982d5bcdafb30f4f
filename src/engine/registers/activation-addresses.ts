import { NOWHERE, type AddressRuns } from '../../hw/components/addresses.js';
import type { Part } from '../../lower/program/step.js';
import { inputInterval } from '../../lower/space/axis.js';
import { lengthOf, type Interval } from '../../lower/space/interval.js';
import type { ArrayWorkload } from '../../lower/workload/workload.js';
import { tapsOfPhase, type Tap } from '../tap-inputs.js';
import { divided, phaseGrid } from './array-places.js';
import { blockTerms, type BlockTerms } from './block-terms.js';

type Products = Extract<Part, { readonly of: 'products' }>;
type Activations = Extract<Part, { readonly of: 'activations' }>;

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
    const lengths = new Int32Array(groups * terms.length);
    for (let run = 0; run < lengths.length; run += 1) {
      const { start, end } = terms[run % terms.length]!;
      lengths[run] = end - start;
    }
    return { starts, lengths, step: this.#elementBytes };
  }

  /** By terms of each group in turn: the positions, one by one, since some of a row may be padding. */
  byTerms(groups: number): AddressRuns {
    const positions = lengthOf(this.#run);
    const { starts: firsts } = this.byPositions(groups);
    const depth = this.#terms.at(-1)!.end;
    const starts = new Int32Array(groups * depth * positions);
    for (let position = 0, run = 0; position < positions; position += 1) {
      for (let group = 0; group < groups; group += 1) {
        for (const { start, end } of this.#terms) {
          const first = firsts[run]!;
          run += 1;
          for (let term = start; term < end; term += 1) {
            const address = first === NOWHERE ? NOWHERE : first + (term - start) * this.#elementBytes;
            starts[(group * depth + term) * positions + position] = address;
          }
        }
      }
    }
    return { starts, lengths: new Int32Array(positions).fill(1), step: 0 };
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
