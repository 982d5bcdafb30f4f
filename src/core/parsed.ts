/** One thing wrong with an input: where, what would be accepted, what was there. */
export interface Issue {
  /** Dotted path of the field, or a position such as `machine.yaml:7:12`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** The value, or every problem found with the input at once. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function refused(issues: readonly Issue[]): { readonly ok: false; readonly issues: readonly Issue[] } {
  return { ok: false, issues };
}

/** One line an issue: `path: found got, expected expected`. */
export function describeIssues(issues: readonly Issue[]): string {
  return issues.map(({ path, expected, got }) => `${path}: found ${got}, expected ${expected}`).join('\n');
}
