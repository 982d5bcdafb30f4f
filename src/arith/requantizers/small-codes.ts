import type { OutputGrid, Parameters, RequantizerRule } from './rule.js';

/** Wide enough for small codes of either sign, and no wider than any rule's last step. */
function gridOf({ zeroPoint, codes }: RequantizerRule): OutputGrid {
  if (codes.signed) return { zeroPoint: 0, min: -128, max: 127 };
  return zeroPoint === 'none'
    ? { zeroPoint: 0, min: -(2 ** 31), max: 2 ** 31 - 1 }
    : { zeroPoint: 128, min: 0, max: 255 };
}

/**
 * Parameters of the factor `2^−shiftBits` under which small accumulators meet the rule's contract, with the multiplier of a
 * normalized factor where the rule has one that large.
 */
function parametersOf(rule: RequantizerRule, shiftBits: number): Parameters | null {
  const output = gridOf(rule);
  for (const multiplierBits of [30, 0]) {
    const factor = { multiplier: 1n << BigInt(multiplierBits), rightShift: multiplierBits + shiftBits };
    const parameters = rule.withFactor(factor);
    if (parameters !== null && rule.holds({ acc: 7n, parameters, output })) return parameters;
  }
  return null;
}

/**
 * What a rule makes of `acc / 2^shiftBits` for small accumulators, without the zero point; null where it has no such factor.
 * With one bit and the multiplier 2^30, a rule that rounds twice has nothing left for its second rounding (TFLite's shift is
 * 0); with two bits it has.
 */
export function smallCodes(
  rule: RequantizerRule,
  shiftBits: number,
  accumulators: readonly bigint[],
): readonly bigint[] | null {
  const parameters = parametersOf(rule, shiftBits);
  if (parameters === null) return null;
  const output = gridOf(rule);
  return accumulators.map((acc) => rule.code({ acc, parameters, output }) - BigInt(output.zeroPoint));
}
