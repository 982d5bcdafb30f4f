import { expect, it } from 'vitest';
import {
  bytes,
  capacity,
  energy,
  fixed,
  groupThousands,
  percent,
  rate,
  ratio,
  si,
  threeDigits,
} from '../../../src/report/numbers.js';

it('groups thousands', () => {
  expect([0, 999, 1000, 7489664, -1234567].map(groupThousands)).toEqual([
    '0',
    '999',
    '1,000',
    '7,489,664',
    '-1,234,567',
  ]);
  expect(fixed(1234.5, 2)).toBe('1,234.50');
});

it('keeps three significant digits, also where rounding adds one', () => {
  expect([0, 0.04561, 4.561, 9.999, 99.96, 456.4, 4561].map(threeDigits)).toEqual([
    '0',
    '0.0456',
    '4.56',
    '10.0',
    '100',
    '456',
    '4,561',
  ]);
});

it('picks the prefix that leaves one to three digits before the point', () => {
  expect([0, 0.9994, 0.9996, 1, 999.6e-6, 1.25e-3].map((value) => si(value, 's'))).toEqual([
    '0 s',
    '999 ms',
    '1.00 s',
    '1.00 s',
    '1.00 ms',
    '1.25 ms',
  ]);
  expect(energy(1.25e9)).toBe('1.25 mJ');
  expect(energy(0.2)).toBe('200 fJ');
});

it('counts bytes exactly below a KiB and in powers of 1024 above', () => {
  expect([0, 1, 1023, 1024, 12595, 1023.8 * 1024, 1024 ** 2].map(bytes)).toEqual([
    '0 B',
    '1 B',
    '1,023 B',
    '1.00 KiB',
    '12.3 KiB',
    '1.00 MiB',
    '1.00 MiB',
  ]);
});

it('leaves settings as people wrote them', () => {
  expect([64 * 1024, 1536, 100].map(capacity)).toEqual(['64 KiB', '1.50 KiB', '100 B']);
  expect([1e9, 700e6, 5.6e9].map((value) => rate(value, 'Hz'))).toEqual(['1 GHz', '700 MHz', '5.60 GHz']);
});

it('prints shares and ratios, and a dash where there is none', () => {
  expect([0.1234, 1, 0 / 0].map(percent)).toEqual(['12.3%', '100.0%', '–']);
  expect([ratio(81, 100), ratio(0, 0), ratio(1, 0), ratio(1, 400), ratio(123, 1)]).toEqual([
    '0.81x',
    '1.00x',
    '–',
    '0.00250x',
    '123x',
  ]);
});
