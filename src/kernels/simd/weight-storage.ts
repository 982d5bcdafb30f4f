import type { IntFormat } from '../../arith/int-format.js';
import { assertNever } from '../../core/errors.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import { i16x8, v128 } from '../../wasm/simd.js';

/** How packed weights are stored; a narrow one is widened as it is read. */
export type WeightStorage = 'int16' | 'int4' | 'int2';

/**
 * Two weights of each of eight columns, [vector][column][2]: what one multiplication of two vectors takes. Of int4, byte i holds
 * weights i and 8 + i, the first in its low half; of int2, byte i holds weights i, 4 + i, 8 + i and 12 + i, from its low end on.
 */
export const BLOCK_WEIGHTS = 16;

export const BLOCK_BYTES: Readonly<Record<WeightStorage, number>> = { int16: 32, int4: 8, int2: 4 };

/** How weights of a format are stored: packed up to int4; wider ones as int16, which multiplies without widening. */
export function storageFor(format: IntFormat): WeightStorage {
  if (isWithin(format, 2)) return 'int2';
  return isWithin(format, 4) ? 'int4' : 'int16';
}

function isWithin({ bits, signed }: IntFormat, signedBits: number): boolean {
  return bits + (signed ? 0 : 1) <= signedBits;
}

/** Stores a weight of a block at an index of it. */
export type StoreWeight = (block: number, index: number, weight: number) => void;

/** Empty blocks, and what fills them. */
export function weightBlocks(
  storage: WeightStorage,
  blocks: number,
): { readonly packed: Int8Array | Int16Array; readonly store: StoreWeight } {
  switch (storage) {
    case 'int16': {
      const packed = new Int16Array(blocks * BLOCK_WEIGHTS);
      return {
        packed,
        store: (block, index, weight) => void (packed[block * BLOCK_WEIGHTS + index] = weight),
      };
    }
    case 'int4':
    case 'int2': {
      const bits = storage === 'int4' ? 4 : 2;
      const bytes = BLOCK_BYTES[storage];
      const packed = new Int8Array(blocks * bytes);
      const mask = 2 ** bits - 1;
      return {
        packed,
        store: (block, index, weight) => {
          packed[block * bytes + (index % bytes)]! |= (weight & mask) << (bits * Math.floor(index / bytes));
        },
      };
    }
    default:
      return assertNever(storage);
  }
}

/** Each lane times a power of two: shifts lanes of one vector differently. */
const LOW_COLUMNS_OF_INT2 = v128.const(
  new Uint8Array(Int16Array.of(...Array(4).fill(2 ** 14), ...Array(4).fill(2 ** 12)).buffer),
);
const HIGH_COLUMNS_OF_INT2 = v128.const(
  new Uint8Array(Int16Array.of(...Array(4).fill(2 ** 10), ...Array(4).fill(2 ** 8)).buffer),
);

/** Reads a block as two vectors of int16. */
export function readBlock(
  f: FunctionBuilder,
  storage: WeightStorage,
  address: Local<'i32'>,
  offset: number,
  [first, second]: readonly [Local<'v128'>, Local<'v128'>],
): void {
  switch (storage) {
    case 'int16':
      f.set(first, v128.load(address, offset));
      f.set(second, v128.load(address, offset + 16));
      return;
    case 'int4':
      f.set(second, i16x8.load8x8U(address, offset));
      f.set(first, i16x8.shrS(i16x8.shl(second, 12), 12));
      f.set(second, i16x8.shrS(i16x8.shl(second, 8), 12));
      return;
    case 'int2':
      f.set(second, i16x8.extendLowI8x16U(v128.load32Splat(address, offset)));
      f.set(first, i16x8.shrS(i16x8.mul(second, LOW_COLUMNS_OF_INT2), 14));
      f.set(second, i16x8.shrS(i16x8.mul(second, HIGH_COLUMNS_OF_INT2), 14));
  }
}
