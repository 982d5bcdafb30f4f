import type { Tile } from './product-function.js';

/** The tile of products of so many columns. */
export function tileFor(columns: number): Tile {
  return columns > 8 ? { rows: 2, blocks: 2 } : { rows: 4, blocks: 1 };
}
