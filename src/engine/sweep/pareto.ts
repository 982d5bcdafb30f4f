/**
 * Positions of the rows that no other row beats: is as small in every column and smaller in one. Of equal rows all or none are
 * among them.
 *
 * In lexical order a row can only be beaten by one before it, and if by any, then by one of the front.
 */
export function paretoFront(rows: readonly (readonly number[])[]): ReadonlySet<number> {
  const order = [...rows.keys()].sort((a, b) => lexical(rows[a]!, rows[b]!));
  const front: number[] = [];
  for (const row of order) {
    if (!front.some((other) => beats(rows[other]!, rows[row]!))) front.push(row);
  }
  return new Set(front);
}

function beats(a: readonly number[], b: readonly number[]): boolean {
  return a.every((cost, column) => cost <= b[column]!) && a.some((cost, column) => cost < b[column]!);
}

function lexical(a: readonly number[], b: readonly number[]): number {
  const column = a.findIndex((cost, index) => cost !== b[index]);
  return column === -1 ? 0 : a[column]! - b[column]!;
}
