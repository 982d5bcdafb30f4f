import type { Codes } from './operands.js';
import { PAIR_LIMIT, PAIR_UNIT } from './pairs.js';

/**
 * Weights as the inner loop reads them: one double holds those of two outputs (`pairs.ts`), w0 + 2^27 · w1, and sums of
 * x · (w0 + 2^27 · w1) are pairs of sums. They stay within their bounds for `chunk` terms at a time; longer sums are taken
 * apart and continued after each chunk.
 */
export interface PackedWeights {
  /** [panel][depth][LANES], zero beyond the last column. */
  readonly lanes: Float64Array;
  readonly panels: number;
  /** Terms of every sum. */
  readonly depth: number;
  /** Two columns a lane, or one where the weights or the inputs are too wide to share a double. */
  readonly paired: boolean;
  readonly chunk: number;
}

/** Doubles that are multiplied side by side. */
export const LANES = 4;

/** Below this many terms a chunk costs more to take apart than pairs save. */
const SHORTEST_CHUNK = 16;

/** Weight (column, k) is `values[start + column · columnStride + k · depthStride] − zeroPoint`. */
export interface WeightMatrix {
  readonly values: Codes;
  readonly start: number;
  readonly columns: number;
  readonly columnStride: number;
  readonly depth: number;
  readonly depthStride: number;
  readonly zeroPoint: number;
}

/** Columns of a row of sums that `columns` outputs take up, rounded up to whole panels. */
export function paddedColumns(columns: number): number {
  return Math.ceil(columns / (2 * LANES)) * 2 * LANES;
}

/** @param largestInput The largest magnitude of what the weights are multiplied by. */
export function packWeights(matrix: WeightMatrix, largestInput: number): PackedWeights {
  const { columns, depth } = matrix;
  const largestProduct = Math.max(largestWeight(matrix) * largestInput, 1);
  const chunk = Math.floor((PAIR_LIMIT - 1) / largestProduct);
  const paired = chunk >= Math.min(depth, SHORTEST_CHUNK);
  const width = paired ? 2 * LANES : LANES;
  const panels = Math.ceil(columns / width);
  const lanes = new Float64Array(panels * depth * LANES);
  for (let column = 0; column < columns; column += 1) {
    const within = column % width;
    const unit = within < LANES ? 1 : PAIR_UNIT;
    const from = matrix.start + column * matrix.columnStride;
    const to = ((column - within) / width) * depth * LANES + (within % LANES);
    for (let k = 0; k < depth; k += 1) {
      lanes[to + k * LANES]! += unit * (matrix.values[from + k * matrix.depthStride]! - matrix.zeroPoint);
    }
  }
  return { lanes, panels, depth, paired, chunk: paired ? chunk : depth };
}

function largestWeight({
  values,
  start,
  columns,
  columnStride,
  depth,
  depthStride,
  zeroPoint,
}: WeightMatrix): number {
  let largest = 0;
  for (let column = 0; column < columns; column += 1) {
    for (let k = 0; k < depth; k += 1) {
      const weight = values[start + column * columnStride + k * depthStride]! - zeroPoint;
      largest = Math.max(largest, Math.abs(weight));
    }
  }
  return largest;
}
