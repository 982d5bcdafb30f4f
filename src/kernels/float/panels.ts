import type { RealRange } from '../../ir/ops/real-range.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Operand } from '../kernel.js';
import { clamp, derived } from './operands.js';

/** Outputs that one panel computes side by side. */
export const PANEL_WIDTH = 4;

/** Weights in the order in which the inner loop reads them: [panel][depth][PANEL_WIDTH], zero beyond the last output. */
export interface Panels {
  readonly outputs: number;
  readonly depth: number;
  readonly weights: Float64Array;
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
  const weights = new Float64Array(Math.ceil(outputs / PANEL_WIDTH) * depth * PANEL_WIDTH);
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

/** The bias of all outputs in doubles (zeros where there is none), readable to the end of the last panel. */
export function derivedBias(
  operand: Operand | undefined,
  outputs: number,
): (operand: Tensor | undefined) => Float64Array {
  const empty = new Float64Array(outputs + PANEL_WIDTH);
  if (operand === undefined) return () => empty;
  return derived(operand, (values) => {
    const bias = empty.slice();
    bias.set(values);
    return bias;
  });
}

/** Vectors to multiply, where they lie: vector i is `run` values from each of `starts[i] + taps[0]`, `starts[i] + taps[1]`, … */
export interface Rows {
  readonly starts: Int32Array;
  readonly taps: Int32Array;
  readonly run: number;
}

/**
 * `output[targets[i] + o] = clamp(bias[o] + Σ_k row_i[k] · weight_o[k])` for all rows and outputs.
 *
 * Products and sums are doubles, k ascending from the bias, rounded to float32 once when stored: nearer to the exact sum
 * than float32 additions in whatever order, and the same for every tile. The sums of two rows by four outputs stay in
 * registers; an odd last row is computed twice.
 */
export function multiplyPanels(
  values: Float64Array,
  { starts, taps, run }: Rows,
  { outputs, depth, weights }: Panels,
  bias: Float64Array,
  output: Float32Array,
  targets: Int32Array,
  { min, max }: RealRange,
): void {
  const last = starts.length - 1;
  const lanes = PANEL_WIDTH; // A local stays in a register; V8 rereads a module's constant in every iteration.
  for (let first = 0; first < outputs; first += lanes) {
    const panel = first * depth;
    const width = Math.min(lanes, outputs - first);
    for (let i = 0; i <= last; i += 2) {
      const next = i < last ? i + 1 : i;
      const startA = starts[i]!;
      const startB = starts[next]!;
      let a0 = bias[first]!;
      let a1 = bias[first + 1]!;
      let a2 = bias[first + 2]!;
      let a3 = bias[first + 3]!;
      let b0 = a0;
      let b1 = a1;
      let b2 = a2;
      let b3 = a3;
      let w = panel;
      for (let tap = 0; tap < taps.length; tap += 1) {
        const begin = taps[tap]!;
        const end = begin + run;
        // `| 0` keeps indices in 32-bit registers without overflow checks.
        for (let k = begin; k < end; k = (k + 1) | 0) {
          const w0 = weights[w]!;
          const w1 = weights[(w + 1) | 0]!;
          const w2 = weights[(w + 2) | 0]!;
          const w3 = weights[(w + 3) | 0]!;
          const a = values[(startA + k) | 0]!;
          const b = values[(startB + k) | 0]!;
          a0 += a * w0;
          a1 += a * w1;
          a2 += a * w2;
          a3 += a * w3;
          b0 += b * w0;
          b1 += b * w1;
          b2 += b * w2;
          b3 += b * w3;
          w = (w + lanes) | 0;
        }
      }
      storeLanes(output, targets[i]! + first, width, min, max, a0, a1, a2, a3);
      storeLanes(output, targets[next]! + first, width, min, max, b0, b1, b2, b3);
    }
  }
}

/** Clamps, rounds to float32 and stores the first `width` of four neighbouring outputs. */
export function storeLanes(
  output: Float32Array,
  at: number,
  width: number,
  min: number,
  max: number,
  y0: number,
  y1: number,
  y2: number,
  y3: number,
): void {
  output[at] = clamp(y0, min, max);
  if (width > 1) output[at + 1] = clamp(y1, min, max);
  if (width > 2) output[at + 2] = clamp(y2, min, max);
  if (width > 3) output[at + 3] = clamp(y3, min, max);
}
