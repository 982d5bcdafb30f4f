import { signed } from './leb128.js';

/** The types of WebAssembly values, with the byte that stands for each. */
export const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof VALUE_TYPES;

/** Instructions that leave one value on the stack. It is code: used twice, it is computed twice. */
export interface Expression<T extends ValueType> {
  readonly type: T;
  readonly code: readonly number[];
}

export type I32 = Expression<'i32'>;
export type I64 = Expression<'i64'>;
export type F32 = Expression<'f32'>;
export type F64 = Expression<'f64'>;
export type V128 = Expression<'v128'>;

/** What an instruction takes: an expression, or a number in the place of a constant. */
export type Operand<T extends ValueType> =
  | Expression<T>
  | (T extends 'i64' ? bigint : T extends 'v128' ? never : number);

/** The code of an operand; numbers become constants. */
export function codeOf<T extends ValueType>(type: T, operand: Operand<T>): readonly number[] {
  if (typeof operand === 'bigint') return [0x42, ...signed(BigInt.asIntN(64, operand))];
  if (typeof operand !== 'number') return operand.code;
  switch (type) {
    case 'f32':
      return [0x43, ...new Uint8Array(Float32Array.of(operand).buffer)];
    case 'f64':
      return [0x44, ...new Uint8Array(Float64Array.of(operand).buffer)];
    default:
      return [0x41, ...signed(BigInt(operand | 0))];
  }
}

/** An instruction: its opcode, after an optional prefix, behind its operands. */
export function instruction<R extends ValueType>(
  type: R,
  opcode: readonly number[],
  ...operands: readonly (readonly number[])[]
): Expression<R> {
  return { type, code: [...operands.flat(), ...opcode] };
}
