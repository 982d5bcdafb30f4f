import { UserError } from '../../core/errors.js';

/** The whole number an option was given, from `least` to `most`. */
export function wholeNumber(text: string, option: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most && /^[-+]?\d+$/.test(text)) return number;
  throw new UserError({
    place: option,
    found: `'${text}'`,
    expected: `a whole number from ${least} to ${most}`,
  });
}
