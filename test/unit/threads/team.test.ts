import { afterEach, describe, expect, it } from 'vitest';
import { InvariantError } from '../../../src/core/errors.js';
import { Team } from '../../../src/threads/team.js';
import { DEEDS, partDoer, type PartDeed, type PartDoerSetup } from '../../support/threads/part-deeds.js';

const ENTRY = new URL('../../support/threads/part-deed-worker.js', import.meta.url);
const PARTS = 40;

const teams: Team<PartDoerSetup>[] = [];

/** A team, and what has its thread and the others do a deed in every part; it returns how often each has been done. */
function teamOf(threads: number): {
  readonly team: Team<PartDoerSetup>;
  readonly shares: (deed: PartDeed, here?: (part: number) => void) => number[];
} {
  const done = new Int32Array(new SharedArrayBuffer(4 * PARTS));
  const setups = Array.from({ length: threads - 1 }, () => ({ isTest: false, done }));
  const team = new Team(ENTRY, setups, 300);
  teams.push(team);
  const doPart = partDoer({ isTest: true, done });
  const shares = (deed: PartDeed, here = (part: number): void => doPart(deed, part)): number[] => {
    done.fill(0);
    team.share([DEEDS.indexOf(deed)], PARTS, here);
    return [...done];
  };
  return { team, shares };
}

function assembled(threads: number): ReturnType<typeof teamOf> {
  const made = teamOf(threads);
  made.team.assemble();
  return made;
}

function refuse(part: number): void {
  if (part % 7 === 3) throw new TypeError(`part ${part}`);
}

const times = (count: number): number[] => Array.from({ length: PARTS }, () => count);

afterEach(() => {
  for (const team of teams.splice(0)) team.close();
});

describe('a team', () => {
  it('does every part of every piece once', () => {
    const { team, shares } = assembled(3);
    const pieces = Array.from({ length: 5000 }, () => shares('count'));
    expect(pieces.filter((done) => done.some((count) => count !== 1))).toEqual([]);
    expect(shares('rest')).toEqual(times(1));
    expect(team.partsElsewhere).toBeGreaterThan(PARTS / 2);
  });

  it('waits for nobody who is not ready', () => {
    expect(teamOf(2).shares('count')).toEqual(times(1));
  });

  it('says what another thread failed with where this one does not fail', () => {
    const { shares } = assembled(2);
    const failure = /^only another thread failed: part \d+ fails elsewhere$/;
    expect(() => shares('fail')).toThrow(failure);
    expect(shares('rest')).toEqual(times(1));
  });

  it('throws what the first part throws that fails here', () => {
    const { shares } = assembled(2);
    expect(() => shares('rest', refuse)).toThrow(new TypeError('part 3'));
    expect(shares('rest')).toEqual(times(1));
  });

  it.each(['die', 'stall'] as const)('gives up when a thread that has a part %ss', (deed) => {
    const { shares } = assembled(2);
    expect(() => shares(deed)).toThrow(
      new InvariantError('a thread took part in a layer and never answered'),
    );
    expect(() => shares('count')).toThrow('no thread is lost that may still write');
  });

  it('goes on alone once it is closed', () => {
    const { team, shares } = assembled(2);
    team.close();
    expect(shares('rest')).toEqual(times(1));
    expect(team.partsElsewhere).toBe(0);
  });
});
