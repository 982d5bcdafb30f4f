import { UserError } from '../../../src/core/errors.js';

/** What a row asks of the thread that runs it. */
export type Deed =
  | { readonly do: 'square'; readonly of: number }
  | { readonly do: 'refuse' }
  | { readonly do: 'fail' | 'die'; readonly outsideOf: string };

/** So that others have time to take rows. */
function slowly(answer: number): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  return answer;
}

/** Does what rows ask; `where` says which thread this is. */
export function doer(where: string): (deed: Deed) => number {
  return (deed) => {
    if (deed.do === 'square') return deed.of ** 2;
    if (deed.do === 'refuse') throw new UserError({ place: 'a row', found: 'a refusal' });
    if (deed.outsideOf === where) return slowly(-1);
    if (deed.do === 'die') process.exit();
    throw new Error(`failed in ${where}`);
  };
}
