/**
 * What travels through a systolic mesh with a value from the west: nothing is there, or the bits of what is, a value, of the first
 * or of the last vector of its stream.
 */
export const [BUBBLE, VALUE, FIRST, LAST] = [0, 1, 2, 4] as const;

/** The tag of a vector that enters. */
export function tagOf(isFirst: boolean, isLast: boolean): number {
  return VALUE | (isFirst ? FIRST : 0) | (isLast ? LAST : 0);
}
