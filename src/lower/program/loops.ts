import { once, type Repeated } from '../space/repeated.js';
import type { AxisKinds } from '../space/tile-kinds.js';
import {
  NO_INSTRUCTIONS,
  NO_LISTS,
  type InstructionList,
  type ListPart,
  type UnitLists,
} from './unit-lists.js';

/** Whether a turn of nested loops is the first of all, and the last. */
export interface Ends {
  readonly first: boolean;
  readonly last: boolean;
}

export const BOTH_ENDS: Ends = { first: true, last: true };
const FIRST: Ends = { first: true, last: false };
const LAST: Ends = { first: false, last: true };
const NEITHER_END: Ends = { first: false, last: false };

/**
 * A loop: the lists of its turns in order. Equal turns are made once, but for the first and the last, which may take and give
 * other tokens.
 *
 * @param ends whether the loop begins with the first turn of the loops around it, and ends with their last
 */
export function loop<K>(
  turns: readonly Repeated<K>[],
  { first, last }: Ends,
  body: (kind: K, ends: Ends) => UnitLists,
): UnitLists {
  const lists: Repeated<UnitLists>[] = [];
  for (let index = 0; index < turns.length; index += 1) {
    const { kind, count } = turns[index]!;
    const isFirst = first && index === 0;
    const isLast = last && index === turns.length - 1;
    if (isFirst && isLast && count === 1) {
      lists.push(once(body(kind, BOTH_ENDS)));
      continue;
    }
    if (isFirst) lists.push(once(body(kind, FIRST)));
    const between = count - Number(isFirst) - Number(isLast);
    if (between > 0) lists.push({ kind: body(kind, NEITHER_END), count: between });
    if (isLast) lists.push(once(body(kind, LAST)));
  }
  return inOrder(lists);
}

/** Loops over the positions, columns innermost. */
export function positionLoop<K>(
  { images, rows, columns }: AxisKinds<K>,
  ends: Ends,
  body: (kinds: { readonly images: K; readonly rows: K; readonly columns: K }, ends: Ends) => UnitLists,
): UnitLists {
  return loop(images, ends, (images, ends) =>
    loop(rows, ends, (rows, ends) =>
      loop(columns, ends, (columns, ends) => body({ images, rows, columns }, ends)),
    ),
  );
}

/** Lists one after the other, each so many times. */
export function inOrder(turns: readonly Repeated<UnitLists>[]): UnitLists {
  if (turns.length === 1 && turns[0]!.count === 1) return turns[0]!.kind;
  return NO_LISTS.map((_, unit) => joined(turns, unit));
}

function joined(turns: readonly Repeated<UnitLists>[], unit: number): InstructionList {
  let parts: { readonly of: ListPart['of']; count: number }[] | null = null;
  for (const { kind, count } of turns) {
    const list = kind[unit]!;
    if (list.length === 0) continue;
    parts ??= [];
    // A list of one part is no level of its own: what it repeats is repeated more often.
    const only = list.length === 1 ? list[0]! : null;
    const of = only === null ? list : only.of;
    const times = only === null ? count : count * only.count;
    const previous = parts.at(-1);
    if (previous?.of === of) previous.count += times;
    else parts.push({ of, count: times });
  }
  return parts ?? NO_INSTRUCTIONS;
}
