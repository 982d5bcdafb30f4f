import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { i32x4, v128 } from '../../wasm/simd.js';
import { BLOCK_BYTES, readBlock, type WeightStorage } from './weight-storage.js';

/** Sums that are in registers at a time: those of `rows` rows by `blocks` times eight columns. */
export interface Tile {
  readonly rows: number;
  readonly blocks: number;
  /** Pairs of terms in a turn of the inner loop; those that remain one at a time. */
  readonly unroll: number;
}

/** Columns of a block of weights; their sums are two vectors. */
export const COLUMNS_OF_BLOCK = 8;

export function productName({ rows, blocks, unroll }: Tile, storage: WeightStorage): string {
  return `product ${rows}x${COLUMNS_OF_BLOCK * blocks}x${unroll} ${storage}`;
}

/**
 * Sums of some rows of activations, panel after panel of `8 · blocks` columns:
 *
 *     sums[row][column] = bias[column] + Σ_tap Σ_k activations[starts[row] + taps[tap] + k] · weights[tap][k][column]
 *
 * Activations are int16, weights [panel][tap][k / 2][block] as blocks of a storage. Sums are int32 and wrap. All
 * rows but the last few are taken `tile.rows` at a time; those that remain one at a time.
 *
 * `starts` and `taps` are tables of byte offsets (int32); every tap has `pairs` pairs; of panels, taps and pairs there is at least
 * one. Sums of a row lie side by side, rows `sumStride` bytes apart.
 */
export function defineProduct(module: ModuleBuilder, tile: Tile, storage: WeightStorage): void {
  module.define(productName(tile, storage), PARAMETERS, (f, p) => {
    const tiledRows = i32.mul(i32.divU(p.rows, tile.rows), 4 * tile.rows);
    const tiledEnd = f.let('i32', i32.add(p.starts, tiledRows));
    const end = f.let('i32', i32.add(p.starts, i32.shl(p.rows, 2)));
    const start = f.local('i32');
    const to = f.local('i32');
    const rowsUntil = (rows: number, until: Local<'i32'>): void =>
      f.while(i32.ltU(start, until), () => {
        rowsOfTile(f, { ...tile, rows }, storage, p, start, to);
        f.increase(start, 4 * rows);
      });
    f.doWhile(() => {
      f.set(start, p.starts);
      f.set(to, p.sums);
      rowsUntil(tile.rows, tiledEnd);
      if (tile.rows > 1) rowsUntil(1, end);
      f.increase(p.weights, p.panelBytes);
      f.increase(p.bias, 4 * COLUMNS_OF_BLOCK * tile.blocks);
      f.increase(p.sums, 4 * COLUMNS_OF_BLOCK * tile.blocks);
      f.increase(p.panels, -1);
    }, p.panels);
  });
}

const PARAMETERS = {
  activations: 'i32',
  starts: 'i32',
  rows: 'i32',
  taps: 'i32',
  tapsEnd: 'i32',
  pairs: 'i32',
  weights: 'i32',
  panelBytes: 'i32',
  panels: 'i32',
  bias: 'i32',
  sums: 'i32',
  sumStride: 'i32',
} as const;

type Parameters = Readonly<Record<keyof typeof PARAMETERS, Local<'i32'>>>;

function each<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** One tile: sums start as biases and stay in registers until all terms are added. Moves `to` past its rows. */
function rowsOfTile(
  f: FunctionBuilder,
  { rows, blocks, unroll }: Tile,
  storage: WeightStorage,
  p: Parameters,
  start: Local<'i32'>,
  to: Local<'i32'>,
): void {
  const vectors = 2 * blocks;
  const sums = each(rows, () => each(vectors, (vector) => f.let('v128', v128.load(p.bias, 16 * vector))));
  const weight = f.let('i32', p.weights);
  const tap = f.let('i32', p.taps);
  const row = each(rows, () => f.local('i32'));
  const pairs = f.local('i32');
  const columns = each(vectors, () => f.local('v128'));
  const values = f.local('v128');
  const turn = (count: number): void => {
    for (let step = 0; step < count; step += 1) {
      for (let block = 0; block < blocks; block += 1) {
        const offset = BLOCK_BYTES[storage] * (step * blocks + block);
        readBlock(f, storage, weight, offset, [columns[2 * block]!, columns[2 * block + 1]!]);
      }
      row.forEach((pointer, index) => {
        f.set(values, v128.load32Splat(pointer, 4 * step));
        columns.forEach((column, vector) => {
          const sum = sums[index]![vector]!;
          f.set(sum, i32x4.add(sum, i32x4.dotI16x8S(values, column)));
        });
      });
    }
    for (const pointer of row) f.increase(pointer, 4 * count);
    f.increase(weight, BLOCK_BYTES[storage] * blocks * count);
    f.increase(pairs, -count);
  };
  f.doWhile(
    () => {
      row.forEach((pointer, index) => {
        f.set(pointer, i32.add(i32.add(p.activations, i32.load(start, 4 * index)), i32.load(tap)));
      });
      f.set(pairs, p.pairs);
      if (unroll > 1) f.while(i32.geS(pairs, unroll), () => turn(unroll));
      f.while(pairs, () => turn(1));
      f.increase(tap, 4);
    },
    i32.ne(tap, p.tapsEnd),
  );
  for (const ofRow of sums) {
    ofRow.forEach((sum, vector) => f.store('v128', to, sum, 16 * vector));
    f.increase(to, p.sumStride);
  }
}
