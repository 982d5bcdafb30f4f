import { markdownTable } from '../markdown.js';
import { isFailure } from './judge.js';
import { VERDICTS, type Verdict } from './judge.js';
import type { Seed } from './seeds.js';
import type { Measured } from './worker.js';

const MIB = 2 ** 20;

/** What came of the mutants of one file, or of all. */
export interface Summary {
  readonly file: string;
  readonly mutants: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  readonly failures: number;
  readonly slowestMilliseconds: number;
  readonly largestBytes: number;
}

/** A line for each file, and one for all of them. */
export function summaries(seeds: readonly Seed[], results: readonly Measured[]): readonly Summary[] {
  const ofSeed = (index: number) => results.filter(({ number }) => number % seeds.length === index);
  return [...seeds.map(({ name }, index) => summary(name, ofSeed(index))), summary('all', results)];
}

function summary(file: string, results: readonly Measured[]): Summary {
  const counts = VERDICTS.map(
    (name) => [name, results.filter(({ verdict }) => verdict === name).length] as const,
  );
  return {
    file,
    mutants: results.length,
    verdicts: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    failures: results.filter(({ verdict }) => isFailure(verdict)).length,
    slowestMilliseconds: Math.max(0, ...results.map(({ milliseconds }) => milliseconds)),
    largestBytes: Math.max(0, ...results.map(({ grownBytes }) => grownBytes)),
  };
}

export function summaryTable(lines: readonly Summary[]): string {
  const header = ['file', 'mutants', 'graphs', 'user errors', 'failures', 'slowest (ms)', 'largest (MiB)'];
  const rows = lines.map(({ file, mutants, verdicts, failures, slowestMilliseconds, largestBytes }) => [
    file,
    ...[mutants, verdicts.graph ?? 0, verdicts['user error'] ?? 0, failures].map((count) =>
      count.toLocaleString('en'),
    ),
    slowestMilliseconds.toFixed(0),
    (largestBytes / MIB).toFixed(0),
  ]);
  return markdownTable(header, rows, 'right');
}
