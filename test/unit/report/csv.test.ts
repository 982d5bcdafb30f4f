import { expect, it } from 'vitest';
import { csv } from '../../../src/report/csv.js';

it('quotes commas, quotes and line ends, and doubles quotes', () => {
  expect(csv([{ a: 'x,y', b: 'say "hi"', c: 'two\nlines' }])).toBe('a,b,c\n"x,y","say ""hi""","two\nlines"');
});

it('writes numbers exactly and null as nothing', () => {
  expect(csv([{ a: 0.1, b: -5, c: null, d: Number.NaN }])).toBe('a,b,c,d\n0.1,-5,,');
});

it('disarms texts that a spreadsheet would compute', () => {
  const cells = ['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\tx', '＝1'];
  const [, ...rows] = csv(cells.map((a) => ({ a }))).split('\n');
  expect(rows).toEqual(['"\'=HYPERLINK(""x"")"', "'+1", "'-1", "'@SUM(A1)", "'\tx", "'＝1"]);
});
