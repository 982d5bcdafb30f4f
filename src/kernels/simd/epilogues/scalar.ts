import type { F64, I64 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';

/** What the code of one sum is computed with, by name: bigints as i64, numbers as f64. */
export type ScalarColumns = Readonly<Record<string, bigint | number>>;

/** Reads what was stored for the channel at hand. */
export interface Reader {
  readonly i64: (name: string) => I64;
  readonly f64: (name: string) => F64;
}

/** A value made of one sum by code for 64-bit integers and doubles, exact throughout. */
export interface Scalar {
  /** Says all that `write` depends on. */
  readonly name: string;
  /** Of one channel. */
  readonly columns: ScalarColumns;
  readonly write: (f: FunctionBuilder, sum: Local<'i32'>, read: Reader) => I64;
}
