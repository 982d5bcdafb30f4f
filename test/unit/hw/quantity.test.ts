import { describe, expect, it } from 'vitest';
import { parseQuantity, type QuantityKind } from '../../../src/hw/config/quantity.js';

async function read(text: string, kind: QuantityKind): Promise<string> {
  const result = await parseQuantity(text, kind);
  if (!('amount' in result)) return `found ${result.got}, expected ${result.expected}`;
  const { numerator, denominator } = result.amount;
  return `${numerator}${denominator === 1n ? '' : `/${denominator}`} ${result.unit}`;
}

describe('quantities with units', () => {
  it.each([
    ['128 KiB', 'capacity', '131072 B'],
    ['128 kB', 'capacity', '128000 B'],
    ['128 KB', 'capacity', '128000 B'],
    ['1.5 MiB', 'capacity', '1572864 B'],
    ['8 Mb', 'capacity', '1000000 B'],
    ['64 bytes', 'capacity', '64 B'],
    ['128 bit', 'width', '128 bit'],
    ['16 B', 'width', '128 bit'],
    ['700 MHz', 'clock', '700000000 Hz'],
    ['1.4e9 Hz', 'clock', '1400000000 Hz'],
    ['8 GB/s', 'bandwidth', '8000000000 B/s'],
    ['8 GiB/s', 'bandwidth', '8589934592 B/s'],
    ['34.1 GB/s', 'bandwidth', '34100000000 B/s'],
    ['16 B/cycle', 'bandwidth', '16 B/cycle'],
    ['128 bit/cycle', 'bandwidth', '16 B/cycle'],
    ['100 ns', 'duration', '1/10000000 s'],
    ['0.25 us', 'duration', '1/4000000 s'],
    ['0.25 µs', 'duration', '1/4000000 s'],
    ['40 cycles', 'duration', '40 cycle'],
    ['0 cycles', 'duration', '0 cycle'],
    ['28 nm', 'length', '28 nm'],
    ['0.2 pJ', 'energy', '1/5 pJ'],
    ['35 fJ', 'energy', '7/200 pJ'],
    ['8 pJ/bit', 'energyPerData', '64 pJ/B'],
    ['80 uW', 'power', '2/25 mW'],
    ['1024 uW/KiB', 'powerPerData', '1/1000 mW/B'],
  ] as const)('%s as a %s is %s', async (text, kind, expected) => {
    expect(await read(text, kind)).toBe(expected);
  });

  it.each([
    ['2 * 64 KiB', 'capacity', '131072 B'],
    ['(128 - 16) KiB', 'capacity', '114688 B'],
    ['1/2 KiB', 'capacity', '512 B'],
    ['1 MiB + 1 B', 'capacity', '1048577 B'],
    ['32 B * 700 MHz', 'bandwidth', '22400000000 B/s'],
    ['1300 pJ / 64 bit', 'energyPerData', '325/2 pJ/B'],
    ['-(-3) ns', 'duration', '3/1000000000 s'],
    ['+1 W * 2 s', 'energy', '2000000000000 pJ'],
  ] as const)('the expression %s as a %s is exactly %s', async (text, kind, expected) => {
    expect(await read(text, kind)).toBe(expected);
  });

  it('says what is wrong, and which units would do', async () => {
    const texts: [string, QuantityKind][] = [
      ['128', 'capacity'],
      ['128 GHz', 'capacity'],
      ['128 KiBi', 'capacity'],
      ['0.3 B', 'capacity'],
      ['0 B', 'capacity'],
      ['2 TiB', 'capacity'],
      ['-3 ns', 'duration'],
      ['1 KiB + 1 s', 'capacity'],
      ['1 B / (1 s - 1 s)', 'bandwidth'],
      ['1 KiB / 0 s', 'bandwidth'],
      ['9^9^9^9 B', 'capacity'],
      ['1e999999999 B', 'capacity'],
      ['sqrt(4) B', 'capacity'],
      ['import("fs")', 'capacity'],
      ['2 *', 'capacity'],
      ['1 B'.padStart(101), 'capacity'],
      ['  ', 'capacity'],
      ['16 B/s', 'clock'],
      ['3', 'width'],
      ['fast', 'bandwidth'],
      ['10', 'duration'],
      ['28', 'length'],
      ['1 W', 'energy'],
      ['0 pJ', 'accessEnergy'],
      ['8 pJ', 'energyPerData'],
      ['8 pJ', 'power'],
      ['8 W', 'powerPerData'],
    ];
    const messages = await Promise.all(texts.map(([text, kind]) => read(text, kind)));
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "found '128' (no unit), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '128 GHz' (another kind of unit), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '128 KiBi' (unknown unit 'KiBi'), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '0.3 B' (not a whole number), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '0 B' (zero), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '2 TiB' (too large), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '-3 ns' (negative), expected a duration such as '40 cycles' or '100 ns'
      found '1 KiB + 1 s' (a sum of different things, or a division by zero), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '1 B / (1 s - 1 s)' (a sum of different things, or a division by zero), expected a bandwidth such as '16 B/cycle', '8 GB/s' or '8 GiB/s'
      found '1 KiB / 0 s' (a sum of different things, or a division by zero), expected a bandwidth such as '16 B/cycle', '8 GB/s' or '8 GiB/s'
      found '9^9^9^9 B' (unexpected '^'), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '1e999999999 B' (unreadable number Infinity), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found 'sqrt(4) B' (unknown unit 'sqrt'), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found 'import("fs")' (unknown unit 'import'), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '2 *' (not an expression: Unexpected end of expression (char 4)), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '                                                                                                  1 B' (longer than 100 characters), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '  ' (empty), expected a capacity in whole bytes such as '128 KiB' or '64 kB'
      found '16 B/s' (another kind of unit), expected a frequency such as '700 MHz' or '1 GHz'
      found '3' (no unit), expected a width in whole bits such as '128 bit' or '16 B'
      found 'fast' (unknown unit 'fast'), expected a bandwidth such as '16 B/cycle', '8 GB/s' or '8 GiB/s'
      found '10' (no unit), expected a duration such as '40 cycles' or '100 ns'
      found '28' (no unit), expected a feature size such as '28 nm'
      found '1 W' (another kind of unit), expected an energy such as '0.2 pJ' or '35 fJ'
      found '0 pJ' (zero), expected an energy above zero such as '10 pJ'
      found '8 pJ' (another kind of unit), expected an energy per amount of data such as '8 pJ/bit' or '64 pJ/B'
      found '8 pJ' (another kind of unit), expected a power such as '1.5 mW' or '80 uW'
      found '8 W' (another kind of unit), expected a power per amount of memory such as '7.1 uW/KiB' or '70 nW/bit'"
    `);
  });
});
