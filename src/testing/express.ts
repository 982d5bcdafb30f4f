import { bitLength } from '../arith/integer-math.js';
import type { OutputGrid, Parameters, RequantizerCase, Factor } from '../arith/requantizers/rule.js';

/** Of a rule, what this file needs: also a person's own requantizer has it. */
interface Expressing {
  readonly withFactor: (factor: Factor) => Parameters | null;
  readonly holds: (request: RequantizerCase) => boolean;
}

/** Multipliers of a fixed-point stack have their leading bit here: in [2^30, 2^31). */
const MULTIPLIER_BITS = 31;

/**
 * Parameters of a rule for this factor, under which the accumulators meet its contract; null where there are none.
 *
 * A multiplier of 31 bits is tried first, as the stacks derive it, because where a rule rounds twice it matters how large the
 * multiplier is; the smallest one comes second, for rules whose product must stay in int32.
 */
export function express(
  rule: Expressing,
  factor: Factor,
  accumulators: readonly bigint[],
  output: OutputGrid,
): Parameters | null {
  for (const form of [normalized(factor), reduced(factor)]) {
    const parameters = rule.withFactor(form);
    if (parameters === null) continue;
    if (accumulators.every((acc) => rule.holds({ acc, parameters, output }))) return parameters;
  }
  return null;
}

/** The same factor with a multiplier of 31 bits; as it is where the multiplier has more. */
export function normalized({ multiplier, rightShift }: Factor): Factor {
  const bits = Math.max(0, MULTIPLIER_BITS - bitLength(multiplier));
  return { multiplier: multiplier << BigInt(bits), rightShift: rightShift + bits };
}

/** The same factor with an odd multiplier; 0 stays. */
export function reduced({ multiplier, rightShift }: Factor): Factor {
  if (multiplier === 0n) return { multiplier, rightShift };
  let [odd, shift] = [multiplier, rightShift];
  for (; odd % 2n === 0n; shift -= 1) odd /= 2n;
  return { multiplier: odd, rightShift: shift };
}
