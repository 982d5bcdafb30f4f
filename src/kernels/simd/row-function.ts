import type { I32, V128 } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { elementBytes } from '../../tensor/tensor.js';
import { f32, i32 } from '../../wasm/scalar.js';
import { v128 } from '../../wasm/simd.js';
import { boundVector, CHUNK, clampedCodes, storeChunk, type CodeStorage } from './epilogues/narrowing.js';
import { unrolled } from './unrolled.js';
import { READ, type NarrowType } from './widen-function.js';

/** Sums of a row and the values that codes are made of: int32, or float32 that are added one by one. */
export type RowNumbers = 'i32' | 'f32';

/** Bytes of what is known of a row after `terms`. */
export const SUM_BYTES = 8;

/** Bytes of what `codes` is told of a row. */
export const ROW_BYTES = 16;

const ADD = { i32: i32.add, f32: f32.add } as const;

/**
 * `terms(x, rows, length, table, values, sums)`: of every code of a row, by its distance to the largest, a value and a term out of a
 * table of both; the values side by side, and of each row the sum of its terms and its largest code (int32).
 */
export function defineTerms(module: ModuleBuilder, type: NarrowType, numbers: RowNumbers): void {
  const { bytes, one } = READ[type];
  const parameters = {
    x: 'i32',
    rows: 'i32',
    length: 'i32',
    table: 'i32',
    values: 'i32',
    sums: 'i32',
  } as const;
  module.define('terms', parameters, (f, p) => {
    const [place, end, largest, code] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const entry = f.local('i32');
    const sum = f.local<RowNumbers>(numbers);
    const read = { i32: i32.load, f32: f32.load }[numbers];
    f.while(p.rows, () => {
      f.set(place, p.x);
      f.set(end, i32.add(p.x, i32.mul(p.length, bytes)));
      f.set(largest, one(place));
      f.upTo(place, end, bytes, () => {
        f.set(code, one(place));
        f.set(largest, i32.select(code, largest, i32.gtS(code, largest)));
      });
      f.set(sum, 0);
      unrolled(f, p.values, p.length, 4, (count) => {
        for (let i = 0; i < count; i += 1) {
          f.set(entry, i32.add(p.table, i32.shl(i32.sub(largest, one(p.x, bytes * i)), 3)));
          f.store('i32', p.values, i32.load(entry), 4 * i);
          f.set(sum, (ADD[numbers] as typeof i32.add)(sum as I32, read(entry, 4) as I32));
        }
        f.increase(p.x, bytes * count);
      });
      f.store<RowNumbers>(numbers, p.sums, sum);
      f.store('i32', p.sums, largest, 4);
      f.increase(p.sums, SUM_BYTES);
      f.increase(p.rows, -1);
    });
  });
}

/** Codes of a row from its values. */
export interface RowFormula {
  /** Formulas of one name are the same. */
  readonly name: string;
  /** Declares and sets what codes of a row share. @param row the address of what is known of it, `ROW_BYTES` */
  readonly begin: (f: FunctionBuilder, row: I32) => (values: Local<'v128'>) => V128;
}

/**
 * `codes(values, rows, length, of, bounds, to)`: codes of rows, clamped. `of` has `ROW_BYTES` for each row; `bounds` is the vector of
 * the lowest code and that of the highest.
 */
export function defineCodes(module: ModuleBuilder, { begin }: RowFormula, storage: CodeStorage): void {
  const parameters = {
    values: 'i32',
    rows: 'i32',
    length: 'i32',
    of: 'i32',
    bounds: 'i32',
    to: 'i32',
  } as const;
  module.define('codes', parameters, (f, p) => {
    const min = f.let('v128', v128.load(p.bounds));
    const max = f.let('v128', v128.load(p.bounds, 16));
    const bytes = elementBytes(storage);
    const end = f.local('i32');
    const from = f.local('i32');
    const [low, high] = [f.local('v128'), f.local('v128')];
    f.while(p.rows, () => {
      const codeOf = begin(f, p.of);
      f.set(end, i32.add(p.to, i32.mul(p.length, bytes)));
      f.set(from, p.values);
      f.upTo(p.to, end, CHUNK * bytes, () => {
        f.set(low, v128.load(from));
        f.set(high, v128.load(from, 16));
        f.set(low, codeOf(low));
        f.set(high, codeOf(high));
        storeChunk(f, storage, clampedCodes(f, storage, [low, high], [min, max]), p.to, end);
        f.increase(from, 4 * CHUNK);
      });
      f.set(p.to, end);
      f.increase(p.values, i32.shl(p.length, 2));
      f.increase(p.of, ROW_BYTES);
      f.increase(p.rows, -1);
    });
  });
}

/** The table of bounds that `codes` reads. */
export function boundsTable(storage: CodeStorage, min: number, max: number): Uint8Array {
  return Uint8Array.from(
    [min, max].flatMap((bound) => Array.from(new Uint8Array(boundVector(storage, bound).buffer))),
  );
}
