import type { I32, V128 } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { i16x8, i32x4, v128 } from '../../wasm/simd.js';
import { emitted } from './emitted.js';

/**
 * A form of the fast convolution of Winograd as Lavin and Gray give them (https://arxiv.org/abs/1509.09308), in integers:
 *
 *     factors · outputs = Aᵀ · [(G · weights · Gᵀ) ⊙ (Bᵀ · inputs · B)] · A
 *
 * Rows of G and of Aᵀ are multiples of theirs, so that all elements are integers. Outputs come out a number of times as large, which
 * differs by row and column: `odd`, times 2 to the power of what `shifts` says of both. Everything is exact modulo 2^32, where an odd
 * number has an inverse.
 */
export interface WinogradForm {
  /** Rows and columns of inputs that a tile reads. */
  readonly inputs: number;
  /** Rows and columns of outputs that it writes. */
  readonly outputs: number;
  readonly g: readonly (readonly [number, number, number])[];
  /** As many int16 vectors as there are inputs, times Bᵀ. */
  readonly timesB: (f: FunctionBuilder, vectors: readonly Vector[]) => V128[];
  /** As many int32 vectors, times Aᵀ. */
  readonly timesA: (f: FunctionBuilder, vectors: readonly Vector[]) => V128[];
  readonly odd: number;
  readonly shifts: readonly number[];
  /** What one added to all outputs of a tile is in the element 1, 1, which reaches them all in proportion. */
  readonly one: number;
}

type Vector = Local<'v128'>;

/** F(2 × 2, 3 × 3): Bᵀ = [1 0 −1 0; 0 1 1 0; 0 −1 1 0; 0 1 0 −1], Aᵀ = [1 1 1 0; 0 1 −1 −1]. */
export const F2: WinogradForm = {
  inputs: 4,
  outputs: 2,
  g: [
    [2, 0, 0],
    [1, 1, 1],
    [1, -1, 1],
    [0, 0, 2],
  ],
  timesB: (_, [a, b, c, d]) => [i16x8.sub(a!, c!), i16x8.add(b!, c!), i16x8.sub(c!, b!), i16x8.sub(b!, d!)],
  timesA: (_, [a, b, c, d]) => [i32x4.add(i32x4.add(a!, b!), c!), i32x4.sub(i32x4.sub(b!, c!), d!)],
  odd: 1,
  shifts: [1, 1],
  one: 4,
};

const threeTimes = (vector: V128): V128 => i32x4.add(vector, i32x4.shl(vector, 1));

/**
 * F(4 × 4, 3 × 3):
 *
 *     Bᵀ = [4 0 −5 0 1 0; 0 −4 −4 1 1 0; 0 4 −4 −1 1 0; 0 −2 −1 2 1 0; 0 2 −1 −2 1 0; 0 4 0 −5 0 1]
 *     Aᵀ = [6 −4 −4 1 1 0; 0 −2 2 1 −1 0; 0 −1 −1 1 1 0; 0 −1 1 2 −2 6], of outputs 24, 12, 6 and 6 times as large
 */
export const F4: WinogradForm = {
  inputs: 6,
  outputs: 4,
  g: [
    [1, 0, 0],
    [1, 1, 1],
    [1, -1, 1],
    [1, 2, 4],
    [1, -2, 4],
    [0, 0, 1],
  ],
  timesB: (f, [a, b, c, d, e, last]) => {
    const evens = f.let('v128', i16x8.sub(e!, i16x8.shl(c!, 2)));
    const odds = f.let('v128', i16x8.sub(d!, i16x8.shl(b!, 2)));
    const evensBy1 = f.let('v128', i16x8.sub(e!, c!));
    const oddsBy2 = f.let('v128', i16x8.shl(i16x8.sub(d!, b!), 1));
    return [
      i16x8.add(i16x8.shl(i16x8.sub(a!, c!), 2), evensBy1),
      i16x8.add(evens, odds),
      i16x8.sub(evens, odds),
      i16x8.add(evensBy1, oddsBy2),
      i16x8.sub(evensBy1, oddsBy2),
      i16x8.sub(i16x8.sub(last!, d!), i16x8.shl(oddsBy2, 1)),
    ];
  },
  timesA: (f, [a, b, c, d, e, last]) => {
    const [sum1, difference1] = [f.let('v128', i32x4.add(b!, c!)), f.let('v128', i32x4.sub(c!, b!))];
    const [sum2, difference2] = [f.let('v128', i32x4.add(d!, e!)), f.let('v128', i32x4.sub(d!, e!))];
    return [
      i32x4.add(i32x4.shl(i32x4.sub(threeTimes(a!), i32x4.shl(sum1, 1)), 1), sum2),
      i32x4.add(i32x4.shl(difference1, 1), difference2),
      i32x4.sub(sum2, sum1),
      i32x4.add(difference1, i32x4.shl(i32x4.add(difference2, threeTimes(last!)), 1)),
    ];
  },
  odd: 9,
  shifts: [3, 2, 1, 1],
  one: 36,
};

/** Elements of a transformed tile. */
export function elementsOf({ inputs }: WinogradForm): number {
  return inputs * inputs;
}

export function winogradModule(form: WinogradForm): WebAssembly.Module {
  return emitted(`winograd ${form.outputs}`, (module) => {
    defineInputs(module, form);
    defineOutputs(module, form);
  });
}

const each = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Both sides of a square of vectors, which are read column by column. */
function bothSides(
  f: FunctionBuilder,
  size: number,
  read: (row: number, column: number) => V128,
  times: (f: FunctionBuilder, vectors: readonly Vector[]) => V128[],
): V128[][] {
  const columns = each(size, (column) => {
    const vectors = each(size, (row) => f.let('v128', read(row, column)));
    return times(f, vectors).map((vector) => f.let('v128', vector));
  });
  return columns[0]!.map((_, row) =>
    times(
      f,
      columns.map((column) => column[row]!),
    ),
  );
}

/** The number whose product with an odd one is 1 modulo 2^32. */
function inverseOf(odd: number): number {
  let inverse = odd; // right in three bits, and in twice as many after each step
  for (let bits = 3; bits < 32; bits *= 2) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse;
}

/**
 * `inputs(canvas, rowBytes, pixelBytes, tileRows, tileColumns, blocks, planeBytes, to)`: int16 values of a canvas, tile by tile,
 * eight channels in a block, to [element of a tile][tile][block].
 */
function defineInputs(module: ModuleBuilder, { inputs, outputs, timesB }: WinogradForm): void {
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
          const read = (row: number, column: number): V128 => {
            if (row > 0) f.increase(pixel, p.rowBytes);
            else f.set(pixel, i32.add(from, i32.mul(p.pixelBytes, column)));
            return v128.load(pixel);
          };
          f.set(target, p.to);
          for (const vector of bothSides(f, inputs, read, timesB).flat()) {
            f.store('v128', target, vector);
            f.increase(target, p.planeBytes);
          }
          f.increase(from, 16);
          f.increase(p.to, 16);
          f.increase(blocks, -1);
        }, blocks);
        f.increase(tile, i32.mul(p.pixelBytes, outputs));
        f.increase(columns, -1);
      }, columns);
      f.increase(p.canvas, i32.mul(p.rowBytes, outputs));
      f.increase(p.tileRows, -1);
    }, p.tileRows);
  });
}

/**
 * `outputs(products, planeBytes, tileRows, tileColumns, pixelBytes, rowBytes, to)`: sums of products [element of a tile][tile], each
 * `pixelBytes` of int32, to sums [row][column], rows `rowBytes` apart. Tiles of a row are taken from the right: what the last one
 * writes beyond the row, others overwrite later. Rows and pixels up to the end of the last tile are written.
 */
function defineOutputs(module: ModuleBuilder, { inputs, outputs, timesA, odd, shifts }: WinogradForm): void {
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
    const rowOfPlanes = f.let('i32', i32.mul(p.planeBytes, inputs));
    const [tile, pixel, end] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const [from, element, target] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const inverse = odd === 1 ? null : f.let('v128', i32x4.splat(inverseOf(odd)));
    const pixelOf = (row: number, column: number): I32 =>
      i32.add(target, i32.add(i32.mul(p.rowBytes, row), i32.mul(p.pixelBytes, column)));
    f.doWhile(() => {
      f.set(tile, i32.add(p.products, lineBytes));
      f.set(pixel, i32.add(p.to, i32.mul(lineBytes, outputs)));
      f.doWhile(
        () => {
          f.set(end, tile);
          f.set(tile, i32.sub(tile, p.pixelBytes));
          f.set(pixel, i32.sub(pixel, i32.mul(p.pixelBytes, outputs)));
          f.set(from, tile);
          f.set(target, pixel);
          f.doWhile(
            () => {
              const read = (row: number, column: number): V128 => {
                if (row > 0) f.increase(element, rowOfPlanes);
                else f.set(element, i32.add(from, i32.mul(p.planeBytes, column)));
                return v128.load(element);
              };
              bothSides(f, inputs, read, timesA).forEach((sums, row) =>
                sums.forEach((multiple, column) => {
                  const shifted = inverse === null ? multiple : i32x4.mul(multiple, inverse);
                  const sum = i32x4.shrS(shifted, shifts[row]! + shifts[column]!);
                  f.store('v128', pixelOf(row, column), sum);
                }),
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
      f.increase(p.to, i32.mul(p.rowBytes, outputs));
      f.increase(p.tileRows, -1);
    }, p.tileRows);
  });
}
