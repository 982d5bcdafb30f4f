import {
  holds as isIn,
  INT16,
  INT17,
  INT32,
  INT8,
  maxOf,
  minOf,
  type IntFormat,
} from '../../../arith/int-format.js';
import { multiplyInFloat32 } from '../../../arith/float-scale.js';
import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import type { RoundingMode } from '../../../arith/rounding.js';
import type { Arithmetic, Narrowing } from '../../fast/requantizers/arithmetic.js';
import type { Twice } from '../../fast/requantizers/twice.js';
import { rounded, type Plan, type ProductPlan } from './plan.js';

/** A plan in the making: what is kept of a rounded value saturates at the ends of a format. */
interface Draft {
  readonly plan: Plan;
  readonly saturatesAt: IntFormat | null;
}

const NO_OUTPUT: OutputGrid = { zeroPoint: 0, min: 0, max: 0 };

type ProductParameters = Pick<ProductPlan, 'multiplier' | 'shift' | 'mode'> &
  Partial<Pick<ProductPlan, 'offset' | 'isTwice' | 'holds'>>;

function product(parameters: ProductParameters): Draft | null {
  if (parameters.multiplier < 0n) return null;
  const defaults = {
    kind: 'product',
    offset: 0n,
    isTwice: false,
    holds: () => true,
    output: NO_OUTPUT,
  } as const;
  return { plan: { ...defaults, ...parameters }, saturatesAt: null };
}

/** The same where the value after `step` fits int32. */
function fitting(
  parameters: ProductParameters,
  step: (value: bigint) => bigint = (value) => value,
): Draft | null {
  const draft = product(parameters);
  if (draft === null) return null;
  const plan = draft.plan as ProductPlan;
  const holds = (acc: bigint): boolean => plan.holds(acc) && isIn(INT32, step(rounded(plan, acc)));
  return { ...draft, plan: { ...plan, holds } };
}

/** A move to the left that stays in int32, and what follows it. */
function moved({ multiplier, leftShift }: Twice) {
  return {
    multiplier: BigInt(multiplier) << BigInt(leftShift),
    holds: (acc: bigint): boolean => isIn(INT32, acc << BigInt(leftShift)),
  };
}

function twice(parameters: Twice, mode: RoundingMode): Draft | null {
  return product({ ...moved(parameters), shift: 31 + parameters.rightShift, mode, isTwice: true });
}

/** Rounded down at bit 31 and then to nearest, ties up, is rounded once. */
const once = (parameters: Twice): Draft | null =>
  product({ ...moved(parameters), shift: 31 + parameters.rightShift, mode: 'halfUp' });

const nothing = (): null => null;

const SATURATIONS: { readonly [To in Narrowing]?: IntFormat } = {
  saturate8: INT8,
  saturate16: INT16,
  saturate17: INT17,
  saturate32: INT32,
};

function narrow(draft: Draft | null, to: Narrowing): Draft | null {
  const format = SATURATIONS[to];
  if (draft === null || draft.saturatesAt !== null) return null;
  if (format !== undefined) return { ...draft, saturatesAt: format };
  if (to !== 'lowestWhereBeyond32' || draft.plan.kind !== 'float') return null;
  const { scale } = draft.plan;
  const holds = (acc: bigint): boolean => Math.abs(multiplyInFloat32(acc, scale)) < 2 ** 31;
  return { ...draft, plan: { ...draft.plan, holds } };
}

/** Saturating before the clamp changes nothing where the clamp lies within. */
function finish(draft: Draft | null, output: OutputGrid, wraps: boolean): Draft | null {
  if (draft === null) return null;
  const { plan, saturatesAt } = draft;
  const { zeroPoint, min, max } = output;
  if (saturatesAt !== null && (minOf(saturatesAt) + zeroPoint > min || maxOf(saturatesAt) + zeroPoint < max))
    return null;
  if (!wraps) return { ...draft, plan: { ...plan, output } };
  if (plan.kind === 'float') return null;
  const holds = (acc: bigint): boolean =>
    plan.holds(acc) && isIn(INT32, rounded(plan, acc) + BigInt(zeroPoint));
  return { ...draft, plan: { ...plan, output, holds } };
}

/** Rules as plans; null where there is none. */
export const planning: Arithmetic<Draft | null> = {
  roundProduct: (multiplier, shift, mode) => product({ multiplier: BigInt(multiplier), shift, mode }),
  wrapProduct: (multiplier, shift, mode) => fitting({ multiplier: BigInt(multiplier), shift, mode }),
  wrapAffine: (multiplier, offset, shift) =>
    fitting({ multiplier: BigInt(multiplier), offset, shift, mode: 'floor' }),
  // Half up at bit 31 and half away from zero beyond it, fused; up to 31 there is one rounding.
  wrapFusedTwice: (multiplier, shift) =>
    shift > 31
      ? fitting({ multiplier: BigInt(multiplier), shift, mode: 'halfAwayFromZero', isTwice: true })
      : fitting({ multiplier: BigInt(multiplier), shift, mode: 'halfUp' }),
  // Rounded down one bit early and then to nearest, ties up, is rounded once.
  halveAfterCut: (multiplier, shift) =>
    fitting({ multiplier: BigInt(multiplier), shift: shift + 1, mode: 'halfUp' }, (value) => 2n * value + 1n),
  roundTwice: twice,
  roundTwiceWrapping: (parameters) => {
    const draft = twice(parameters, 'halfAwayFromZero');
    if (draft === null) return null;
    const plan = draft.plan as ProductPlan;
    const half = parameters.rightShift === 0 ? 0n : 1n << BigInt(parameters.rightShift - 1);
    const holds = (acc: bigint): boolean =>
      plan.holds(acc) && isIn(INT32, rounded({ ...plan, shift: 31 }, acc) + half);
    return { ...draft, plan: { ...plan, holds } };
  },
  floorThenUp: once,
  saturateFloorThenUp: once,
  addThenMultiply: (addend, multiplier, shift) =>
    product({
      multiplier: BigInt(multiplier),
      offset: BigInt(addend) * BigInt(multiplier),
      shift,
      mode: 'halfAwayFromZero',
    }),
  moveThenMultiply16: nothing,
  addRandom: (random, shift) => product({ multiplier: 1n, offset: BigInt(random), shift, mode: 'floor' }),
  multiplyInInt32: nothing,
  shiftInInt32: (shift) =>
    product({
      multiplier: 1n << BigInt(Math.max(-shift, 0)),
      shift: Math.max(shift, 0),
      mode: 'floor',
      holds: (acc) => isIn(INT32, acc << BigInt(Math.max(-shift, 0))),
    }),
  nearestProduct: (scale) => ({
    plan: { kind: 'float', scale, holds: () => true, output: NO_OUTPUT },
    saturatesAt: null,
  }),
  nearestSum: nothing,
  awayFromZero: nothing,
  nearestOfMacro: nothing,
  narrow,
  withOverflow: (draft, { bits, isSigned }, mode) =>
    draft === null || mode !== 'sat' || draft.saturatesAt !== null
      ? null
      : { ...draft, saturatesAt: { bits, signed: isSigned === 1 } },
  addExactly: (draft, output) => finish(draft, output, false),
  addWrapping: (draft, output) => finish(draft, output, true),
  clampOnly: (draft, output) => finish(draft, { ...output, zeroPoint: 0 }, false),
};
