/**
 * Prints how many values of the shared vector files are reproduced, and how many are not: `npm run vectors`. Needs the shared
 * folder (`BITMAC_SHARED`, default `../shared`). The same comparisons are tests: `test/golden`.
 */
import { basename } from 'node:path';
import { semanticsOf } from '../test/golden/semantics/index.js';
import { canonical, requantRows } from '../test/support/requant-vectors.js';
import { sharedFiles } from '../test/support/shared.js';
import { markdownTable } from './markdown.js';

const rows = sharedFiles('.csv.gz', 'vectors', 'requant').map((path) => {
  const file = basename(path, '.csv.gz');
  const vectors = requantRows(file);
  const columns = Object.keys(vectors[0] ?? {});
  const { results } = semanticsOf(file, columns);
  const compared = columns.flatMap((column) => {
    const rule = results[column];
    return rule === undefined ? [] : [{ column, rule }];
  });
  const mismatches = compared.reduce(
    (sum, { column, rule }) =>
      sum + vectors.filter((row) => String(rule(row)) !== canonical(row[column]!)).length,
    0,
  );
  return [file, vectors.length, compared.length, vectors.length * compared.length, mismatches].map(String);
});
console.log(markdownTable(['file', 'rows', 'result columns', 'values', 'mismatches'], rows, 'right'));
