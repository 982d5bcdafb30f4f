import { UserError } from '../../core/errors.js';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 };
const LONGEST_MILLISECONDS = 3_600_000;

/** `500ms`, `10s`, `2min` or seconds without a unit, as milliseconds; more than 0, at most an hour. */
export function durationMilliseconds(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min)?$/.exec(text);
  const milliseconds = match === null ? NaN : Number(match[1]) * UNITS[match[2] ?? 's']!;
  if (milliseconds > 0 && milliseconds <= LONGEST_MILLISECONDS) return milliseconds;
  throw new UserError({
    place: option,
    found: `'${text}'`,
    expected: 'a time of at most an hour, such as 500ms, 10s or 2min',
  });
}
