const WIDEST_EXACT = 2 ** 53;

/** Whether a number equals an exact integer below 2^53; beyond, whether it is of the same sign and beyond as well. */
export function agreesBelow2To53(fast: number, exact: bigint): boolean {
  if (exact > -WIDEST_EXACT && exact < WIDEST_EXACT) return BigInt(fast) === exact;
  return exact > 0n ? fast >= WIDEST_EXACT : fast <= -WIDEST_EXACT;
}
