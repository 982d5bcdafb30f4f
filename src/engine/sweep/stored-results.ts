import { createHash } from 'node:crypto';
import { UserError } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { type Outcome, POINT_FIGURES, type PointFigures } from './result.js';

/**
 * A file of finished points: JSON, a line each behind a first line that says what the file is. Lines are appended whole; one
 * that a crash has cut is skipped when the file is read.
 */
const HEADER = '{"schema":"bitmac-sweep-results/1"}';

export interface StoredResults {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Lines that are no finished point. */
  readonly damagedLines: number;
  /** What has to be appended before the next line: the header, the end of a line that was cut. */
  readonly prefix: string;
}

/** @throws UserError where the text is no such file */
export function readResults(text: string): StoredResults {
  const isCutHeader = text !== `${HEADER}\n` && `${HEADER}\n`.startsWith(text);
  if (isCutHeader) {
    return { outcomes: new Map(), damagedLines: 0, prefix: `${HEADER}\n`.slice(text.length) };
  }
  const [first, ...lines] = text.split('\n');
  if (first !== HEADER) {
    throw new UserError({
      found: 'another kind of file',
      expected: `a new file, or one whose first line is ${HEADER}`,
    });
  }
  const isCut = lines.at(-1) !== '';
  const entries = lines.filter((line) => line !== '').map(entryOf);
  const read = entries.filter((entry) => entry !== null);
  return {
    outcomes: new Map(read),
    damagedLines: entries.length - read.length,
    prefix: isCut ? '\n' : '',
  };
}

export function resultLine(key: string, outcome: Outcome): string {
  return `${JSON.stringify({ key, ...outcome })}\n`;
}

/** What a result depends on: the network and everything of the machine but how it is called and where its figures are from. */
export function pointKey(model: string, accelerator: Accelerator): string {
  const machine = JSON.stringify(accelerator, (name, value: unknown) =>
    name === 'name' || name === 'description' || name === 'source' ? undefined : value,
  );
  return createHash('sha256').update(`${model}\n${machine}`).digest('hex').slice(0, 32);
}

function entryOf(line: string): [string, Outcome] | null {
  let entry: Readonly<Record<string, unknown>> | null;
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    return null;
  }
  if (typeof entry !== 'object' || entry === null || typeof entry['key'] !== 'string') return null;
  const { key, figures, reason } = entry;
  if (typeof reason === 'string') return [key, { reason }];
  return isFigures(figures) ? [key, { figures }] : null;
}

function isFigures(value: unknown): value is PointFigures {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return POINT_FIGURES.every((name) => Number.isFinite(fields[name]));
}
