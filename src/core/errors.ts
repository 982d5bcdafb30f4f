import { printable, shorten } from './legible.js';

/** What a person did or gave that we cannot use: which file, where in it, what was found, what to do. */
export interface UserErrorDetails {
  /** The file the problem is in, as the user named it. */
  readonly file?: string;
  /** Where in the file: a node, a field, a byte offset, a command-line option. */
  readonly place?: string;
  /** What was found there. */
  readonly found: string;
  /** What would have been accepted. */
  readonly expected?: string;
  /** What to try. */
  readonly suggestion?: string;
}

/**
 * A problem with input or usage. Printed as one message without a stack trace; the CLI exits with `exitCode`.
 *
 * @example
 * throw new UserError({ file: 'a.onnx', place: "node 'lstm_1'", found: 'operator LSTM', expected: 'one of Conv, Gemm' });
 * // a.onnx: node 'lstm_1': found operator LSTM, expected one of Conv, Gemm
 */
export class UserError extends Error {
  readonly exitCode = 2;
  readonly details: UserErrorDetails;

  constructor(details: UserErrorDetails) {
    super(describe(details));
    this.name = 'UserError';
    this.details = details;
  }

  /**
   * The same problem, with the file's name filled in by a caller that knows it. What the file itself may have put into the
   * message, names above all, is made fit to print and short.
   */
  inFile(file: string): UserError {
    return this.details.file === undefined ? new UserError({ ...legible(this.details), file }) : this;
  }
}

/** Longest parts of a message about a file, in characters. Only what we expect is longer: it may be a list of our own. */
const LONGEST = { place: 160, found: 240, expected: 4000, suggestion: 160 } as const;

function legible(details: UserErrorDetails): UserErrorDetails {
  const parts = Object.entries(details).map(([part, text]: [string, string]) => [
    part,
    part in LONGEST ? shorten(printable(text), LONGEST[part as keyof typeof LONGEST]) : text,
  ]);
  return Object.fromEntries(parts) as UserErrorDetails;
}

function describe({ file, place, found, expected, suggestion }: UserErrorDetails): string {
  const where = [file, place].filter((part) => part !== undefined).map((part) => `${part}: `);
  const wanted = expected === undefined ? '' : `, expected ${expected}`;
  const advice = suggestion === undefined ? '' : `; ${suggestion}`;
  return `${where.join('')}found ${found}${wanted}${advice}`;
}

/** Runs `work`; what it refuses without saying where is refused in `file`. */
export function namingFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof UserError ? error.inFile(file) : error;
  }
}

/** We are wrong: something our own code promised does not hold. The CLI exits with 3. */
export class InvariantError extends Error {
  constructor(message: string, details?: Readonly<Record<string, unknown>>) {
    super(details === undefined ? message : `${message} ${JSON.stringify(details, bigintAsText)}`);
    this.name = 'InvariantError';
  }
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

/** Documents what the next line relies on; raises `InvariantError` where it does not hold. */
export function assert(
  condition: boolean,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (!condition) throw new InvariantError(message, details);
}

/** Ends a `switch` over a union, so that a new member shows every place to visit. */
export function assertNever(value: never): never {
  throw new InvariantError('unreachable', { value });
}
