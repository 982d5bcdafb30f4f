import type { Codes } from '../fast/operands.js';
import { COLUMNS_OF_BLOCK, type Tile } from './product-function.js';
import { weightBlocks, type WeightStorage } from './weight-storage.js';

/** Weights [column][tap][k]: one is `values[start + column · columnStride + tap · tapStride + k · depthStride] − zeroPoint`. */
export interface PanelMatrix {
  readonly values: Codes;
  readonly start: number;
  readonly columns: number;
  readonly columnStride: number;
  readonly taps: number;
  readonly tapStride: number;
  /** Weights of a tap. */
  readonly run: number;
  readonly depthStride: number;
  readonly zeroPoint: number;
}

/** Pairs of weights that a tap of `run` weights takes up: an odd one has a zero beside it. */
export function pairsOf(run: number): number {
  return Math.ceil(run / 2);
}

/** Columns that a panel of a tile has. */
export function panelColumns({ blocks }: Tile): number {
  return COLUMNS_OF_BLOCK * blocks;
}

export function panelsOf(columns: number, tile: Tile): number {
  return Math.ceil(columns / panelColumns(tile));
}

/** Weights in the order of `defineProduct`, [panel][tap][pair][block], zero where there is none. */
export function packPanels(matrix: PanelMatrix, tile: Tile, storage: WeightStorage): Int8Array | Int16Array {
  const { values, columns, taps, run, depthStride, zeroPoint } = matrix;
  const pairs = pairsOf(run);
  const { packed, store } = weightBlocks(storage, panelsOf(columns, tile) * taps * pairs * tile.blocks);
  for (let column = 0; column < columns; column += 1) {
    const within = column % panelColumns(tile);
    const panel = (column - within) / panelColumns(tile);
    const index = 2 * (within % COLUMNS_OF_BLOCK);
    const block = Math.floor(within / COLUMNS_OF_BLOCK);
    for (let tap = 0; tap < taps; tap += 1) {
      const from = matrix.start + column * matrix.columnStride + tap * matrix.tapStride;
      const first = (panel * taps + tap) * pairs;
      for (let k = 0; k < run; k += 1) {
        const weight = values[from + k * depthStride]! - zeroPoint;
        store((first + (k >> 1)) * tile.blocks + block, index + (k & 1), weight);
      }
    }
  }
  return packed;
}
