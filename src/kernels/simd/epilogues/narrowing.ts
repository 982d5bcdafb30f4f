import { maxOf, minOf } from '../../../arith/int-format.js';
import { elementBytes, type IntTensor } from '../../../tensor/tensor.js';
import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import { i16x8, i32x4, i8x16 } from '../../../wasm/simd.js';

/** How codes are stored. */
export type CodeStorage = IntTensor['type'];

/** Codes of a chunk of channels: two vectors of int32. */
export const CHUNK = 8;

interface Narrowing {
  /** Two vectors of int32 → as few vectors as hold their codes, saturated. */
  readonly narrow: (first: V128, second: V128) => readonly V128[];
  readonly min: (a: V128, b: V128) => V128;
  readonly max: (a: V128, b: V128) => V128;
  readonly filled: (value: number) => ArrayBufferView;
}

const asInt16 = i16x8.narrowI32x4S;

const NARROWINGS: Readonly<Record<CodeStorage, Narrowing>> = {
  int8: {
    narrow: (a, b) => [i8x16.narrowI16x8S(asInt16(a, b), i16x8.splat(0))],
    min: i8x16.minS,
    max: i8x16.maxS,
    filled: (value) => new Int8Array(16).fill(value),
  },
  uint8: {
    narrow: (a, b) => [i8x16.narrowI16x8U(asInt16(a, b), i16x8.splat(0))],
    min: i8x16.minU,
    max: i8x16.maxU,
    filled: (value) => new Uint8Array(16).fill(value),
  },
  int16: {
    narrow: (a, b) => [asInt16(a, b)],
    min: i16x8.minS,
    max: i16x8.maxS,
    filled: (value) => new Int16Array(8).fill(value),
  },
  uint16: {
    narrow: (a, b) => [i16x8.narrowI32x4U(a, b)],
    min: i16x8.minU,
    max: i16x8.maxU,
    filled: (value) => new Uint16Array(8).fill(value),
  },
  int32: {
    narrow: (a, b) => [a, b],
    min: i32x4.minS,
    max: i32x4.maxS,
    filled: (value) => new Int32Array(4).fill(value),
  },
};

/** The vector of a bound of codes, 16 bytes. */
export function boundVector(storage: CodeStorage, value: number): ArrayBufferView {
  return NARROWINGS[storage].filled(value);
}

/** Whether narrowing, which saturates, leaves codes of these bounds. */
export function isWhole(storage: CodeStorage, min: number, max: number): boolean {
  const bits = 8 * elementBytes(storage);
  const format = { bits, signed: !storage.startsWith('u') };
  return min === minOf(format) && max === maxOf(format);
}

/** The codes of a chunk, between bounds where there are some. */
export function clampedCodes(
  f: FunctionBuilder,
  storage: CodeStorage,
  [first, second]: readonly [V128, V128],
  bounds: readonly [min: V128, max: V128] | null,
): readonly Local<'v128'>[] {
  const { narrow, min, max } = NARROWINGS[storage];
  const clamp = (codes: V128): V128 => (bounds === null ? codes : min(max(codes, bounds[0]), bounds[1]));
  return narrow(first, second).map((codes) => f.let('v128', clamp(codes)));
}

/** Stores the codes of a chunk, or of its first channels where `end` comes before the others. */
export function storeChunk(
  f: FunctionBuilder,
  storage: CodeStorage,
  codes: readonly V128[],
  to: Local<'i32'>,
  end: Local<'i32'>,
): void {
  const bytes = elementBytes(storage);
  const store = (): void => {
    if (bytes === 1) f.storeLane(64, to, codes[0]!, 0);
    else codes.forEach((vector, index) => f.store('v128', to, vector, 16 * index));
  };
  f.if(i32.leU(i32.add(to, CHUNK * bytes), end), store, () => {
    const perVector = 16 / bytes;
    for (let channel = 0; channel < CHUNK; channel += 1) {
      const vector = codes[Math.floor(channel / perVector)]!;
      f.if(i32.ltU(i32.add(to, channel * bytes), end), () =>
        f.storeLane((8 * bytes) as 8 | 16 | 32, to, vector, channel % perVector, channel * bytes),
      );
    }
  });
}
