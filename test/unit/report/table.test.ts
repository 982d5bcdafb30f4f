import { expect, it } from 'vitest';
import { textWidth } from '../../../src/report/plain-text.js';
import { renderTable, type Column } from '../../../src/report/table.js';

const KEY: Column = { header: ['layer'], align: 'left', key: true, shortestWidth: 8 };

function figures(count: number): Column[] {
  return Array.from({ length: count }, (_, index) => ({ header: [`f${index}`], align: 'right' }));
}

it('aligns columns and stands headers on the rule', () => {
  const table = renderTable({
    columns: [KEY, { header: ['stalled', 'on load'], align: 'right' }],
    rows: [
      ['conv1', '1,234'],
      ['a', '0'],
    ],
    totals: ['total', '1,234'],
  });
  expect(`\n${table.join('\n')}`).toMatchInlineSnapshot(`
    "
           stalled
    layer  on load
    --------------
    conv1    1,234
    a            0
    --------------
    total    1,234"
  `);
});

it('shortens what may be shortened before it cuts the table', () => {
  const lines = renderTable({ columns: [KEY, ...figures(8)], rows: [['n'.repeat(300), ...nines(8)]] });
  expect(lines.length).toBe(3);
  expect(Math.max(...lines.map(textWidth))).toBe(100);
});

it('cuts a table that is too wide, repeats the key, and loses no figure', () => {
  const lines = renderTable({ columns: [KEY, ...figures(25)], rows: [['n'.repeat(300), ...nines(25)]] });
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(100);
  expect(lines.join(' ').match(/999,999/g)).toHaveLength(25);
  expect(lines.filter((line) => line.startsWith('layer')).length).toBe(3);
});

function nines(count: number): string[] {
  return Array.from({ length: count }, () => '999,999');
}
