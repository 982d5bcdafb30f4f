import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { constants } from 'node:os';
import { answerOf } from './protocol.js';

/** What came of a batch. `answered` is how many of its cases have a code. */
export type BatchOutcome = { readonly kind: 'answers'; readonly codes: readonly bigint[] } | Failure;

/** Why a DUT gave no usable answers. */
export type Failure =
  /** It ended with an exit code other than 0, or by a signal. */
  | (Ending & { readonly kind: 'crashed'; readonly answered: number })
  /** It ended by itself, with too few answers. */
  | { readonly kind: 'tooFew'; readonly answered: number }
  /** No answer within the time limit, nor after the end of its input. */
  | { readonly kind: 'hung'; readonly answered: number }
  /** Every answer came, but only after the end of its input. */
  | { readonly kind: 'unflushed'; readonly answered: number }
  /** A line that is no integer. */
  | { readonly kind: 'garbage'; readonly answered: number; readonly line: string }
  /** A line that no case asked for. */
  | { readonly kind: 'tooMany'; readonly answered: number; readonly line: string };

interface Ending {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

const LONGEST_LINE = 4096;
const SHOWN_CHARACTERS = 60;
/** Lines that nobody asked for, before a DUT that floods is stopped. */
const MOST_SPARE_LINES = 1000;
const KEPT_ERROR_CHARACTERS = 2000;
/** What ends bitmac, and with it whatever it has started. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A shell reports what a signal ended as this and the signal's number. */
const SIGNAL_EXIT_CODE = 128;

/** A device under test: somebody's command, run by the shell, that answers cases over its standard input and output. */
export class DutProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #timeoutMilliseconds: number;
  readonly #lines: string[] = [];
  #partial = '';
  #errors = '';
  #ending: Ending | null = null;
  #isFlooding = false;
  /** Lines that the batch asked last should give. */
  #wanted = 0;
  #wake: () => void = () => {};
  #isKilled = false;
  readonly #killOnExit = (): void => this.kill();
  readonly #killOnSignal = (signal: NodeJS.Signals): void => {
    this.kill();
    process.exit(SIGNAL_EXIT_CODE + constants.signals[signal]);
  };

  constructor(command: string, header: string, timeoutMilliseconds: number) {
    this.#timeoutMilliseconds = timeoutMilliseconds;
    // A process group of its own, so that what the shell starts can be killed with it.
    this.#child = spawn(command, { shell: true, detached: true, stdio: 'pipe' });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-KEPT_ERROR_CHARACTERS);
    });
    this.#child.stdin.on('error', () => {}); // its end is seen by 'close'
    this.#child.on('error', () => this.#end({ exitCode: null, signal: null }));
    this.#child.on('close', (exitCode, signal) => this.#end(endingOf(exitCode, signal)));
    process.on('exit', this.#killOnExit);
    for (const signal of ENDING_SIGNALS) process.on(signal, this.#killOnSignal);
    this.#child.stdin.write(`${header}\n`);
  }

  /** The end of what it wrote to standard error. */
  get errors(): string {
    return this.#errors.trim();
  }

  /** Whether the shell could not find or run the command at all. */
  get couldNotStart(): boolean {
    const { exitCode } = this.#ending ?? { exitCode: 0 };
    return exitCode === 127 || exitCode === 126 || (this.#ending !== null && this.#child.pid === undefined);
  }

  /** Sends a batch and waits for its codes. After a failure the process is gone. */
  async ask(cases: readonly string[]): Promise<BatchOutcome> {
    if (this.#lines.length > 0) return this.#fail('tooMany', 0);
    this.#wanted = cases.length;
    this.#child.stdin.write(`${cases.join('\n')}\n\n`);
    await this.#until(() => this.#lines.length >= cases.length || this.#firstGarbage() >= 0);
    const garbage = this.#firstGarbage();
    if (garbage >= 0 && garbage < cases.length) return this.#fail('garbage', garbage);
    if (this.#lines.length > cases.length) return this.#fail('tooMany', cases.length);
    if (this.#lines.length < cases.length) return this.#missing(cases.length);
    return { kind: 'answers', codes: this.#lines.splice(0).map((line) => answerOf(line)!) };
  }

  /** Ends its input and waits for it to end; null where it did so quietly. */
  async close(): Promise<Failure | null> {
    const ending = await this.#endOfInput();
    if (this.#lines.length > 0) return this.#fail('tooMany', 0);
    this.kill();
    if (ending === null) return { kind: 'hung', answered: 0 };
    return ending.exitCode === 0 ? null : { kind: 'crashed', answered: 0, ...ending };
  }

  /** Kills the process and what it started. */
  kill(): void {
    if (this.#isKilled || this.#child.pid === undefined) return;
    this.#isKilled = true;
    process.off('exit', this.#killOnExit);
    for (const signal of ENDING_SIGNALS) process.off(signal, this.#killOnSignal);
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // The group has ended already.
    }
  }

  #take(text: string): void {
    if (this.#isFlooding) return;
    const pieces = (this.#partial + text).split('\n');
    this.#partial = pieces.pop()!;
    for (const piece of pieces) if (piece.trim() !== '') this.#lines.push(piece.trim());
    if (this.#partial.length > LONGEST_LINE) this.#lines.push(this.#partial.slice(0, SHOWN_CHARACTERS));
    this.#isFlooding =
      this.#partial.length > LONGEST_LINE || this.#lines.length > this.#wanted + MOST_SPARE_LINES;
    if (this.#isFlooding) this.kill();
    this.#wake();
  }

  #end(ending: Ending): void {
    if (this.#partial.trim() !== '' && !this.#isFlooding) this.#lines.push(this.#partial.trim());
    this.#partial = '';
    this.#ending ??= ending;
    this.#wake();
  }

  #firstGarbage(): number {
    return this.#lines.findIndex((line) => answerOf(line) === null);
  }

  /** Waits until something holds, the process has ended, or nothing has come for as long as the time limit. */
  async #until(holds: () => boolean): Promise<void> {
    while (!holds() && this.#ending === null && !this.#isFlooding) {
      if (!(await this.#somethingNew())) return;
    }
  }

  /** Whether anything came within the time limit. */
  #somethingNew(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), this.#timeoutMilliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  async #missing(wanted: number): Promise<Failure> {
    const answered = this.#lines.length;
    if (this.#ending === null) {
      const ending = await this.#endOfInput();
      this.kill();
      if (ending === null) return { kind: 'hung', answered };
      if (this.#lines.length >= wanted) return { kind: 'unflushed', answered };
    }
    const ending = this.#ending!;
    this.kill();
    return ending.exitCode === 0
      ? { kind: 'tooFew', answered: this.#lines.length }
      : { kind: 'crashed', answered: this.#lines.length, ...ending };
  }

  async #endOfInput(): Promise<Ending | null> {
    this.#child.stdin.end();
    await this.#until(() => false);
    return this.#ending;
  }

  #fail(kind: 'garbage' | 'tooMany', at: number): Failure {
    this.kill();
    return { kind, answered: at, line: this.#lines[at]!.slice(0, SHOWN_CHARACTERS) };
  }
}

function endingOf(exitCode: number | null, signal: string | null): Ending {
  const [name] =
    Object.entries(constants.signals).find(([, value]) => exitCode === SIGNAL_EXIT_CODE + value) ?? [];
  return name === undefined ? { exitCode, signal } : { exitCode: null, signal: name };
}
