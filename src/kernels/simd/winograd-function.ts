import type { I32, V128 } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { i16x8, i32x4, v128 } from '../../wasm/simd.js';
import { emitted } from './emitted.js';

/**
 * The transforms of F(2 × 2, 3 × 3), the fast convolution of Winograd as Lavin and Gray give it (https://arxiv.org/abs/1509.09308):
 *
 *     outputs = Aᵀ · [(G · weights · Gᵀ) ⊙ (Bᵀ · inputs · B)] · A        4 × 4 inputs become 2 × 2 outputs
 *
 *     Bᵀ = [1 0 −1 0; 0 1 1 0; 0 −1 1 0; 0 1 0 −1]        Aᵀ = [1 1 1 0; 0 1 −1 −1]
 *
 * The elements of G are halves: twice as large on both sides, outputs are four times as large, and everything is an integer.
 */

/** Elements of a transformed tile. */
export const TILE_ELEMENTS = 16;

/** Rows and columns of inputs that a tile reads, of outputs that it writes. */
export const [TILE_INPUTS, TILE_OUTPUTS] = [4, 2];

export function winogradModule(): WebAssembly.Module {
  return emitted('winograd', (module) => {
    defineInputs(module);
    defineOutputs(module);
  });
}

type Vector = Local<'v128'>;

/** Four vectors times Bᵀ. */
const timesB = ([a, b, c, d]: readonly V128[]): V128[] => [
  i16x8.sub(a!, c!),
  i16x8.add(b!, c!),
  i16x8.sub(c!, b!),
  i16x8.sub(b!, d!),
];

/** Four vectors times Aᵀ. */
const timesA = ([a, b, c, d]: readonly V128[]): V128[] => [
  i32x4.add(i32x4.add(a!, b!), c!),
  i32x4.sub(i32x4.sub(b!, c!), d!),
];

/** Both sides of four rows of four vectors. */
function bothSides(
  f: FunctionBuilder,
  rows: readonly (readonly V128[])[],
  times: (vectors: readonly V128[]) => V128[],
): V128[][] {
  const columns = [0, 1, 2, 3].map((column) =>
    times(rows.map((row) => row[column]!)).map((vector): Vector => f.let('v128', vector)),
  );
  return columns[0]!.map((_, row) => times(columns.map((column) => column[row]!)));
}

const four = <T>(make: (index: number) => T): T[] => Array.from({ length: 4 }, (_, index) => make(index));

/**
 * `inputs(canvas, rowBytes, pixelBytes, tileRows, tileColumns, blocks, planeBytes, to)`: int16 values of a canvas, tile by tile,
 * eight channels in a block, to [element of a tile][tile][block].
 */
function defineInputs(module: ModuleBuilder): void {
  const parameters = {
    canvas: 'i32',
    rowBytes: 'i32',
    pixelBytes: 'i32',
    tileRows: 'i32',
    tileColumns: 'i32',
    blocks: 'i32',
    planeBytes: 'i32',
    to: 'i32',
  } as const;
  module.define('inputs', parameters, (f, p) => {
    const [tile, from, columns, blocks] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const [pixel, target] = [f.local('i32'), f.local('i32')];
    f.doWhile(() => {
      f.set(tile, p.canvas);
      f.set(columns, p.tileColumns);
      f.doWhile(() => {
        f.set(from, tile);
        f.set(blocks, p.blocks);
        f.doWhile(() => {
          f.set(pixel, from);
          const rows = four((row) => {
            if (row > 0) f.set(pixel, i32.add(from, i32.mul(p.rowBytes, row)));
            return four((column) => {
              if (column > 0) f.increase(pixel, p.pixelBytes);
              return f.let('v128', v128.load(pixel));
            });
          });
          f.set(target, p.to);
          for (const vector of bothSides(f, rows, timesB).flat()) {
            f.store('v128', target, vector);
            f.increase(target, p.planeBytes);
          }
          f.increase(from, 16);
          f.increase(p.to, 16);
          f.increase(blocks, -1);
        }, blocks);
        f.increase(tile, i32.mul(p.pixelBytes, TILE_OUTPUTS));
        f.increase(columns, -1);
      }, columns);
      f.increase(p.canvas, i32.mul(p.rowBytes, TILE_OUTPUTS));
      f.increase(p.tileRows, -1);
    }, p.tileRows);
  });
}

/**
 * `outputs(products, planeBytes, tileRows, tileColumns, pixelBytes, rowBytes, to)`: sums of products [element of a tile][tile], each
 * `pixelBytes` of int32, to sums [row][column], rows `rowBytes` apart. Tiles of a row are taken from the right: what the last one
 * writes beyond the row, others overwrite later. A row and a pixel are written past the end.
 */
function defineOutputs(module: ModuleBuilder): void {
  const parameters = {
    products: 'i32',
    planeBytes: 'i32',
    tileRows: 'i32',
    tileColumns: 'i32',
    pixelBytes: 'i32',
    rowBytes: 'i32',
    to: 'i32',
  } as const;
  module.define('outputs', parameters, (f, p) => {
    const lineBytes = f.let('i32', i32.mul(p.tileColumns, p.pixelBytes));
    const [tile, pixel, end] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const [from, element, target] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const pixelOf = (row: number, column: number): I32 =>
      i32.add(target, i32.add(i32.mul(p.rowBytes, row), i32.mul(p.pixelBytes, column)));
    f.doWhile(() => {
      f.set(tile, i32.add(p.products, lineBytes));
      f.set(pixel, i32.add(p.to, i32.mul(lineBytes, TILE_OUTPUTS)));
      f.doWhile(
        () => {
          f.set(end, tile);
          f.set(tile, i32.sub(tile, p.pixelBytes));
          f.set(pixel, i32.sub(pixel, i32.mul(p.pixelBytes, TILE_OUTPUTS)));
          f.set(from, tile);
          f.set(target, pixel);
          f.doWhile(
            () => {
              f.set(element, from);
              const rows = four(() =>
                four(() => {
                  const vector = f.let('v128', v128.load(element));
                  f.increase(element, p.planeBytes);
                  return vector;
                }),
              );
              bothSides(f, rows, timesA).forEach((sums, row) =>
                sums.forEach((sum, column) => f.store('v128', pixelOf(row, column), i32x4.shrS(sum, 2))),
              );
              f.increase(from, 16);
              f.increase(target, 16);
            },
            i32.ne(from, end),
          );
        },
        i32.ne(tile, p.products),
      );
      f.increase(p.products, lineBytes);
      f.increase(p.to, i32.mul(p.rowBytes, TILE_OUTPUTS));
      f.increase(p.tileRows, -1);
    }, p.tileRows);
  });
}
