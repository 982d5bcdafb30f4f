import { remembered } from '../../core/remembered.js';
import { inOrder } from '../program/loops.js';
import type { UnitLists } from '../program/unit-lists.js';
import { once, type Repeated } from '../space/repeated.js';

/** What the requantizer does for a round whose sums are spilled. The same object for rounds that are alike. */
export interface RoundSums {
  readonly spill: UnitLists;
  readonly restore: UnitLists;
  readonly requantize: UnitLists;
}

/**
 * What the requantizer does in a tile whose rounds come once for each of `depths` tiles of input channels: brings the sums of a
 * round back before it goes on, takes them out after it, and requantizes them at the last.
 *
 * @param isAhead sums are brought back before those of the round before have left
 */
export function spilledLists(rounds: readonly RoundSums[], depths: number, isAhead: boolean): UnitLists {
  const pairs = new Map<UnitLists, Map<UnitLists, UnitLists>>();
  const pair = (restore: UnitLists, leave: UnitLists): Repeated<UnitLists> => {
    const known = remembered(pairs, restore, () => new Map<UnitLists, UnitLists>());
    return once(remembered(known, leave, () => inOrder([once(restore), once(leave)])));
  };
  const last = rounds.length - 1;
  /** The rounds from the second tile of input channels on: each with the sums that leave meanwhile. */
  const again = (leave: (round: RoundSums) => UnitLists): UnitLists =>
    inOrder(
      rounds.map(({ restore }, index) => {
        if (!isAhead) return pair(restore, leave(rounds[index]!));
        return pair(restore, index === 0 ? rounds[last]!.spill : leave(rounds[index - 1]!));
      }),
    );
  const first = isAhead ? rounds.slice(0, last) : rounds;
  return inOrder([
    once(inOrder(first.map(({ spill }) => once(spill)))),
    ...(depths > 2 ? [{ kind: again(({ spill }) => spill), count: depths - 2 }] : []),
    once(again(({ requantize }) => requantize)),
    ...(isAhead ? [once(rounds[last]!.requantize)] : []),
  ]);
}
