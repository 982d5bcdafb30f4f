import { basename } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { importTflite } from '../../src/importers/tflite/import.js';
import { describeShared, sharedName } from '../support/shared.js';
import { imported, isNotImported, NOT_IMPORTED } from '../support/tflite/import-cases.js';
import type { ImportTally } from '../support/tflite/tally.js';
import { readTfliteFile, tflitePaths } from '../support/tflite/run-file.js';
import { writeTflite } from '../support/tflite-writer.js';

describeShared('files of one operator give the codes of the real TensorFlow Lite Micro kernels', () => {
  const paths = tflitePaths();
  const tallies: ImportTally[] = [];

  it('has files to run', () => {
    expect(paths.length).toBeGreaterThan(0);
  });

  it.each(paths.map((path) => ({ file: sharedName(path), path })))('$file', ({ path }) => {
    const found = imported(basename(path, '.json'), readTfliteFile(path));
    tallies.push(...found);
    expect(found.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  afterAll(() => {
    const rows = tallies.map(({ operator, types, cases, values, mismatches, onHost }) => {
      const why = NOT_IMPORTED[operator] ?? null; // nothing of it was run
      return [
        operator.padEnd(24),
        types.padEnd(26),
        String(cases).padStart(6),
        ...[values, mismatches].map((n) => (why === null ? String(n) : '').padStart(11)),
        `  ${why ?? (onHost === 0 ? '' : `${onHost} with nodes on the host`)}`,
      ].join('');
    });
    const head = `${'operator'.padEnd(24)}${'types'.padEnd(26)} cases     values mismatches`;
    process.stdout.write(`${head}\n${rows.map((row) => row.trimEnd()).join('\n')}\n`);
  });
});

describe('operators of the vectors without an importer', () => {
  it.each(Object.keys(NOT_IMPORTED))('%s is refused by name', (operator) => {
    expect(isNotImported(operator)).toBe(true);
    const bytes = writeTflite({
      tensors: [{ shape: [1, 2] }, { shape: [1, 2] }],
      operators: [{ name: operator as 'FLOOR', inputs: [0], outputs: [1] }],
      inputs: [0],
      outputs: [1],
    });
    const load = (): unknown => importTflite(bytes, { file: 'm.tflite' });
    expect(load).toThrow(UserError);
    expect(load).toThrow(`m.tflite: operator 0 ${operator} ('t1'): found the operator ${operator}, expected`);
  });
});
