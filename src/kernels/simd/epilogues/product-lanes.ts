import type { RoundingMode } from '../../../arith/rounding.js';
import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';
import { i32x4, i64x2, v128 } from '../../../wasm/simd.js';
import { roundingAddends } from '../../fast/rounding-addends.js';
import { clamp } from '../../fast/saturate.js';
import type { Column, Lanes } from './lanes.js';
import { highWords, lowWords } from './words.js';
import type { Plan, ProductValue, Range } from './plan.js';

type ProductPlan = Plan<ProductValue>;

/** A way to take products. */
interface Shape {
  /** Whether sums are clamped first. */
  readonly clampsSums: boolean;
  /** Whether all channels drop as many bits. */
  readonly isUniform: boolean;
}

/** The cheapest first. */
const SHAPES: readonly Shape[] = [
  { clampsSums: false, isUniform: true },
  { clampsSums: true, isUniform: true },
  { clampsSums: false, isUniform: false },
  { clampsSums: true, isUniform: false },
];

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
 * - `first` and `second` contain the zero point, times 2^e, and of an offset, where nothing asks for the sign of h, what reaches the
 *   high word: all of it where e is large enough.
 *
 * Where no S suits all channels, each has its own, and the last shift is a second product, by 2^(32 − e).
 *
 * Nothing overflows: it is checked at both ends of the sums. A sum so far out that its code lies beyond the clamp may
 * be replaced by one that is less so, if that is what it takes.
 *
 * The cheapest way that is safe for all channels; null where there is none.
 *
 * @param sums those of each channel
 */
export function productLanes(plans: readonly ProductPlan[], sums: readonly Range[]): Lanes | null {
  const { mode, isTwice } = plans[0]!.value;
  if (!plans.every(({ value }) => value.mode === mode && value.isTwice === isTwice)) return null;
  const fewest = plans.map(({ value }) => fewestDropped(value));
  const most = Math.max(...fewest);
  if (most > MOST_DROPPED) return null;
  const addends = Array.from({ length: MOST_DROPPED + 2 }, (_, bits) => addendsOf(mode, bits));
  const spares = CONSTANT.has(mode) && plans.some(({ value }) => value.offset !== 0n) ? [SPARE, 0] : [0];
  for (const shape of SHAPES) {
    for (const spare of spares) {
      const scaled = allSafe(plans, (plan, channel) => {
        const dropped = Math.min((shape.isUniform ? most : fewest[channel]!) + spare, MOST_DROPPED);
        const range = shape.clampsSums ? decisive(plan, sums[channel]!) : sums[channel]!;
        return scale(plan, dropped, addends, range);
      });
      if (scaled !== null) return lanesOf(mode, isTwice, scaled, shape);
    }
  }
  return null;
}

/** The scaled channels; null as soon as one of them is not safe. */
function allSafe(
  plans: readonly ProductPlan[],
  scaledOf: (plan: ProductPlan, channel: number) => Scaled,
): Scaled[] | null {
  const channels: Scaled[] = [];
  for (const plan of plans) {
    const scaled = scaledOf(plan, channels.length);
    if (!isSafe(scaled)) return null;
    channels.push(scaled);
  }
  return channels;
}

/** A channel, scaled. */
interface Scaled extends Range {
  readonly sumScale: number;
  readonly multiplier: number;
  readonly lowAddend: bigint;
  readonly first: number;
  readonly second: number;
  /** Bits dropped after the high word is taken. */
  readonly dropped: number;
}

/** Bits that a channel drops at least after the high word is taken: two hold what other bits leave behind. */
function fewestDropped({ shift, isTwice }: ProductValue): number {
  return Math.max(2, (isTwice ? shift + 1 : shift) - 32);
}

const MOST_DROPPED = 30;

/** Bits more than those that bring the half of a first rounding, 2^30, to the high word. */
const SPARE = 2;

type Addends = readonly [first: number, second: number];

function addendsOf(mode: RoundingMode, bits: number): Addends {
  const [first, second] = roundingAddends(mode, bits).addends;
  return [Number(first), Number(second)];
}

/** @param addends those of the mode, by the bits that it drops */
function scale(
  { value, output }: ProductPlan,
  dropped: number,
  addends: readonly Addends[],
  sums: Range,
): Scaled {
  const { multiplier, offset, shift, mode, isTwice } = value;
  const more = 32 + dropped - shift;
  const product = multiplier * 2 ** more;
  const bits = product === 0 ? 0 : Math.floor(Math.log2(product)) + 1; // 31 significant bits are not near the next power
  const sumScale = 2 ** Math.max(0, bits - 31);
  const [first, second] = isTwice ? addends[shift - 31]! : addends[dropped]!;
  const unit = isTwice ? 2 ** (more - 1) : 1;
  const lowAddend = isTwice ? BigInt(2 ** (30 + more)) : offset << BigInt(more);
  const highWord = CONSTANT.has(mode) && !isTwice ? lowAddend >> 32n : 0n;
  const added = output.zeroPoint * 2 ** dropped + Number(highWord);
  return {
    low: sums.low,
    high: sums.high,
    sumScale,
    multiplier: product / sumScale,
    lowAddend: lowAddend - (highWord << 32n),
    first: first * unit + added,
    second: second * unit + added,
    dropped,
  };
}

/** The sums that decide: beyond them codes are the same, as values are beyond the clamp by more than rounding moves them. */
function decisive({ value, output }: ProductPlan, sums: Range): Range {
  const { multiplier, offset, shift } = value;
  if (multiplier === 0) return sums;
  const sumNear = (code: number): number =>
    ((code - output.zeroPoint) * 2 ** shift - Number(offset)) / multiplier;
  const low = Math.floor(sumNear(output.min - 2)) - 1;
  const high = Math.ceil(sumNear(output.max + 2)) + 1;
  return { low: clamp(low, sums.low, sums.high), high: clamp(high, sums.low, sums.high) };
}

/** Whether a channel stays in int32: its sums exactly, what follows with room for what doubles round and the mark adds. */
function isSafe({ sumScale, multiplier, lowAddend, first, second, low, high }: Scaled): boolean {
  return [low, high].every((sum) => {
    const scaled = sum * sumScale;
    const top = (scaled * multiplier + Number(lowAddend)) * 2 ** -32;
    return (
      isInt32(scaled) && [top, top + first, top + second].every((value) => Math.abs(value) < 2 ** 31 - 4)
    );
  });
}

const isInt32 = (value: number): boolean => (value | 0) === value;

/** Modes of which half of a unit, or nothing, is always added. */
const CONSTANT: ReadonlySet<RoundingMode> = new Set(['floor', 'halfUp']);

function lanesOf(
  mode: RoundingMode,
  isTwice: boolean,
  channels: readonly Scaled[],
  { clampsSums, isUniform }: Shape,
): Lanes {
  const of = (field: (channel: Scaled) => number): Column => ({
    type: 'i32',
    values: channels.map(field),
  });
  const every = (test: (channel: Scaled) => boolean): boolean => channels.every(test);
  const { dropped, sumScale } = channels[0]!;
  const chooses = !every(({ first, second }) => first === second)
    ? roundingAddends(mode, dropped).chosenBy
    : null;
  const marks = !isTwice && !CONSTANT.has(mode);
  const scales = every((channel) => channel.sumScale === sumScale) ? Math.log2(sumScale) : 'each';
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
