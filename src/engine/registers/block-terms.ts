import type { WeightBlock } from '../../lower/program/step.js';
import { lengthOf } from '../../lower/space/interval.js';
import type { ArrayWorkload } from '../../lower/workload/workload.js';
import { tapsOfPhase } from '../tap-inputs.js';
import { divided } from './array-places.js';

/** Which weight a term of a block is, by its index in the block. Taps and channels are those of the layer. */
export interface BlockTerms {
  readonly channel: Int32Array;
  /** Of the whole kernel, row-major. */
  readonly tap: Int32Array;
  /** Of the taps that meet at the positions of the phase. */
  readonly rowTap: Int32Array;
  readonly columnTap: Int32Array;
}

/** Of blocks that are still at hand: a block is asked for with every run that meets it. */
const termsOfBlocks = new WeakMap<WeightBlock, BlockTerms>();

export function blockTerms(block: WeightBlock, workload: ArrayWorkload): BlockTerms {
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
