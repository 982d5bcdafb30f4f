import { beforeAll, expect, it } from 'vitest';
import type { Outcome, PointFigures } from '../../../../src/engine/sweep/result.js';
import { pointKey, readResults, resultLine } from '../../../../src/engine/sweep/stored-results.js';
import { machineFixture } from '../../../support/machine-fixture.js';

const figures: PointFigures = {
  cycles: 10,
  latencyMilliseconds: 0.1 + 0.2,
  energyPicojoules: 1 / 3,
  energyDelayJouleSeconds: 5e-324,
  utilization: 0.5,
  dramBytes: 2 ** 52 + 1,
  macs: 5,
  inferencesPerSecond: 1e5,
  teraOperationsPerSecond: 0,
  teraOperationsPerSecondPerWatt: 0.1,
};
const outcomes: readonly Outcome[] = [{ figures }, { reason: 'too "small"\n' }, { figures }];
let whole: string;

beforeAll(() => {
  const { prefix } = readResults('');
  whole = prefix + outcomes.map((outcome, index) => resultLine(`k${index}`, outcome)).join('');
});

it('gives back what was written, bit for bit', () => {
  const read = readResults(whole);
  expect([...read.outcomes]).toEqual(outcomes.map((outcome, index) => [`k${index}`, outcome]));
  expect({ ...read, outcomes: 3 }).toEqual({ outcomes: 3, damagedLines: 0, prefix: '' });
});

it('wherever a crash cut the file, lines before the cut count and what follows is appended whole', () => {
  for (let length = 0; length < whole.length; length += 1) {
    const cut = whole.slice(0, length);
    const { outcomes: kept, prefix } = readResults(cut);
    const complete = cut.split('\n').length - 2; // without the header and what follows the last line feed
    expect(kept.size).toBeGreaterThanOrEqual(Math.max(0, complete));
    const mended = readResults(cut + prefix + resultLine('new', outcomes[0]!));
    expect([...mended.outcomes.keys()]).toEqual([...kept.keys(), 'new']);
  }
});

it.each([
  ['no JSON', 'garbage'],
  ['no figures', '{"key":"k"}'],
  ['a figure missing', '{"key":"k","figures":{"cycles":1}}'],
  ['a figure that is none', `{"key":"k","figures":${JSON.stringify({ ...figures, cycles: '1' })}}`],
  ['no key', '{"reason":"x"}'],
  ['null', 'null'],
])('skips and counts a line with %s', (_, line) => {
  const { outcomes: read, damagedLines } = readResults(
    `${whole}${line}\n${resultLine('last', outcomes[0]!)}`,
  );
  expect({ damagedLines, has: read.has('last'), size: read.size }).toEqual({
    damagedLines: 1,
    has: true,
    size: 4,
  });
});

it('refuses a file of another kind', () => {
  expect(() => readResults('model,cycles\n')).toThrow('found another kind of file');
});

it('knows a machine by what it does, not by what it is called', () => {
  const machine = machineFixture();
  const key = pointKey('model', machine);
  expect(pointKey('model', { ...machine, name: 'other', description: '', source: '' })).toBe(key);
  expect(pointKey('other', machine)).not.toBe(key);
  expect(pointKey('model', { ...machine, clockHertz: 1 })).not.toBe(key);
  const technology = { ...machine.technology, macPicojoules: { value: 9, source: 'x' } };
  expect(pointKey('model', { ...machine, technology })).not.toBe(key);
});
