import { afterAll, expect, it } from 'vitest';
import { onnxCaseFiles } from '../support/onnx-cases.js';
import { importedCases, tableOf } from '../support/onnx-import-cases.js';
import type { ImportTally } from '../support/tflite/tally.js';
import { describeShared } from '../support/shared.js';

describeShared('ONNX files of one operator give the codes of ONNX Runtime', () => {
  const files = onnxCaseFiles();
  const tallies: ImportTally[] = [];

  it('has files to run', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('$name', ({ name, cases }) => {
    const found = importedCases(name, cases());
    tallies.push(...found);
    expect(found.length).toBeGreaterThan(0);
    expect(found.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  afterAll(() => {
    process.stdout.write(tableOf(tallies));
  });
});
