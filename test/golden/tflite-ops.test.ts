import { afterAll, expect, it } from 'vitest';
import { describeShared, sharedName } from '../support/shared.js';
import { byOperator, type Tally } from '../support/tflite/tally.js';
import { runTfliteFile, tflitePaths } from '../support/tflite/run-file.js';

describeShared('operators equal the real TensorFlow Lite Micro kernels, in both builds', () => {
  const paths = tflitePaths();
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
