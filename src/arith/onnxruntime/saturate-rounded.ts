import { roundHalfEven } from '../float-rounding.js';
import { maxOf, minOf, type IntFormat } from '../int-format.js';

/** `saturate(rne(value))`: how a float32 that holds the zero point already becomes a code. */
export function saturateRounded(value: number, format: IntFormat): number {
  return Math.max(minOf(format), Math.min(maxOf(format), roundHalfEven(value)));
}
