import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';

/** Channels of a vector of sums. */
export const LANES = 4;

/** What sums are combined with; an i64 or f64 fills two vectors of four channels. */
export interface Column {
  readonly type: 'i32' | 'f32' | 'i64' | 'f64';
  /** Bigints as i64, numbers otherwise; one for all channels or one for each. */
  readonly values: readonly (number | bigint)[];
}

/** Sums of four channels → their codes in int32, zero point included, not yet clamped to a narrower format. */
export interface Lanes {
  /** Says all that `write` depends on. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** @param columns the vectors of these channels, in the order of `columns`; of 64 bits two, one after the other */
  readonly write: (f: FunctionBuilder, sums: Local<'v128'>, columns: readonly V128[]) => V128;
}

const BYTES = { i32: 4, f32: 4, i64: 8, f64: 8 } as const;

/** The vectors of one column for four channels. */
export function vectorsOf({ type }: Column): number {
  return BYTES[type] / 4;
}

/** Writes the vectors of a group of channels, column by column; what is beyond the last channel is as the last. */
export function fillGroup(columns: readonly Column[], group: number, bytes: DataView, from: number): void {
  let at = from;
  for (const { type, values } of columns) {
    for (let lane = 0; lane < LANES; lane += 1) {
      const value = values[Math.min(group * LANES + lane, values.length - 1)]!;
      STORES[type](bytes, at, value);
      at += BYTES[type];
    }
  }
}

const STORES: Readonly<
  Record<Column['type'], (bytes: DataView, at: number, value: number | bigint) => void>
> = {
  i32: (bytes, at, value) => bytes.setInt32(at, Number(value), true),
  f32: (bytes, at, value) => bytes.setFloat32(at, Number(value), true),
  i64: (bytes, at, value) => bytes.setBigInt64(at, BigInt(value), true),
  f64: (bytes, at, value) => bytes.setFloat64(at, Number(value), true),
};
