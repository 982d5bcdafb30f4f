import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';
import type { V128 } from '../../../wasm/expression.js';
import { i32x4, v128 } from '../../../wasm/simd.js';

/** Columns of a vector: int16 operands in one v128, their int32 sums in two. */
export const VECTOR = 8;

export function vectorsFor(columns: number): number {
  return Math.ceil(columns / VECTOR);
}

/** Vectors that are written out one after the other; more are a loop. */
const UNROLLED = 4;

/** What goes along with the elements: an address, how far it is from a row to the next, and what the elements there are. */
export interface Pointer {
  readonly local: Local<'i32'>;
  readonly rowBytes: number;
  readonly elementBytes: 2 | 4;
}

/**
 * Writes the code that passes over the elements of an array, rows in turn, a vector of columns at a time.
 *
 * @param write what is done with a vector, whose first element is `column` elements behind every pointer
 */
export function overVectors(
  f: FunctionBuilder,
  rows: number,
  columns: number,
  pointers: readonly Pointer[],
  write: (column: number) => void,
): void {
  const vectors = vectorsFor(columns);
  const chunks = vectors < 2 * UNROLLED ? 0 : Math.floor(vectors / UNROLLED);
  const writeOut = (count: number): void => {
    for (let vector = 0; vector < count; vector += 1) write(vector * VECTOR);
  };
  const left = f.let('i32', rows);
  f.doWhile(() => {
    if (chunks > 0) {
      const leftInRow = f.let('i32', chunks);
      f.doWhile(() => {
        writeOut(UNROLLED);
        for (const { local, elementBytes } of pointers) f.increase(local, UNROLLED * VECTOR * elementBytes);
        f.increase(leftInRow, -1);
      }, leftInRow);
    }
    writeOut(vectors - chunks * UNROLLED);
    for (const { local, rowBytes, elementBytes } of pointers) {
      f.increase(local, rowBytes - chunks * UNROLLED * VECTOR * elementBytes);
    }
    f.increase(left, -1);
  }, left);
}

/** The sums of a vector, of the first and of the second half of its columns. */
export type Sums = readonly [low: V128, high: V128];

/** The operands of a vector, a pair in each lane of the array. */
export interface OperandPair {
  readonly a: V128;
  readonly b: V128;
}

/** Writes the code that adds the products of a vector to its sums. */
export function addProducts(f: FunctionBuilder, sums: Sums, pairs: readonly OperandPair[]): Sums {
  let [low, high] = sums;
  for (const pair of pairs) {
    const [a, b] = [f.let('v128', pair.a), f.let('v128', pair.b)];
    low = i32x4.add(low, i32x4.extmulLowI16x8S(a, b));
    high = i32x4.add(high, i32x4.extmulHighI16x8S(a, b));
  }
  return [low, high];
}

export function loadSums(address: Local<'i32'>, column: number): Sums {
  return [v128.load(address, 4 * column), v128.load(address, 4 * column + 16)];
}

export function storeSums(
  f: FunctionBuilder,
  address: Local<'i32'>,
  column: number,
  [low, high]: Sums,
  offset = 0,
): void {
  f.store('v128', address, low, offset + 4 * column);
  f.store('v128', address, high, offset + 4 * column + 16);
}
