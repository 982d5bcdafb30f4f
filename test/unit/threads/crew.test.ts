import { afterEach, describe, expect, it } from 'vitest';
import { InvariantError, UserError } from '../../../src/core/errors.js';
import { Crew } from '../../../src/threads/crew.js';
import type { ThreadCount } from '../../../src/threads/thread-count.js';
import { doer, type Deed } from '../../support/threads/deeds.js';

const ENTRY = new URL('../../support/threads/deed-worker.js', import.meta.url);
const HERE = 'the thread of the test';

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `thread ${index}`);

const crews: Crew<string, Deed, number>[] = [];

function crewOf(threads: ThreadCount, setups = namesOf): Crew<string, Deed, number> {
  const crew = new Crew({ entry: ENTRY, setups, here: doer(HERE) }, threads, 300);
  crews.push(crew);
  return crew;
}

/** One that has run a row, and whose threads are ready. */
function assembled(threads: number): Crew<string, Deed, number> {
  const crew = crewOf(threads);
  expect([...crew.run([{ do: 'square', of: 0 }])]).toEqual([0]);
  crew.assemble();
  return crew;
}

/** Squares 0 … count − 1, with other deeds in between. */
const squares = (count: number, others: Readonly<Record<number, Deed>> = {}): Deed[] =>
  Array.from({ length: count }, (_, of) => others[of] ?? { do: 'square', of });

afterEach(() => {
  for (const crew of crews.splice(0)) crew.close();
});

describe('a crew', () => {
  it('answers in the order of the rows, whatever thread takes one', () => {
    const crew = assembled(3);
    const count = 2000;
    const isRest = (row: number): boolean => row % 100 === 50;
    const rests = Object.fromEntries(
      Array.from({ length: count }, (_, row) => row)
        .filter(isRest)
        .map((row) => [row, { do: 'rest' } as const]),
    );
    const answers = Array.from({ length: count }, (_, row) => (isRest(row) ? 0 : row ** 2));
    expect([...crew.run(squares(count, rests))]).toEqual(answers);
    expect(crew.rowsHere).toBeLessThan(count);
  });

  it('waits for nobody who is not ready', () => {
    expect([...crewOf(2).run(squares(100))]).toHaveLength(100);
  });

  it('stays alone until rows have taken as long as starting a thread does', () => {
    const crew = crewOf('auto', () => {
      throw new Error('threads are started');
    });
    expect([...crew.run(squares(30))]).toHaveLength(30);
    expect(crew.rowsHere).toBe(30);
  });

  it('throws what the first row throws that fails, after the answers to those before', () => {
    const crew = assembled(2);
    const answers: number[] = [];
    const run = (): void => {
      const refused: Deed = { do: 'refuse' };
      for (const answer of crew.run(squares(20, { 9: refused, 10: { do: 'fail', outsideOf: '' } }))) {
        answers.push(answer);
      }
    };
    expect(run).toThrow(UserError);
    expect(answers).toEqual(Array.from({ length: 9 }, (_, of) => of ** 2));
  });

  it('says what another thread failed with where this one does not fail', () => {
    const crew = assembled(2);
    const rows: Deed[] = Array.from({ length: 50 }, () => ({ do: 'fail', outsideOf: HERE }));
    const run = (): unknown => [...crew.run(rows)];
    expect(run).toThrow(new InvariantError('only another thread failed: failed in thread 0'));
  });

  it.each(['die', 'stall'] as const)('runs the row of a thread that %ss, and hears no more of it', (what) => {
    const crew = assembled(2);
    const rows: Deed[] = Array.from({ length: 250 }, () => ({ do: what, outsideOf: HERE }));
    expect([...crew.run(rows)]).toEqual(rows.map(() => -1));
    expect(crew.rowsHere).toBe(1 + rows.length);
  });

  it('takes rows from their sequence some at a time', () => {
    const crew = assembled(2);
    let taken = 0;
    function* counted(): Generator<Deed> {
      for (const row of squares(100)) {
        taken += 1;
        yield row;
      }
    }
    for (const answer of crew.run(counted())) {
      expect(answer).toBe(0);
      break;
    }
    expect(taken).toBe(16);
  });
});
