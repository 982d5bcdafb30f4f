import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import { ROWS } from './tile.js';

/** The indices of the rows of a tile whose first is `row`. Where a tile has more rows than are left, the last one repeats. */
export function rowIndices(
  f: FunctionBuilder,
  row: Local<'i32'>,
  rowCount: Local<'i32'>,
): { readonly of: readonly Local<'i32'>[]; update(): void } {
  const of = ROWS.map(() => f.local('i32'));
  const update = (): void =>
    ROWS.forEach((r) => {
      const index = i32.add(row, r);
      f.set(of[r]!, i32.select(index, i32.sub(rowCount, 1), i32.ltS(index, rowCount)));
    });
  return { of, update };
}
