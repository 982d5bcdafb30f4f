import { UserError } from '../../core/errors.js';

/** `0.01`, `1%` or `0`: a part of the whole. */
export function share(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(text);
  const value = match === null ? NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (value >= 0 && value <= 1) return value;
  throw new UserError({
    place: option,
    found: `'${text}'`,
    expected: 'a share from 0 to 1, such as 0.01 or 1%',
  });
}
