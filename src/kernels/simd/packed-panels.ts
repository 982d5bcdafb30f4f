import type { Codes } from '../fast/operands.js';
import { LANES, type Tile, type WeightStorage } from './product-function.js';

/** Weights [outputs][taps][run] of some columns, as they come from a graph. */
export interface PanelMatrix {
  readonly values: Codes;
  readonly start: number;
  readonly columns: number;
  readonly taps: number;
  readonly run: number;
  readonly columnStride: number;
  readonly depthStride: number;
  readonly zeroPoint: number;
}

/** Pairs of weights that a tap of `run` weights takes up: an odd one has a zero beside it. */
export function pairsOf(run: number): number {
  return Math.ceil(run / 2);
}

export function panelsOf(columns: number, { vectors }: Tile): number {
  return Math.ceil(columns / (LANES * vectors));
}

/** Weights less their zero point in the order of `defineProduct`: [panel][tap][pair][column][2], zero where there is none. */
export function packPanels(matrix: PanelMatrix, tile: Tile, storage: WeightStorage): Int8Array | Int16Array {
  const { values, start, columns, taps, run, columnStride, depthStride, zeroPoint } = matrix;
  const width = LANES * tile.vectors;
  const pairs = pairsOf(run);
  const panelLength = taps * pairs * 2 * width;
  const length = panelsOf(columns, tile) * panelLength;
  const packed = storage === 'int8' ? new Int8Array(length) : new Int16Array(length);
  for (let column = 0; column < columns; column += 1) {
    const within = column % width;
    const to = ((column - within) / width) * panelLength + 2 * within;
    const from = start + column * columnStride;
    for (let tap = 0; tap < taps; tap += 1) {
      for (let k = 0; k < run; k += 1) {
        const weight = values[from + (tap * run + k) * depthStride]! - zeroPoint;
        packed[to + (tap * pairs + (k >> 1)) * 2 * width + (k & 1)] = weight;
      }
    }
  }
  return packed;
}
