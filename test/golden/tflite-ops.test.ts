import { afterAll, expect, it } from 'vitest';
import { describeShared, sharedFiles, sharedName } from '../support/shared.js';
import { byOperator, type Tally } from '../support/tflite/tally.js';
import { runTfliteFile } from '../support/tflite/run-file.js';

const paths = sharedFiles('.json', 'vectors', 'ops').filter((path) => /[/\\]tflite_[^/\\]*$/.test(path));

describeShared('operators equal the real TensorFlow Lite Micro kernels, in both builds', () => {
  const tallies: Tally[] = [];

  it('has files to run', () => {
    expect(paths.length).toBeGreaterThan(0);
  });

  it.each(paths.map((path) => ({ file: sharedName(path), path })))('$file', ({ path }) => {
    const found = runTfliteFile(path);
    tallies.push(...found);
    expect(found.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  afterAll(() => {
    const rows = byOperator(tallies).map(({ operator, cases, values, mismatches }) =>
      [operator.padEnd(24), ...[cases, values, mismatches].map((n) => String(n).padStart(11))].join(''),
    );
    process.stdout.write(`operator                      cases     values mismatches\n${rows.join('\n')}\n`);
  });
});
