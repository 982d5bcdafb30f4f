import { expect, it } from 'vitest';
import { ConditionProblem, parseCondition, type ConditionValue } from '../../../src/hw/config/condition.js';
import { fromDecimal } from '../../../src/hw/config/rational.js';
import { pureNumber, times, unitNamed } from '../../../src/hw/config/units.js';

const amount = (number: string, unit: string): ConditionValue =>
  times(pureNumber(fromDecimal(number)!), unitNamed(unit)!);

const VALUES: Readonly<Record<string, ConditionValue>> = {
  rows: pureNumber(fromDecimal('16')!),
  'array.columns': pureNumber(fromDecimal('8')!),
  cycles: pureNumber(fromDecimal('1000')!),
  capacity: amount('64', 'KiB'),
  latency: amount('100', 'ns'),
  kind: 'systolic',
  pingPong: true,
};

const holds = async (text: string): Promise<boolean> => {
  const scope = { cycle: times(pureNumber(fromDecimal('2')!), unitNamed('ns')!), valueOf: (name: string) => VALUES[name]! }; // prettier-ignore
  const conditions = await parseCondition(text, Object.keys(VALUES));
  return conditions.every((condition) => condition.holds(scope));
};

it.each([
  ['rows * array.columns <= 128', true],
  ['rows * array.columns < 128', false],
  ['rows + array.columns == 24 and rows - 1 != 16', true],
  ['rows / 3 * 3 == rows', true],
  ['8 <= array.columns < rows', true],
  ['8 <= array.columns < 8', false],
  ['capacity <= 64 KiB', true],
  ['capacity <= 64 kB', false],
  ['capacity * 2 == 1 Mb - 6144 B + 12000 bit - 12000 bit or rows == 16', true],
  ['latency <= 50 cycles', true],
  ['latency < 50 cycles', false],
  ['cycles < 1e3 or cycles > 999', true],
  ["kind == 'systolic' and pingPong", true],
  ["not (kind == 'dot-product') and pingPong == true", true],
  ['-rows < 0', true],
])('%s is %s', async (text, want) => {
  expect(await holds(text)).toBe(want);
});

it('is split at its ands, and says which names each part asks for', async () => {
  const parts = await parseCondition(
    '(rows > 1 and cycles < 5) and (kind != kind or pingPong)',
    Object.keys(VALUES),
  );
  expect(parts.map(({ names }) => [...names])).toEqual([['rows'], ['cycles'], ['kind', 'pingPong']]);
});

it.each([
  ['', 'nothing'],
  ['colums < 3', "the unknown name 'colums'"],
  ['rows < 3; cycles', "unexpected ';'"],
  ['rows = 3', "unexpected '='"],
  ['rows & 3 == 3', "unexpected '&'"],
  ['rows["constructor"]', "unexpected '['"],
  ['constructor == 1', "the unknown name 'constructor'"],
  ['rows <', 'no condition'],
  ['(rows < 3', 'no condition'],
  ['rows', 'where something true or false is expected'],
  ['rows < 3 KiB', 'different kinds of quantities'],
  ['rows + capacity < 3', 'a sum of different things'],
  ['rows / 0 < 3', 'division by zero'],
  ['kind < 3', 'different kinds of things'],
  ["kind < 'a'", 'different kinds of things'],
  ['kind + 1 < 3', 'a calculation with systolic'],
  ['rows(3) < 3', 'rows(3), which is no part of a condition'],
  ['3 rows < 3', "'rows' behind a number"],
  [`${'('.repeat(300)}rows${')'.repeat(300)} < 3`, 'more than 500 characters'],
])('refuses %s', async (text, says) => {
  await expect(holds(text)).rejects.toThrow(says);
  await expect(holds(text)).rejects.toBeInstanceOf(ConditionProblem);
});
