import { INT16, INT17, INT32, INT8, maxOf, minOf, type IntFormat } from '../../../arith/int-format.js';
import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import type { RoundingMode } from '../../../arith/rounding.js';
import type { Arithmetic, Narrowing } from '../../fast/requantizers/arithmetic.js';
import { endsOf } from '../../fast/requantizers/overflow.js';
import type { Twice } from '../../fast/requantizers/twice.js';
import { clamp } from '../../fast/saturate.js';
import { roughly, type Plan, type ProductValue, type Range } from './plan.js';

type Value = Plan['value'];

/** A plan in the making: the value saturates at the ends of a range, if it does. */
interface Draft extends Pick<Plan, 'value' | 'holds'> {
  readonly saturatesAt: Range | null;
  readonly output: OutputGrid | null;
}

function draftOf(value: Value, holds: Plan['holds'] = () => true): Draft {
  return { value, holds, saturatesAt: null, output: null };
}

/** The same, for accumulators of which something else is true as well. */
function where<D extends Draft | null>(draft: D, test: (value: number, acc: number) => boolean): D {
  if (draft === null) return draft;
  const { value, holds } = draft;
  return { ...draft, holds: (acc: number) => holds(acc) && test(roughly(value, acc), acc) };
}

const rangeOf = (format: IntFormat): Range => ({ low: minOf(format), high: maxOf(format) });

/** Whether a value that is known roughly is in a range, by as much as it may be off. */
const isWithin =
  ({ low, high }: Range, off = 2) =>
  (value: number): boolean =>
    value >= low + off && value <= high - off;

/** Near the ends of int32 a float32 may be 2^8 off. */
const isWithinInt32 = isWithin(rangeOf(INT32), 2 ** 10);

/** Of a value that is known exactly where it is an int32. */
const isInt32 = (value: number): boolean => (value | 0) === value;

type ProductParameters = Pick<ProductValue, 'multiplier' | 'shift' | 'mode'> &
  Partial<Pick<ProductValue, 'offset' | 'isTwice'>>;

/** Values fall where the multiplier is negative. */
function product(parameters: ProductParameters): Draft | null {
  if (parameters.multiplier < 0) return null;
  return draftOf({ kind: 'product', offset: 0n, isTwice: false, ...parameters });
}

/** After a move to the left, which stays in int32. */
function movedProduct({ multiplier, leftShift }: Twice, rest: Omit<ProductParameters, 'multiplier'>) {
  const moved = product({ multiplier: multiplier * 2 ** leftShift, ...rest });
  return where(moved, (_, acc) => isInt32(acc * 2 ** leftShift));
}

const twice = (parameters: Twice, mode: RoundingMode): Draft | null =>
  movedProduct(parameters, { shift: 31 + parameters.rightShift, mode, isTwice: true });

/** Rounded down at bit 31 and then to nearest, ties up, is rounded once. */
const once = (parameters: Twice): Draft | null =>
  movedProduct(parameters, { shift: 31 + parameters.rightShift, mode: 'halfUp' });

const nothing = (): null => null;

const SATURATIONS: { readonly [To in Narrowing]?: IntFormat } = {
  saturate8: INT8,
  saturate16: INT16,
  saturate17: INT17,
  saturate32: INT32,
};

const saturated = (draft: Draft | null, at: Range): Draft | null =>
  draft === null || draft.saturatesAt !== null ? null : { ...draft, saturatesAt: at };

/** Saturating, then adding and clamping, is one clamp: all are monotone, so only the ends matter. */
function finish(draft: Draft | null, { zeroPoint, min, max }: OutputGrid): Draft | null {
  if (draft === null) return null;
  const end = (value: number): number => clamp(value + zeroPoint, min, max);
  const bounds =
    draft.saturatesAt === null
      ? { min, max }
      : { min: end(draft.saturatesAt.low), max: end(draft.saturatesAt.high) };
  return { ...draft, output: { zeroPoint, ...bounds } };
}

/** Rules as plans; null where there is none. */
export const planning: Arithmetic<Draft | null> = {
  roundProduct: (multiplier, shift, mode) => product({ multiplier, shift, mode }),
  wrapProduct: (multiplier, shift, mode) => where(product({ multiplier, shift, mode }), isWithinInt32),
  wrapAffine: (multiplier, offset, shift) =>
    where(product({ multiplier, offset, shift, mode: 'floor' }), isWithinInt32),
  // Half up at bit 31 and half away from zero beyond it, fused; up to 31 there is one rounding.
  wrapFusedTwice: (multiplier, shift) =>
    where(
      shift > 31
        ? twice({ multiplier, leftShift: 0, rightShift: shift - 31 }, 'halfAwayFromZero')
        : product({ multiplier, shift, mode: 'halfUp' }),
      isWithinInt32,
    ),
  // Rounded down one bit early and then to nearest, ties up, is rounded once.
  halveAfterCut: (multiplier, shift) =>
    where(product({ multiplier, shift: shift + 1, mode: 'halfUp' }), (value) => isWithinInt32(2 * value)),
  roundTwice: twice,
  roundTwiceWrapping: (parameters) =>
    where(twice(parameters, 'halfAwayFromZero'), (value) =>
      isWithinInt32((value + Math.sign(value)) * 2 ** parameters.rightShift),
    ),
  floorThenUp: once,
  saturateFloorThenUp: once,
  addThenMultiply: (addend, multiplier, shift) =>
    product({
      multiplier,
      offset: BigInt(addend) * BigInt(multiplier),
      shift,
      mode: 'halfAwayFromZero',
    }),
  moveThenMultiply16: nothing,
  addRandom: (random, shift) => product({ multiplier: 1, offset: BigInt(random), shift, mode: 'floor' }),
  multiplyInInt32: (multiplier, offset, shift) =>
    where(product({ multiplier, offset: BigInt(offset), shift, mode: 'floor' }), (_, acc) =>
      isInt32(acc * multiplier + offset),
    ),
  shiftInInt32: (shift) =>
    movedProduct(
      { multiplier: 1, leftShift: Math.max(-shift, 0), rightShift: 0 },
      { shift: Math.max(shift, 0), mode: 'floor' },
    ),
  nearestProduct: (scale) => draftOf({ kind: 'float32', scale, rounding: 'nearest' }),
  nearestSum: (scale, zeroPoint) =>
    draftOf({ kind: 'float64', scale, addedBefore: zeroPoint, mode: 'halfEven' }),
  awayFromZero: (scale) => draftOf({ kind: 'float64', scale, addedBefore: 0, mode: 'halfAwayFromZero' }),
  nearestOfMacro: (scale) => draftOf({ kind: 'float32', scale, rounding: 'macro' }),
  narrow: (draft, to) => {
    const format = SATURATIONS[to];
    if (format !== undefined) return saturated(draft, rangeOf(format));
    return where(draft, to === 'wrap8' ? isWithin(rangeOf(INT8)) : isWithinInt32);
  },
  withOverflow: (draft, destination, mode) => {
    const { lowest, highest } = endsOf(destination);
    const range = { low: lowest, high: highest };
    if (mode === 'sat') return saturated(draft, range);
    if (mode === 'sat-sym') return saturated(draft, { ...range, low: lowest < 0 ? -highest : 0 });
    return where(draft, isWithin(range));
  },
  addExactly: finish,
  addWrapping: (draft, output) =>
    where(finish(draft, output), (value) => isWithinInt32(value + output.zeroPoint)),
  clampOnly: (draft, output) => finish(draft, { ...output, zeroPoint: 0 }),
};

/** The plan of a finished draft. */
export function planOf(draft: Draft | null): Plan | null {
  return draft === null || draft.output === null ? null : { ...draft, output: draft.output };
}
