import type { RoundingMode } from '../../../arith/rounding.js';
import type { Plan } from './plan.js';

/** Modes that differ below zero alone from one that does not ask for the sign. */
const ABOVE_ZERO: { readonly [Mode in RoundingMode]?: RoundingMode } = {
  towardZero: 'floor',
  awayFromZero: 'ceil',
  halfAwayFromZero: 'halfUp',
  halfTowardZero: 'halfDown',
};

/**
 * The same codes in fewer steps where the clamp begins at the zero point, as it does after a rectifier: whatever is not above zero
 * becomes the lowest code, so nobody sees how a negative value is rounded. Two roundings, both ties up, are then one: with the
 * half of the first as an offset.
 */
export function aboveZero(plan: Plan): Plan {
  const { value, output } = plan;
  if (value.kind !== 'product' || output.min < output.zeroPoint) return plan;
  const mode = ABOVE_ZERO[value.mode] ?? value.mode;
  if (!value.isTwice || mode !== 'halfUp') return { ...plan, value: { ...value, mode } };
  const offset = value.shift > 31 ? 2n ** 30n : 0n; // at 31 there is no second one
  return { ...plan, value: { ...value, mode, offset, isTwice: false } };
}
