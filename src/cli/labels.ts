import { UserError } from '../core/errors.js';
import { readLabels } from './data-set.js';
import type { Io } from './io.js';
import { wholeNumber } from './options/whole-number.js';

const FURTHEST_OFFSET = 1_000_000;

/** The label of each row, `--label-offset` added; null for every row where there are no labels. */
export async function labelsOfRows(
  io: Io,
  path: string | undefined,
  offsetText: string | undefined,
  rowCount: number,
): Promise<(row: number) => number | null> {
  const offset = wholeNumber(offsetText ?? '0', '--label-offset', -FURTHEST_OFFSET, FURTHEST_OFFSET);
  if (path === undefined) return () => null;
  const labels = await readLabels(io, path);
  if (labels.length !== rowCount) {
    throw new UserError({
      file: path,
      found: `${labels.length} labels`,
      expected: `${rowCount}, one for each row of the data`,
    });
  }
  return (row) => labels[row]! + offset;
}
