import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { sharedPath } from './shared.js';

/** One row of a vector file: column name → text. */
export type VectorRow = Readonly<Record<string, string>>;

/** Every row of `vectors/requant/<name>.csv.gz` in the shared folder, which must be present. */
export function requantRows(name: string): VectorRow[] {
  const text = gunzipSync(readFileSync(sharedPath('vectors', 'requant', `${name}.csv.gz`)!)).toString('utf8');
  const [header, ...lines] = text.trim().split('\n');
  const columns = header!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i]!, cell])));
}

/** A 64-bit decimal column. */
export function integer(row: VectorRow, column: string): bigint {
  return BigInt(row[column]!);
}

export function number(row: VectorRow, column: string): number {
  return Number(row[column]);
}

/** Integers as they are; a float column's text in the shortest form, and no negative zero. */
export function canonical(text: string): string {
  return /^-?\d+$/.test(text) ? String(BigInt(text)) : String(Number(text) + 0);
}
