import { assert } from '../../core/errors.js';
import { fits, formatName, INT32, type IntFormat } from '../../arith/int-format.js';
import { accumulatorOf, requantizeToCode } from '../../arith/requantize.js';
import type { CodeRange, Requantizer } from '../../arith/requantizer.js';

/** The node a sum belongs to, for the message when it does not fit. */
interface Named {
  readonly name: string;
  readonly op: string;
}

interface OutputStage extends Named {
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}

/**
 * The value itself, which must fit the accumulator. Quantization guarantees a bound for every channel, so a sum that
 * leaves it is our mistake: it is never wrapped silently. Addition wraps associatively, so only the end matters.
 */
export function asAccumulator(sum: number, format: IntFormat, { name, op }: Named): number {
  assert(fits(sum, format), `node '${name}' (${op}): a sum leaves ${formatName(format)}`, { sum });
  return sum;
}

/** The same of int32. */
export function asInt32(sum: number, node: Named): number {
  return asAccumulator(sum, INT32, node);
}

/** Accumulator of the requantizer's format → output code: multiply and round, add the zero point, clamp. */
export function outputCode(sum: number, node: OutputStage, channel: number): number {
  const { requantizer, outputZeroPoint, clamp } = node;
  const acc = asAccumulator(sum, accumulatorOf(requantizer), node);
  return requantizeToCode(acc, requantizer, channel, outputZeroPoint, clamp);
}
