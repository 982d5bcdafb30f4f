/** A row of a table of shapes. `line` counts from 1. */
export type ShapeRow = ConvolutionRow | ProductRow;

/** A convolution without padding: the input has the rows and columns that the windows reach. */
export interface ConvolutionRow {
  readonly kind: 'convolution';
  readonly line: number;
  readonly name: string;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly channels: number;
  /** Of the layer; of every channel where it is `depthwise`. */
  readonly filters: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  /** Each channel has filters of its own. */
  readonly depthwise: boolean;
}

/** `batch` products of an M x K matrix with a K x N one. */
export interface ProductRow {
  readonly kind: 'product';
  readonly line: number;
  readonly name: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
}

/**
 * Positions of a filter along an axis. SCALE-Sim rounds up: the last window may hang over the end.
 * Source: scalesim-project/SCALE-Sim@07dfd50, scalesim/topology_utils.py, topo_calc_hyperparams.
 */
export function positionsAlong(input: number, filter: number, stride: number): number {
  return Math.ceil((input - filter + stride) / stride);
}

/** Multiply-accumulates of a row, in closed form. */
export function rowMacs(row: ShapeRow): number {
  if (row.kind === 'product') return row.batch * row.m * row.n * row.k;
  const { inputHeight, inputWidth, filterHeight, filterWidth, strideHeight, strideWidth } = row;
  const positions =
    positionsAlong(inputHeight, filterHeight, strideHeight) *
    positionsAlong(inputWidth, filterWidth, strideWidth);
  return positions * filterHeight * filterWidth * row.channels * row.filters;
}
