import { UserError } from '../../../src/core/errors.js';

/** What a row asks of the thread that runs it. */
export type Deed =
  | { readonly do: 'square'; readonly of: number }
  | { readonly do: 'rest' }
  | { readonly do: 'refuse' }
  | { readonly do: 'fail' | 'die' | 'stall'; readonly outsideOf: string };

/** Longer than the crews of the tests wait for another thread. */
const STALL_MILLISECONDS = 4000;

/** In which others have time to take rows. */
const REST_MILLISECONDS = 20;

function afterMilliseconds(milliseconds: number, answer: number): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  return answer;
}

/** Does what rows ask; `where` says which thread this is. */
export function doer(where: string): (deed: Deed) => number {
  return (deed) => {
    if (deed.do === 'square') return deed.of ** 2;
    if (deed.do === 'rest') return afterMilliseconds(REST_MILLISECONDS, 0);
    if (deed.do === 'refuse') throw new UserError({ place: 'a row', found: 'a refusal' });
    if (deed.outsideOf === where) return afterMilliseconds(REST_MILLISECONDS, -1);
    if (deed.do === 'die') process.exit();
    if (deed.do === 'stall') return afterMilliseconds(STALL_MILLISECONDS, -2);
    throw new Error(`failed in ${where}`);
  };
}
