/** Places that hold values: bytes of a memory, accumulators, planes of registers in an array. */
export interface Extent {
  readonly of: object;
  readonly first: number;
  readonly end: number;
}

/**
 * What a unit does for an instruction: a state machine that takes one step a cycle, and the values that its steps move. Its steps
 * depend on no value and on no other unit, so it takes them all when the instruction begins.
 */
export interface Activity {
  /** All that it reads. */
  readonly reads: readonly Extent[];
  /** All that it writes. */
  readonly writes: readonly Extent[];
  /** How many steps it took. */
  readonly cycles: number;
  /** Moves the values of its first cycles, so many, that have not moved yet: reads what is there, and writes at the next edge. */
  move(cycles: number): void;
}

/** Whether what one of two activities writes is of no concern to the other, so that it does not matter in which of their cycles it does. */
export function areApart(a: Activity, b: Activity): boolean {
  return !meet(a.writes, b.writes) && !meet(a.writes, b.reads) && !meet(a.reads, b.writes);
}

function meet(some: readonly Extent[], others: readonly Extent[]): boolean {
  return some.some((a) => others.some((b) => a.of === b.of && a.first < b.end && b.first < a.end));
}
