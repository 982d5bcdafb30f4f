import { elementCount, sameShape, type Shape } from '../../tensor/shape.js';
import type { ShownOutput, ShownValue, Side } from './side.js';
import { isComparable } from './tally.js';

/** A value of one side that is not compared, and why. */
export interface Unmatched {
  readonly shown: ShownValue;
  /** The other side has no value of that name, one of another shape, or codes with several scales. */
  readonly reason: 'absent' | 'shape' | 'scales';
}

export interface Matched<T> {
  readonly first: T;
  readonly second: T;
}

/** What of two sides is compared with what. */
export interface Matching {
  /** In the order in which the first side makes them. */
  readonly values: readonly Matched<ShownValue>[];
  readonly unmatched: { readonly first: readonly Unmatched[]; readonly second: readonly Unmatched[] };
  /** In the order of the first side's outputs. */
  readonly outputs: readonly Matched<ShownOutput>[];
}

/** Values go together by name; outputs by name, or else by position. */
export function matchSides(first: Side, second: Side): Matching {
  const reasons = { first: reasonsOf(second), second: reasonsOf(first) };
  const byId = new Map(second.values.map((shown) => [shown.value.id, shown]));
  const values = first.values
    .filter((shown) => reasons.first(shown) === null)
    .map((shown) => ({ first: shown, second: byId.get(shown.value.id)! }));
  const unmatched = (side: 'first' | 'second', values: readonly ShownValue[]): Unmatched[] =>
    values.flatMap((shown) => {
      const reason = reasons[side](shown);
      return reason === null ? [] : [{ shown, reason }];
    });
  // Where only outputs were recorded, the values between are not missing: nobody offered any.
  const offersValues = second.values.length > 0;
  return {
    values,
    unmatched: {
      first: offersValues ? unmatched('first', first.values) : [],
      second: unmatched('second', second.values),
    },
    outputs: matchOutputs(first.outputs, second.outputs),
  };
}

function reasonsOf(other: Side): (shown: ShownValue) => Unmatched['reason'] | null {
  const byId = new Map(other.values.map(({ value }) => [value.id, value]));
  return ({ value }) => {
    const counterpart = byId.get(value.id);
    if (counterpart === undefined) return 'absent';
    if (!sameShape(value.shape, counterpart.shape)) return 'shape';
    return isComparable(value) && isComparable(counterpart) ? null : 'scales';
  };
}

function matchOutputs(first: readonly ShownOutput[], second: readonly ShownOutput[]): Matched<ShownOutput>[] {
  const names = new Set(first.map(({ name }) => name));
  return first.flatMap((output, position) => {
    const atPosition = second[position];
    const isFree = atPosition !== undefined && !names.has(atPosition.name);
    const other = second.find(({ name }) => name === output.name) ?? (isFree ? atPosition : undefined);
    const fits =
      other !== undefined &&
      sameElements(output.shape, other.shape) &&
      isComparable(output.value) &&
      isComparable(other.value);
    return fits ? [{ first: output, second: other }] : [];
  });
}

/** Whether two shapes list the same elements in the same order: axes of one element are no difference. */
export function sameElements(a: Shape, b: Shape): boolean {
  return elementCount(a) === elementCount(b) && sameShape(squeezed(a), squeezed(b));
}

/** Without the axes of one element. */
export function squeezed(shape: Shape): Shape {
  return shape.filter((extent) => extent !== 1);
}
