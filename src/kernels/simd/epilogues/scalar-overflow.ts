import type { ApOverflow } from '../../../arith/requantizers/names.js';
import { assertNever } from '../../../core/errors.js';
import type { I32, I64 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';
import { i32, i64 } from '../../../wasm/scalar.js';
import { endsOf, type Destination } from '../../fast/requantizers/overflow.js';
import type { Reader, Scalar } from './scalar.js';

/** `fast/requantizers/overflow.ts` as code for one sum: what `ap_fixed` makes of a rounded value outside W bits. */
export function withOverflow(value: Scalar, destination: Destination, mode: ApOverflow): Scalar {
  const ends = endsOf(destination);
  const [lowest, highest] = [BigInt(ends.lowest), BigInt(ends.highest)];
  switch (mode) {
    case 'sat':
      return replaced(value, 'Saturated', { lowest, highest }, nearestEnd);
    case 'sat-sym':
      return replaced(
        value,
        'Saturated',
        { lowest: destination.isSigned === 1 ? -highest : 0n, highest },
        nearestEnd,
      );
    case 'sat-zero':
      return replaced(value, 'OrZero', { lowest, highest }, () => i64.const(0n));
    case 'wrap':
      return replaced(value, 'WrappedInto', { lowest, highest, ...topBits(destination) }, wrapped);
    case 'wrap-sm':
      return replaced(value, 'WrappedBySign', { lowest, highest, ...signBits(destination) }, wrappedBySign);
    default:
      return assertNever(mode);
  }
}

/** What takes the place of a value outside the format. */
type Replacement = (x: Local<'i64'>, sum: I32, read: Reader, f: FunctionBuilder) => I64;

function replaced(value: Scalar, name: string, columns: Scalar['columns'], replacement: Replacement): Scalar {
  return {
    name: `${value.name}${name}`,
    columns: { ...value.columns, ...columns },
    write: (f, sum, read) => {
      const x = f.let('i64', value.write(f, sum, read));
      const fits = i32.and(i64.geS(x, read.i64('lowest')), i64.leS(x, read.i64('highest')));
      return i64.select(x, replacement(x, sum, read, f), fits);
    },
  };
}

const nearestEnd: Replacement = (x, _, read) =>
  i64.select(read.i64('lowest'), read.i64('highest'), i64.ltS(x, read.i64('lowest')));

/** The low bits of a word, as the format reads them: `wordSign` is its sign bit, or 0. */
function reread(word: I64, read: Reader): I64 {
  const kept = i64.and(word, read.i64('mask'));
  return i64.sub(i64.xor(kept, read.i64('wordSign')), read.i64('wordSign'));
}

function readingOf({ bits, isSigned }: Destination) {
  const topBit = 1n << BigInt(bits - 1);
  return { mask: 2n * topBit - 1n, topBit, wordSign: isSigned === 1 ? topBit : 0n };
}

/** AP_WRAP: the top N bits are set by the sign of the source; of a signed format with N >= 1 the sign bit is that sign. */
function topBits(destination: Destination) {
  const { bits, isSigned, saturatedBits } = destination;
  const { mask, topBit, wordSign } = readingOf(destination);
  const top = mask - (mask >> BigInt(Math.min(saturatedBits, bits)));
  const isKept = saturatedBits === 0;
  return {
    mask,
    wordSign,
    keptBits: mask - top,
    ofNegative: isKept ? 0n : isSigned === 1 ? topBit : top,
    ofPositive: isKept ? 0n : isSigned === 1 ? top - topBit : top,
  };
}

const wrapped: Replacement = (x, sum, read) =>
  reread(
    i64.or(
      i64.and(x, read.i64('keptBits')),
      i64.select(read.i64('ofNegative'), read.i64('ofPositive'), i32.ltS(sum, 0)),
    ),
    read,
  );

/** AP_WRAP_SM: the new sign is the lowest bit that was deleted (bit W of the result), or the sign of the source. */
function signBits(destination: Destination) {
  const { droppedBits, bits, saturatedBits } = destination;
  const place = saturatedBits === 0 ? droppedBits + bits : 63;
  return {
    ...readingOf(destination),
    signLeft: BigInt(Math.max(-place, 0)),
    signRight: BigInt(Math.max(place, 0)),
  };
}

const wrappedBySign: Replacement = (x, sum, read, f) => {
  const moved = i64.shrS(i64.shl(i64.extendI32S(sum), read.i64('signLeft')), read.i64('signRight'));
  const isNegative = f.let('i32', i32.wrapI64(i64.and(moved, 1n)));
  const isSet = i64.ne(i64.and(x, read.i64('topBit')), 0n);
  const word = f.let('i64', i64.select(x, i64.xor(x, -1n), i32.eq(isNegative, isSet)));
  const withBit = i64.or(word, read.i64('topBit'));
  return reread(i64.select(withBit, i64.xor(withBit, read.i64('topBit')), isNegative), read);
};
