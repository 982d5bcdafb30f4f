import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRule } from '../../src/arith/requantizers/registry.js';
import { canonical, requantRows, type VectorRow } from '../support/requant-vectors.js';
import { describeShared, sharedFiles } from '../support/shared.js';
import { semanticsOf } from './semantics/index.js';

/** Rows whose result column does not hold what the rule says, one line each. */
function misses(
  rows: readonly VectorRow[],
  column: string,
  rule: (row: VectorRow) => bigint | number,
): string[] {
  return rows.flatMap((row) => {
    const observed = rule(row);
    return String(observed) === canonical(row[column]!)
      ? []
      : [`${column} of ${Object.values(row).join(',')} -> ${observed}, expected ${row[column]}`];
  });
}

const files = sharedFiles('.csv.gz', 'vectors', 'requant').map((path) => basename(path, '.csv.gz'));

describeShared('every requantization vector of the shared folder is reproduced', () => {
  it('finds vector files', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('%s', (file) => {
    const rows = requantRows(file);
    const columns = Object.keys(rows[0] ?? {});
    const { inputs, results } = semanticsOf(file, columns);
    const resultColumns = columns.filter((column) => column !== 'tag' && !inputs.includes(column));
    const unknown = resultColumns.filter((column) => results[column] === undefined);
    const known = resultColumns.filter((column) => results[column] !== undefined);
    const wrong = known.flatMap((column) => misses(rows, column, results[column]!));
    expect({ unknown, wrong, compared: rows.length * known.length > 0 }).toEqual({
      unknown: [],
      wrong: [],
      compared: true,
    });
  });
});

describe('a vector file that nobody has seen', () => {
  const row: VectorRow = {
    acc: '5',
    multiplier: '1073741824',
    leftShift: '0',
    'tflite-double': '3',
    ruy: '3',
  };

  it('has the semantics of the longest known name that begins it', () => {
    expect(semanticsOf('tflite_mbqm_double_more', [])).toBe(semanticsOf('tflite_mbqm_double', []));
  });

  it('may name rules in its columns', () => {
    const { inputs, results } = semanticsOf('measured', Object.keys(row));
    expect(inputs).toEqual(['acc', 'multiplier', 'leftShift']);
    expect(results['ruy']!(row)).toBe(3n);
    expect(findRule('ruy')!.name).toBe('ruy');
  });

  it('is refused where neither its name nor its columns say what it means', () => {
    expect(() => semanticsOf('measured', ['a', 'b'])).toThrow('measured: no known semantics');
  });
});
