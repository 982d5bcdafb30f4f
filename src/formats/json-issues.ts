import type { z } from 'zod';
import type { Issue } from '../core/parsed.js';

/** Longest text of a value in a message. */
const SHOWN_CHARACTERS = 40;

/** A schema's problems with a JSON value, each at its dotted path; the schema's messages say what it expects. */
export function fieldIssues(error: z.ZodError, json: unknown, place: readonly string[]): Issue[] {
  return error.issues.map((issue) => ({
    path: [...place, ...issue.path.map(String)].join('.'),
    expected: issue.message,
    got: shownJson(valueAt(json, issue.path)),
  }));
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    json,
  );
}

/** A JSON value in a message: what it says if that is short, else what it is. */
export function shownJson(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
