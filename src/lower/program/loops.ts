import type { Unit } from '../../hw/isa.js';
import { once, type Repeated } from '../space/repeated.js';
import type { AxisKinds } from '../space/tile-kinds.js';
import type { InstructionList, ListPart, UnitLists } from './unit-lists.js';

/** Whether a turn of nested loops is the first of all, and the last. */
export interface Ends {
  readonly first: boolean;
  readonly last: boolean;
}

export const BOTH_ENDS: Ends = { first: true, last: true };

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
  return inOrder(
    turns.flatMap(({ kind, count }, index) => {
      const isFirst = first && index === 0;
      const isLast = last && index === turns.length - 1;
      if (isFirst && isLast && count === 1) return [once(body(kind, BOTH_ENDS))];
      const between = count - Number(isFirst) - Number(isLast);
      return [
        ...(isFirst ? [once(body(kind, { first: true, last: false }))] : []),
        ...(between > 0 ? [{ kind: body(kind, { first: false, last: false }), count: between }] : []),
        ...(isLast ? [once(body(kind, { first: false, last: true }))] : []),
      ];
    }),
  );
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
  return {
    load: joined(turns, 'load'),
    weightLoad: joined(turns, 'weightLoad'),
    array: joined(turns, 'array'),
    post: joined(turns, 'post'),
    store: joined(turns, 'store'),
  };
}

function joined(turns: readonly Repeated<UnitLists>[], unit: Unit): InstructionList {
  const parts: { readonly of: ListPart['of']; count: number }[] = [];
  for (const { kind, count } of turns) {
    const list = kind[unit];
    if (list.length === 0) continue;
    // A list of one part is no level of its own: what it repeats is repeated more often.
    const [only] = list;
    const part = list.length === 1 ? { of: only!.of, count: only!.count * count } : { of: list, count };
    const previous = parts.at(-1);
    if (previous?.of === part.of) previous.count += part.count;
    else parts.push(part);
  }
  return parts;
}
