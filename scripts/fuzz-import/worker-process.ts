import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job, Measured } from './worker.js';

/** What a mutant may take. */
export interface Limits {
  readonly milliseconds: number;
  /** Elapsed time after which a worker that does not answer is killed: more, for the machine may be busy. */
  readonly hangMilliseconds: number;
  readonly bytes: number;
}

export const LIMITS: Limits = { milliseconds: 2000, hangMilliseconds: 20_000, bytes: 2 ** 30 };

/** How a worker ended without an answer. */
export type Loss = { readonly lost: 'hung' | 'grew' } | { readonly lost: 'died'; readonly how: string };

const WATCH_MILLISECONDS = 50;
const MIB = 2 ** 20;
const KEPT_ERROR_CHARACTERS = 4000;
const OUT_OF_MEMORY = /heap out of memory|allocation failed/i;

/** A worker and the eye on it: one mutant at a time, killed when it hangs or grows without end. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #limits: Limits;
  readonly #ready: Promise<void>;
  #errors = '';
  #idleBytes = 0;
  /** Mutants answered. */
  answered = 0;

  constructor(job: Job, limits: Limits) {
    this.#limits = limits;
    this.#child = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(job)], {
      execArgv: [
        '--import',
        import.meta.resolve('tsx'),
        `--max-old-space-size=${Math.ceil(limits.bytes / MIB) + 256}`,
      ],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-KEPT_ERROR_CHARACTERS);
    });
    this.#ready = new Promise((done, fail) => {
      this.#child.once('message', () => {
        this.#idleBytes = residentBytes(this.#child.pid!);
        done();
      });
      this.#child.once('exit', () => fail(new Error(`a worker did not start: ${this.#errors}`)));
    });
    this.#ready.catch(() => {}); // of interest to `measure` only
  }

  /** Makes, reads and judges a mutant. After a loss the worker is gone. */
  async measure(number: number): Promise<Measured | Loss> {
    await this.#ready;
    const mostBytes = this.#idleBytes + 2 * this.#limits.bytes;
    const outcome = await new Promise<Measured | Loss>((resolve) => {
      const child = this.#child;
      const deadline = performance.now() + this.#limits.hangMilliseconds;
      const watch = setInterval(() => {
        if (performance.now() > deadline) end({ lost: 'hung' });
        else if (residentBytes(child.pid!) > mostBytes) end({ lost: 'grew' });
      }, WATCH_MILLISECONDS);
      const onMessage = (message: unknown): void => end(message as Measured);
      const onClose = (code: number | null, signal: string | null): void =>
        end(
          OUT_OF_MEMORY.test(this.#errors)
            ? { lost: 'grew' }
            : { lost: 'died', how: `${signal ?? `exit code ${code}`}: ${this.#errors.trim()}` },
        );
      const end = (outcome: Measured | Loss): void => {
        clearInterval(watch);
        child.off('message', onMessage);
        child.off('close', onClose);
        resolve(outcome);
      };
      child.on('message', onMessage);
      child.on('close', onClose);
      child.send(number);
    });
    this.answered += 1;
    if ('lost' in outcome) this.end();
    return outcome;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

/** What a process has of the memory, where the system tells (Linux); 0 elsewhere. */
function residentBytes(pid: number): number {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
