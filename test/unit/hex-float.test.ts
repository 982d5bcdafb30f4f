import { expect, it } from 'vitest';
import { hexFloat } from '../support/hex-float.js';

it('reads hexadecimal floats exactly', () => {
  expect(hexFloat('0x1.8p+1')).toBe(3);
  expect(hexFloat('-0x1.0p-3')).toBe(-0.125);
  expect(hexFloat('0x0.0p+0')).toBe(0);
  expect(hexFloat('0x1.999999999999ap-4')).toBe(0.1);
  expect(hexFloat('0x1.0000000000000p+0')).toBe(1);
  expect(hexFloat('0x1p-1074')).toBe(5e-324);
});

it('refuses other texts', () => {
  expect(() => hexFloat('0.1')).toThrow('no hexadecimal float: 0.1');
});
