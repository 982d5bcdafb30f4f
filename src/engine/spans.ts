/** The cycles start … end − 1. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The cycles in either list. Both are in order and do not overlap, and so is the result. */
export function union(a: readonly Span[], b: readonly Span[]): Span[] {
  const result: Span[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const takesA = j === b.length || (i < a.length && a[i]!.start <= b[j]!.start);
    const next = takesA ? a[i]! : b[j]!;
    if (takesA) i += 1;
    else j += 1;
    const last = result.at(-1);
    if (last === undefined || next.start > last.end) result.push(next);
    else if (next.end > last.end) result[result.length - 1] = { start: last.start, end: next.end };
  }
  return result;
}

export function totalLength(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}
