import type { Tensor } from '../../tensor/tensor.js';
import type { Operand } from '../kernel.js';
import { BLOCK_TERMS } from './loops.js';
import { derived } from './operands.js';

/** Outputs that one panel computes side by side. */
export const PANEL_WIDTH = 8;

/** Weights in the order in which the inner loop reads them: [panel][depth][PANEL_WIDTH], zero beyond the last output. */
export interface Panels {
  readonly outputs: number;
  readonly depth: number;
  readonly weights: Float32Array;
}

/** Packs weights: the k-th weight of output o is `values[start + o · outputStride + depthOffsets[k]]`. */
export function packPanels(
  values: Float32Array,
  start: number,
  outputs: number,
  outputStride: number,
  depthOffsets: ArrayLike<number>,
): Panels {
  const depth = depthOffsets.length;
  const weights = new Float32Array(Math.ceil(outputs / PANEL_WIDTH) * depth * PANEL_WIDTH);
  for (let output = 0; output < outputs; output += 1) {
    const lane = output % PANEL_WIDTH;
    const from = start + output * outputStride;
    let to = (output - lane) * depth + lane;
    for (let k = 0; k < depth; k += 1) {
      weights[to] = values[from + depthOffsets[k]!]!;
      to += PANEL_WIDTH;
    }
  }
  return { outputs, depth, weights };
}

/** `first, first + step, …`: `count` offsets of an evenly spaced walk. */
export function evenOffsets(count: number, step: number, first = 0): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => first + index * step);
}

/** Numbers that describe one piece of a row. */
export const PIECE_FIELDS = 3;

/**
 * The pieces of a row that is `run` values from each of the taps: for each its offset, its length and whether it ends a block
 * (1 or 0). Taps that follow one another make one piece; what crosses the end of a block is cut.
 */
export function rowPieces(taps: ArrayLike<number>, run: number): Int32Array {
  const depth = taps.length * run;
  const pieces: number[] = [];
  let k = 0;
  while (k < depth) {
    const offset = taps[Math.floor(k / run)]! + (k % run);
    const most = Math.min(BLOCK_TERMS - (k % BLOCK_TERMS), depth - k);
    let length = Math.min(run - (k % run), most);
    while (length < most && taps[(k + length) / run] === offset + length) {
      length = Math.min(length + run, most);
    }
    k += length;
    pieces.push(offset, length, k % BLOCK_TERMS === 0 || k === depth ? 1 : 0);
  }
  return Int32Array.from(pieces);
}

/** The bias of all outputs (zeros where there is none), readable to the end of the last panel. */
export function derivedBias(
  operand: Operand | undefined,
  outputs: number,
): (operand: Tensor | undefined) => Float32Array {
  const empty = new Float32Array(outputs + PANEL_WIDTH);
  if (operand === undefined) return () => empty;
  return derived(operand, (values) => {
    const bias = empty.slice();
    bias.set(values);
    return bias;
  });
}
