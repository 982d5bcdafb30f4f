import { bitLength } from '../../../arith/integer-math.js';
import type { RoundingMode } from '../../../arith/rounding.js';
import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';
import { i32x4, i64x2, v128 } from '../../../wasm/simd.js';
import { roundingAddends } from '../../fast/rounding-addends.js';
import type { Column, Lanes } from './lanes.js';
import { highWords, lowWords } from './words.js';
import type { Plan, ProductValue, Range } from './plan.js';

type ProductPlan = Plan<ProductValue>;

/**
 * Products of fixed point, four at a time. A vector has no shift by lane, so all channels are brought to one shift of S = 32 + e
 * bits: sum and multiplier of a channel are multiplied by powers of two. With p the product of 64 bits,
 *
 *     p = (sum · 2^k) · multiplier + low            low: the offset of a rule, and what its first rounding adds
 *     h = floor(p / 2^32)                           what is dropped is marked in the lowest bit where the mode asks for it
 *     code = floor((h + first or second) / 2^e)     by the sign of h or by the parity of floor(h / 2^e)
 *
 * - Rounding down by 32 bits and then by e is rounding down by S. Adding half of 2^S adds 2^(e − 1) to h.
 * - Other modes ask whether the rest is 0, half or beyond, and h with its lowest bit set where anything was dropped has the same
 *   answer for e >= 2. They take their addends for e bits (`fast/rounding-addends.ts`).
 * - Two roundings: half of 2^31, times the power of two of the channel, is part of `low`; addends are those of the second.
 * - `first` and `second` contain the zero point, times 2^e.
 *
 * Where no S suits all channels, each has its own, and the last shift is a second product, by 2^(32 − e).
 *
 * Nothing overflows: it is checked with bigints at both ends of the sums. A sum so far out that its code lies beyond the clamp may
 * be replaced by one that is less so, if that is what it takes.
 */
export interface Shape {
  /** Whether sums are clamped first. */
  readonly clampsSums: boolean;
  /** Whether all channels drop as many bits. */
  readonly isUniform: boolean;
}

const SHAPES: readonly Shape[] = [
  { clampsSums: false, isUniform: true },
  { clampsSums: true, isUniform: true },
  { clampsSums: false, isUniform: false },
  { clampsSums: true, isUniform: false },
];

/** The cheapest way that holds for all channels; null where there is none. */
export function productLanes(plans: readonly ProductPlan[], sums: Range): Lanes | null {
  const { mode, isTwice } = plans[0]!.value;
  if (!plans.every(({ value }) => value.mode === mode && value.isTwice === isTwice)) return null;
  for (const shape of SHAPES) {
    const uniform = Math.max(...plans.map(({ value }) => fewestBits(value)));
    const scaled = plans.map((plan) =>
      scale(plan, shape.isUniform ? uniform : fewestBits(plan.value), sums, shape.clampsSums),
    );
    if (!scaled.includes(null)) return lanesOf(mode, isTwice, scaled as Scaled[], shape);
  }
  return null;
}

/** A channel, scaled. */
interface Scaled extends Range {
  readonly sumScale: bigint;
  readonly multiplier: bigint;
  readonly lowAddend: bigint;
  readonly first: bigint;
  readonly second: bigint;
  /** Bits dropped after the high word is taken. */
  readonly dropped: number;
}

/** Bits that a channel drops at least; of 34 there are two below the high word's result. */
function fewestBits({ shift, isTwice }: ProductValue): number {
  return Math.max(34, isTwice ? shift + 1 : shift);
}

const MOST_DROPPED = 30;

function scale(plan: ProductPlan, bits: number, sums: Range, clampsSums: boolean): Scaled | null {
  const { value, output } = plan;
  const dropped = bits - 32;
  if (dropped > MOST_DROPPED) return null;
  const more = BigInt(bits - value.shift);
  const product = value.multiplier << more;
  const sumBits = BigInt(Math.max(0, bitLength(product) - 31));
  const multiplier = product >> sumBits;

  const lowAddend = (value.offset << more) + (value.isTwice ? 1n << (30n + more) : 0n);
  const inHighWord = (addend: bigint): bigint => addend + (BigInt(output.zeroPoint) << BigInt(dropped));
  const [first, second] = addendsInHighWord(value, dropped).map(inHighWord) as [bigint, bigint];
  const { low, high } = clampsSums ? decisive(plan, sums) : sums;
  const scaled = { sumScale: 1n << sumBits, multiplier, lowAddend, first, second, dropped, low, high };
  return isSafe(scaled) ? scaled : null;
}

function addendsInHighWord({ shift, mode, isTwice }: ProductValue, dropped: number): readonly bigint[] {
  if (!isTwice) return roundingAddends(mode, dropped).addends;
  const unit = BigInt(dropped - (shift - 31));
  return roundingAddends(mode, shift - 31).addends.map((addend) => addend << unit);
}

/** The sums that decide: beyond them codes are the same, as values are beyond the clamp by more than rounding moves them. */
function decisive({ value: { multiplier, offset, shift }, output }: ProductPlan, sums: Range): Range {
  if (multiplier === 0n) return sums;
  const sumNear = (value: number): bigint => ((BigInt(value) << BigInt(shift)) - offset) / multiplier;
  const low = sumNear(output.min - output.zeroPoint - 2) - 1n;
  const high = sumNear(output.max - output.zeroPoint + 2) + 1n;
  const within = (sum: bigint): bigint => (sum < sums.low ? sums.low : sum > sums.high ? sums.high : sum);
  return { low: within(low), high: within(high) };
}

function isSafe({ sumScale, multiplier, lowAddend, first, second, low, high }: Scaled): boolean {
  return [low, high].every((sum) => {
    const top = (sum * sumScale * multiplier + lowAddend) >> 32n;
    return [
      sum * sumScale,
      top,
      top + 1n,
      top + first,
      top + first + 1n,
      top + second,
      top + second + 1n,
    ].every(isInt32);
  });
}

const isInt32 = (value: bigint): boolean => BigInt.asIntN(32, value) === value;

/** Modes of which half of a unit, or nothing, is always added. */
const CONSTANT: ReadonlySet<RoundingMode> = new Set(['floor', 'halfUp']);

function lanesOf(
  mode: RoundingMode,
  isTwice: boolean,
  channels: readonly Scaled[],
  { clampsSums, isUniform }: Shape,
): Lanes {
  const of = (field: (channel: Scaled) => bigint | number): Column => ({
    type: 'i32',
    values: channels.map((channel) => Number(field(channel))),
  });
  const every = (test: (channel: Scaled) => boolean): boolean => channels.every(test);
  const { dropped, sumScale } = channels[0]!;
  const chooses = !every(({ first, second }) => first === second)
    ? roundingAddends(mode, dropped).chosenBy
    : null;
  const marks = !isTwice && !CONSTANT.has(mode);
  const scales = every((channel) => channel.sumScale === sumScale) ? bitLength(sumScale) - 1 : 'each';
  const adds = !every(({ lowAddend }) => lowAddend === 0n);

  const columns = {
    low: clampsSums && of(({ low }) => low),
    high: clampsSums && of(({ high }) => high),
    sumScale: scales === 'each' && of((channel) => channel.sumScale),
    multiplier: of(({ multiplier }) => multiplier),
    lowAddend: adds && ({ type: 'i64', values: channels.map(({ lowAddend }) => lowAddend) } as const),
    first: of(({ first }) => first),
    difference: chooses !== null && of(({ first, second }) => second - first),
    unit: chooses === 'parity' && of((channel) => 2 ** channel.dropped),
    shift: !isUniform && of((channel) => 2 ** (32 - channel.dropped)),
  };
  const present = Object.entries(columns).filter((entry): entry is [string, Column] => entry[1] !== false);
  const name = [
    'product',
    clampsSums ? 'Clamped' : '',
    `Scaled${scales}`,
    adds ? 'Added' : '',
    marks ? 'Marked' : '',
    chooses ?? '',
    isUniform ? `Dropped${dropped}` : 'DroppedEach',
  ].join('');

  const write = (f: FunctionBuilder, sums: Local<'v128'>, vectors: readonly V128[]): V128 => {
    let next = 0;
    const take = (): V128 => vectors[next++]!;
    if (clampsSums) f.set(sums, i32x4.minS(i32x4.maxS(sums, take()), take()));
    if (scales === 'each') f.set(sums, i32x4.mul(sums, take()));
    else if (scales > 0) f.set(sums, i32x4.shl(sums, scales));

    const multipliers = take();
    let [left, right] = [i64x2.extmulLowI32x4S(sums, multipliers), i64x2.extmulHighI32x4S(sums, multipliers)];
    if (adds) [left, right] = [i64x2.add(left, take()), i64x2.add(right, take())];
    const top = marks ? markedTop(f.let('v128', left), f.let('v128', right)) : highWords(left, right);

    const rounded = addChosen(f, top, chooses, take);
    if (isUniform) return i32x4.shrS(rounded, dropped);
    const value = f.let('v128', rounded);
    const shifts = take();
    return highWords(i64x2.extmulLowI32x4S(value, shifts), i64x2.extmulHighI32x4S(value, shifts));
  };
  return { name, columns: present.map(([, column]) => column), write };
}

/** The high words, with the lowest bit set where the low word is not 0. */
function markedTop(left: V128, right: V128): V128 {
  const zero = i32x4.splat(0);
  const isZero = i32x4.eq(lowWords(left, right), zero);
  return v128.or(highWords(left, right), i32x4.add(isZero, i32x4.splat(1)));
}

function addChosen(
  f: FunctionBuilder,
  value: V128,
  chooses: 'sign' | 'parity' | null,
  take: () => V128,
): V128 {
  if (chooses === null) return i32x4.add(value, take());
  const top = f.let('v128', value);
  const withFirst = i32x4.add(top, take());
  const difference = take();
  return i32x4.add(
    withFirst,
    v128.and(chooses === 'sign' ? i32x4.shrS(top, 31) : isOdd(top, take()), difference),
  );
}

/** Whether the bit `unit` is set, by lane. */
function isOdd(value: V128, unit: V128): V128 {
  return i32x4.eq(v128.and(value, unit), unit);
}
