import fc from 'fast-check';
import { maxOf, minOf, type IntFormat } from '../arith/int-format.js';
import type { CodeRange } from '../arith/requantizer.js';
import type { OutputGrid } from '../arith/requantizers/rule.js';
import type { Coded } from './grids.js';

/** Any code: zero, an end of the format, or between. */
export function anyCode(format: IntFormat): fc.Arbitrary<number> {
  const [min, max] = [minOf(format), maxOf(format)];
  return fc.oneof(fc.constantFrom(0, min, max), fc.integer({ min, max }));
}

/** The whole format, most of the time. */
export function anyClamp(format: IntFormat): fc.Arbitrary<CodeRange> {
  const whole = fc.constant({ min: minOf(format), max: maxOf(format) });
  const code = anyCode(format);
  const part = fc.tuple(code, code).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
  return fc.oneof({ weight: 4, arbitrary: whole }, part);
}

/** Zero point and clamp in the format of a rule's codes; the zero point is 0 where the rule has none. */
export function anyOutput({ codes, zeroPoint }: Coded): fc.Arbitrary<OutputGrid> {
  const zero = zeroPoint === 'none' ? fc.constant(0) : anyCode(codes);
  return fc.tuple(zero, anyClamp(codes)).map(([code, clamp]) => ({ zeroPoint: code, ...clamp }));
}
