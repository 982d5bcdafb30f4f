import { assert } from '../../core/errors.js';
import { fits, INT32 } from '../../arith/int-format.js';
import { requantizeToCode } from '../../arith/requantize.js';
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
 * The value itself, which must fit an int32 accumulator. Quantization guarantees a bound for every channel, so a sum that
 * leaves int32 is our mistake: it is never wrapped silently. Addition wraps associatively, so only the end matters.
 */
export function asInt32(sum: number, { name, op }: Named): number {
  assert(fits(sum, INT32), `node '${name}' (${op}): a sum leaves int32`, { sum });
  return sum;
}

/** int32 accumulator → output code: multiply and round, add the zero point, clamp. */
export function outputCode(acc: number, node: OutputStage, channel: number): number {
  return requantizeToCode(asInt32(acc, node), node.requantizer, channel, node.outputZeroPoint, node.clamp);
}
