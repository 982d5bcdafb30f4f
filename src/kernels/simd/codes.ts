import type { ElementType } from '../../tensor/tensor.js';
import type { I32, V128 } from '../../wasm/expression.js';
import { i32 } from '../../wasm/scalar.js';
import { i16x8, i32x4 } from '../../wasm/simd.js';
import { formatOf } from '../fast/operands.js';
import type { Operand, Result } from '../kernel.js';

/** What codes of at most 16 bits are stored in. */
export type CodeType = Exclude<ElementType, 'float32' | 'int32'>;

export const isShort = (value: Operand | Result): boolean => formatOf(value).bits <= 16;

/** How a code is read as int32. */
export const LOADS: Readonly<Record<CodeType, (address: I32) => I32>> = {
  int8: i32.load8S,
  uint8: i32.load8U,
  int16: i32.load16S,
  uint16: i32.load16U,
};

const ofBytes =
  (eight: (address: I32) => V128) =>
  (address: I32): readonly [V128, V128] => [
    i32x4.extendLowI16x8S(eight(address)),
    i32x4.extendHighI16x8S(eight(address)),
  ];

/** How eight codes are read as two vectors of int32. */
export const EIGHT_LOADS: Readonly<Record<CodeType, (address: I32) => readonly [V128, V128]>> = {
  int8: ofBytes(i16x8.load8x8S),
  uint8: ofBytes(i16x8.load8x8U),
  int16: (address) => [i32x4.load16x4S(address), i32x4.load16x4S(address, 8)],
  uint16: (address) => [i32x4.load16x4U(address), i32x4.load16x4U(address, 8)],
};
