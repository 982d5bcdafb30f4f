import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';

/** Channels of a vector of sums. */
export const LANES = 4;

/** What sums are combined with; an i64 fills two vectors of four channels. */
export interface Column {
  readonly type: 'i32' | 'f32' | 'i64';
  /** Bigints as i64, numbers otherwise; one for all channels or one for each. */
  readonly values: readonly (number | bigint)[];
}

/** Sums of four channels → their codes in int32, zero point included, not yet clamped to a narrower format. */
export interface Lanes {
  /** Says all that `write` depends on. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** @param columns the vectors of these channels, in the order of `columns`; of an i64 two, one after the other */
  readonly write: (f: FunctionBuilder, sums: Local<'v128'>, columns: readonly V128[]) => V128;
}

/** The vectors of one column for four channels. */
export function vectorsOf({ type }: Column): number {
  return type === 'i64' ? 2 : 1;
}

/** Writes the vectors of a group of channels, column by column; what is beyond the last channel is as the last. */
export function fillGroup(columns: readonly Column[], group: number, bytes: DataView, from: number): void {
  let at = from;
  for (const { type, values } of columns) {
    for (let lane = 0; lane < LANES; lane += 1) {
      const value = values[Math.min(group * LANES + lane, values.length - 1)]!;
      if (type === 'i64') bytes.setBigInt64(at, BigInt(value), true);
      else if (type === 'i32') bytes.setInt32(at, Number(value), true);
      else bytes.setFloat32(at, Number(value), true);
      at += type === 'i64' ? 8 : 4;
    }
  }
}
