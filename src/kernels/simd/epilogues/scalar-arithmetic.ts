import type { RoundingMode } from '../../../arith/rounding.js';
import type { I32, I64 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';
import { f32, f64, i32, i64 } from '../../../wasm/scalar.js';
import type { Arithmetic, Finish, Narrowing } from '../../fast/requantizers/arithmetic.js';
import { always, fusedAddends } from '../../fast/requantizers/product.js';
import type { Twice } from '../../fast/requantizers/twice.js';
import { roundingAddends, type RoundingAddends } from '../../fast/rounding-addends.js';
import { withOverflow } from './scalar-overflow.js';
import type { Reader, Scalar, ScalarColumns } from './scalar.js';

/**
 * Rules as code for one sum: each step as `arith` states it, in i64 where it is integers. A product of a sum and a multiplier is at
 * most 2^62 in magnitude and an addend below 2^62, so that nothing overflows that does not in the rule.
 */

const wide = (value: I32): I64 => i64.extendI32S(value);
const low32 = (value: I64): I64 => wide(i32.wrapI64(value));

function scalar(name: string, columns: ScalarColumns, write: Scalar['write']): Scalar {
  return { name, columns, write };
}

/** The value, changed by a step without parameters. */
function then(value: Scalar, name: string, step: (f: FunctionBuilder, value: I64) => I64): Scalar {
  const { columns, write } = value;
  return scalar(`${value.name}${name}`, columns, (f, sum, read) => step(f, write(f, sum, read)));
}

/** `floor((x + addend) / 2^shift)`, the addend chosen by the sign of x or by the parity of `floor(x / 2^shift)`. */
function withAddends(shift: number, { chosenBy, addends }: RoundingAddends) {
  const [first, second] = addends;
  return {
    name: `By${chosenBy}`,
    columns: { shift: BigInt(shift), first, second },
    write: (x: Local<'i64'>, read: Reader): I64 => i64.shrS(addedTo(x, chosenBy, read), read.i64('shift')),
  };
}

function addedTo(x: Local<'i64'>, chosenBy: RoundingAddends['chosenBy'], read: Reader): I64 {
  const isSecond =
    chosenBy === 'sign' ? i64.ltS(x, 0n) : i32.wrapI64(i64.and(i64.shrS(x, read.i64('shift')), 1n));
  return i64.add(x, i64.select(read.i64('second'), read.i64('first'), isSecond));
}

function product(multiplier: number, shift: number, addends: RoundingAddends): Scalar {
  const rounding = withAddends(shift, addends);
  return scalar(
    `product${rounding.name}`,
    { multiplier: BigInt(multiplier), ...rounding.columns },
    (f, sum, read) => rounding.write(f.let('i64', i64.mul(wide(sum), read.i64('multiplier'))), read),
  );
}

const wrapped = (value: Scalar): Scalar => then(value, 'Wrapped', (_, x) => low32(x));

/** How a sum is moved to the left before it is multiplied. */
type Move = 'wrap' | 'saturate';

/** The high half of a product, to nearest or rounded down, before it is rounded a second time. */
function highHalf(
  { multiplier, leftShift }: Twice,
  move: Move,
  addend: bigint,
): Pick<Scalar, 'columns' | 'write'> {
  return {
    columns: { multiplier: BigInt(multiplier), leftShift: BigInt(leftShift), firstAddend: addend },
    write: (f, sum, read) => {
      const moved = f.let('i64', i64.shl(wide(sum), read.i64('leftShift')));
      const factor = move === 'wrap' ? low32(moved) : clamped(moved, -(2n ** 31n), 2n ** 31n - 1n);
      return i64.shrS(i64.add(i64.mul(factor, read.i64('multiplier')), read.i64('firstAddend')), 31n);
    },
  };
}

const HALF_BELOW_31 = 2n ** 30n;

function twice(parameters: Twice, mode: RoundingMode, move: Move, addend: bigint): Scalar {
  const high = highHalf(parameters, move, addend);
  const rounding = withAddends(parameters.rightShift, roundingAddends(mode, parameters.rightShift));
  return scalar(`twice${move}${rounding.name}`, { ...high.columns, ...rounding.columns }, (f, sum, read) =>
    rounding.write(f.let('i64', high.write(f, sum, read)), read),
  );
}

function roundTwiceWrapping(parameters: Twice): Scalar {
  const high = highHalf(parameters, 'wrap', HALF_BELOW_31);
  const addends = roundingAddends('halfAwayFromZero', parameters.rightShift);
  const { columns } = withAddends(parameters.rightShift, addends);
  return scalar('twiceWrapping', { ...high.columns, ...columns }, (f, sum, read) => {
    const x = f.let('i64', high.write(f, sum, read));
    return i64.shrS(low32(addedTo(x, addends.chosenBy, read)), read.i64('shift'));
  });
}

function addThenMultiply(addend: number, multiplier: number, shift: number): Scalar {
  const rounding = withAddends(shift, roundingAddends('halfAwayFromZero', shift));
  return scalar(
    'addThenMultiply',
    { addend: BigInt(addend), multiplier: BigInt(multiplier), ...rounding.columns },
    (f, sum, read) => {
      const x = i64.mul(i64.add(wide(sum), read.i64('addend')), read.i64('multiplier'));
      return rounding.write(f.let('i64', x), read);
    },
  );
}

function moveThenMultiply16(multiplier: number, exponent: number): Scalar {
  const right = Math.max(-exponent, 0);
  const columns = {
    multiplier: BigInt(multiplier),
    left: BigInt(Math.max(exponent, 0)),
    half: right === 0 ? 0n : 1n << BigInt(right - 1),
    right: BigInt(right),
  };
  return scalar('moveThenMultiply16', columns, (f, sum, read) => {
    const raised = i64.add(i64.shl(wide(sum), read.i64('left')), read.i64('half'));
    const moved = saturated(f, i64.shrS(raised, read.i64('right')), 16);
    return i64.shrS(i64.add(i64.mul(moved, read.i64('multiplier')), 2n ** 14n), 15n);
  });
}

function multiplyInInt32(multiplier: number, offset: number, shift: number): Scalar {
  const columns = { multiplier: BigInt(multiplier), offset: BigInt(offset), shift: BigInt(shift) };
  return scalar('multiplyInInt32', columns, (_, sum, read) => {
    const normalized = i64.add(i64.mul(wide(sum), read.i64('multiplier')), read.i64('offset'));
    return i64.shrS(low32(normalized), read.i64('shift'));
  });
}

function shiftInInt32(shift: number): Scalar {
  const columns = { left: BigInt(Math.max(-shift, 0)), right: BigInt(Math.max(shift, 0)) };
  return scalar('shiftInInt32', columns, (_, sum, read) =>
    i64.shrS(low32(i64.shl(wide(sum), read.i64('left'))), read.i64('right')),
  );
}

const inFloat32 = (sum: I32, read: Reader) => f32.mul(f32.convertI32S(sum), f32.demoteF64(read.f64('scale')));

function nearestProduct(scale: number): Scalar {
  return scalar('nearestProduct', { scale }, (_, sum, read) =>
    i64.truncF64S(f64.promoteF32(f32.nearest(inFloat32(sum, read)))),
  );
}

function nearestSum(scale: number, zeroPoint: number): Scalar {
  return scalar('nearestSum', { scale, addedBefore: zeroPoint }, (_, sum, read) => {
    const scaled = f64.mul(f64.convertI32S(sum), read.f64('scale'));
    return i64.truncF64S(f64.nearest(f64.add(scaled, read.f64('addedBefore'))));
  });
}

/** What truncation leaves of a double is exact, and decides. */
function awayFromZero(scale: number): Scalar {
  return scalar('awayFromZero', { scale }, (f, sum, read) => {
    const value = f.let('f64', f64.mul(f64.convertI32S(sum), read.f64('scale')));
    const toward = f.let('f64', f64.trunc(value));
    const one = f64.select(-1, 1, f64.lt(value, 0));
    const isFar = f64.ge(f64.abs(f64.sub(value, toward)), 0.5);
    return i64.truncF64S(f64.add(toward, f64.select(one, 0, isFar)));
  });
}

function nearestOfMacro(scale: number): Scalar {
  return scalar('nearestOfMacro', { scale }, (f, sum, read) => {
    const value = f.let('f32', inFloat32(sum, read));
    const toward = f.let('f32', f32.trunc(value));
    const rest = f.let('f32', f32.abs(f32.sub(value, toward)));
    const away = f32.trunc(f32.add(value, f32.select(-1, 1, f32.lt(value, 0))));
    const isEven = i64.eqz(i64.and(i64.truncF64S(f64.promoteF32(toward)), 1n));
    const staysAtTie = i32.and(f32.eq(rest, 0.5), isEven);
    const nearest = f32.select(toward, away, i32.or(f32.lt(rest, 0.5), staysAtTie));
    return i64.truncF64S(f64.promoteF32(nearest));
  });
}

/** `low` and `high` are code without effects, which is written twice. */
function clamped(value: Local<'i64'>, low: I64 | bigint, high: I64 | bigint): I64 {
  const fromBelow = i64.select(low, value, i64.ltS(value, low));
  return i64.select(high, fromBelow, i64.gtS(value, high));
}

function saturated(f: FunctionBuilder, value: I64, bits: number): I64 {
  const unit = 2n ** BigInt(bits - 1);
  return clamped(f.let('i64', value), -unit, unit - 1n);
}

const NARROWINGS: Readonly<Record<Narrowing, (f: FunctionBuilder, value: I64) => I64>> = {
  saturate8: (f, value) => saturated(f, value, 8),
  saturate16: (f, value) => saturated(f, value, 16),
  saturate17: (f, value) => saturated(f, value, 17),
  saturate32: (f, value) => saturated(f, value, 32),
  lowestWhereBeyond32: (f, value) => {
    const x = f.let('i64', value);
    return i64.select(x, -(2n ** 31n), i64.eq(low32(x), x));
  },
  wrap8: (_, value) => i64.shrS(i64.shl(value, 56n), 56n),
};

const finish =
  (name: string, sumOf: (value: I64, zeroPoint: I64) => I64): Finish<Scalar> =>
  (value, { zeroPoint, min, max }) =>
    scalar(
      `${value.name}${name}`,
      { ...value.columns, zeroPoint: BigInt(zeroPoint), min: BigInt(min), max: BigInt(max) },
      (f, sum, read) => {
        const code = f.let('i64', sumOf(value.write(f, sum, read), read.i64('zeroPoint')));
        return clamped(code, read.i64('min'), read.i64('max'));
      },
    );

export const scalars: Arithmetic<Scalar> = {
  roundProduct: (multiplier, shift, mode) => product(multiplier, shift, roundingAddends(mode, shift)),
  wrapProduct: (multiplier, shift, mode) => wrapped(product(multiplier, shift, roundingAddends(mode, shift))),
  wrapAffine: (multiplier, offset, shift) => wrapped(product(multiplier, shift, always(offset))),
  wrapFusedTwice: (multiplier, shift) => wrapped(product(multiplier, shift, fusedAddends(shift))),
  halveAfterCut: (multiplier, shift) =>
    then(wrapped(product(multiplier, shift, always(0n))), 'Halved', (_, cut) =>
      i64.shrS(low32(i64.add(cut, 1n)), 1n),
    ),
  roundTwice: (parameters, mode) => twice(parameters, mode, 'wrap', HALF_BELOW_31),
  roundTwiceWrapping,
  floorThenUp: (parameters) => twice(parameters, 'halfUp', 'wrap', 0n),
  saturateFloorThenUp: (parameters) => twice(parameters, 'halfUp', 'saturate', 0n),
  addThenMultiply,
  moveThenMultiply16,
  addRandom: (random, shift) => product(1, shift, always(BigInt(random))),
  multiplyInInt32,
  shiftInInt32,
  nearestProduct,
  nearestSum,
  awayFromZero,
  nearestOfMacro,
  narrow: (value, to) => then(value, to, NARROWINGS[to]),
  withOverflow,
  addExactly: finish('AddExactly', i64.add),
  addWrapping: finish('AddWrapping', (value, zeroPoint) => low32(i64.add(value, zeroPoint))),
  clampOnly: finish('ClampOnly', (value) => value),
};
