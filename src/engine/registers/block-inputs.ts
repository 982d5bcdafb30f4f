import type { Part, WeightBlock } from '../../lower/program/step.js';
import { lengthOf } from '../../lower/space/interval.js';
import type { ArrayWorkload } from '../../lower/workload/workload.js';
import { tapsOfPhase } from '../tap-inputs.js';
import { divided, phasePosition } from './array-places.js';

type Products = Extract<Part, { readonly of: 'products' }>;

/** Which weight a term of a block is, by its index in the block. Taps and channels are those of the layer. */
export interface BlockTerms {
  readonly channel: Int32Array;
  /** Of the whole kernel, row-major. */
  readonly tap: Int32Array;
  /** Of the taps that meet at the positions of the phase. */
  readonly rowTap: Int32Array;
  readonly columnTap: Int32Array;
}

export function blockTerms(block: WeightBlock, { rows, columns }: ArrayWorkload): BlockTerms {
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

/** Which inputs the taps of a phase meet at the positions of a run, by the index in the run; −1 where that is padding. */
export class RunInputs {
  readonly images: Int32Array;
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;
  readonly #rowTaps: number;
  readonly #columnTaps: number;

  constructor({ positions, run, block }: Products, { rows, columns }: ArrayWorkload) {
    const rowTaps = tapsOfPhase(rows, block.phase.row);
    const columnTaps = tapsOfPhase(columns, block.phase.column);
    const count = lengthOf(run);
    this.#rowTaps = rowTaps.length;
    this.#columnTaps = columnTaps.length;
    this.images = new Int32Array(count);
    this.#rows = new Int32Array(count * rowTaps.length);
    this.#columns = new Int32Array(count * columnTaps.length);
    for (let index = 0; index < count; index += 1) {
      const { image, row, column } = phasePosition(positions, block.phase, run.start + index);
      this.images[index] = image;
      for (let tap = 0; tap < rowTaps.length; tap += 1) {
        this.#rows[index * rowTaps.length + tap] = rowTaps[tap]!.inputAt(row) ?? -1;
      }
      for (let tap = 0; tap < columnTaps.length; tap += 1) {
        this.#columns[index * columnTaps.length + tap] = columnTaps[tap]!.inputAt(column) ?? -1;
      }
    }
  }

  rowAt(index: number, rowTap: number): number {
    return this.#rows[index * this.#rowTaps + rowTap]!;
  }

  columnAt(index: number, columnTap: number): number {
    return this.#columns[index * this.#columnTaps + columnTap]!;
  }
}
