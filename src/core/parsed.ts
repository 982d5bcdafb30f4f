import { UserError } from './errors.js';

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

/** Most problems that one message lists. */
const LISTED = 10;

/** The problems with a file as one error: the one there is at its place, several as a list. */
export function problemsIn(file: string | null, issues: readonly Issue[]): UserError {
  const where = file === null ? {} : { file };
  const [first, ...others] = issues;
  if (first !== undefined && others.length === 0) {
    const { path, got, expected } = first;
    return new UserError({ ...where, ...(path === '' ? {} : { place: path }), found: got, expected });
  }
  const list = describeIssues(issues.slice(0, LISTED)).replaceAll(/^/gm, '  ');
  const more = issues.length > LISTED ? `\n  and ${issues.length - LISTED} more` : '';
  return new UserError({ ...where, found: `${issues.length} problems:\n${list}${more}` });
}
