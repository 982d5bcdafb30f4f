import type { I32, V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';
import { f32, i32 } from '../../../wasm/scalar.js';
import { f32x4, v128 } from '../../../wasm/simd.js';

export const FLOAT_BYTES = 4;
export const VECTOR_BYTES = 16;

/** Four rows of two vectors: with the operands of a step, what the registers hold. */
export const TILE_ROWS = 4;
export const TILE_LANES = 8;
export const ROW_BYTES = TILE_LANES * FLOAT_BYTES;
export const TILE_BYTES = TILE_ROWS * ROW_BYTES;

export const ROWS = Array.from({ length: TILE_ROWS }, (_, row) => row);
export const VECTORS = [0, 1] as const;

/** Sums of a tile in registers, in a function that is being written. */
export class Tile {
  /** [row][vector] */
  readonly sums: readonly (readonly Local<'v128'>[])[];
  readonly #f: FunctionBuilder;

  constructor(f: FunctionBuilder) {
    this.#f = f;
    this.sums = ROWS.map(() => VECTORS.map(() => f.local('v128')));
  }

  clear(): void {
    for (const sum of this.sums.flat()) this.#f.set(sum, f32x4.splat(0));
  }

  /** Adds to a row the products of its factors with both vectors. */
  addProducts(row: number, factors: readonly [V128, V128], vectors: readonly [V128, V128]): void {
    for (const vector of VECTORS) {
      const sum = this.sums[row]![vector]!;
      this.#f.set(sum, f32x4.add(sum, f32x4.mul(factors[vector], vectors[vector])));
    }
  }

  /** Adds the sums to a tile in memory. */
  addTo(address: I32): void {
    for (const row of ROWS) {
      for (const vector of VECTORS) {
        const at = row * ROW_BYTES + vector * VECTOR_BYTES;
        const sum = f32x4.add(v128.load(address, at), this.sums[row]![vector]!);
        this.#f.store('v128', address, sum, at);
      }
    }
  }
}

/** Both vectors of a row in memory. */
export function loadRow(f: FunctionBuilder, address: I32): [Local<'v128'>, Local<'v128'>] {
  const at = f.let('i32', address);
  return [f.let('v128', v128.load(at)), f.let('v128', v128.load(at, VECTOR_BYTES))];
}

/** Makes all rows of a tile in memory the same. */
export function fillRows(f: FunctionBuilder, address: I32, [low, high]: readonly [V128, V128]): void {
  for (const row of ROWS) {
    f.store('v128', address, low, row * ROW_BYTES);
    f.store('v128', address, high, row * ROW_BYTES + VECTOR_BYTES);
  }
}

/** The address of an element of an array of four bytes each. */
export const elementAt = (array: I32, index: I32 | number): I32 =>
  i32.add(array, i32.shl(index, Math.log2(FLOAT_BYTES)));

/** Writes to memory what rows of a tile are clamped to, and of the last lanes as many as there are. */
export class RowStore {
  readonly #f: FunctionBuilder;
  readonly #min: Local<'v128'>;
  readonly #max: Local<'v128'>;
  readonly #to: Local<'i32'>;
  readonly #lane: Local<'i32'>;

  constructor(f: FunctionBuilder, min: Local<'f32'>, max: Local<'f32'>) {
    this.#f = f;
    this.#min = f.let('v128', f32x4.splat(min));
    this.#max = f.let('v128', f32x4.splat(max));
    this.#to = f.local('i32');
    this.#lane = f.local('i32');
  }

  /** @param row of a tile in memory at `tile`, which is clamped there; its first `width` lanes go `to` */
  write(tile: Local<'i32'>, row: number, to: I32, width: Local<'i32'>): void {
    const f = this.#f;
    const at = row * ROW_BYTES;
    const [low, high] = [0, VECTOR_BYTES].map((vector) =>
      clamped(v128.load(tile, at + vector), this.#min, this.#max),
    );
    f.set(this.#to, to);
    f.if(
      i32.geS(width, TILE_LANES),
      () => {
        f.store('v128', this.#to, low!);
        f.store('v128', this.#to, high!, VECTOR_BYTES);
      },
      () => {
        f.store('v128', tile, low!, at);
        f.store('v128', tile, high!, at + VECTOR_BYTES);
        f.set(this.#lane, 0);
        f.upTo(this.#lane, width, 1, () => {
          const value = f32.load(elementAt(tile, this.#lane), at);
          f.store('f32', elementAt(this.#to, this.#lane), value);
        });
      },
    );
  }
}

/** The nearest value from `min` to `max`, all vectors; a NaN stays. */
export const clamped = (value: V128, min: V128, max: V128): V128 => f32x4.pmin(f32x4.pmax(value, min), max);
