import { MessageChannel, receiveMessageOnPort, type MessagePort, type Worker } from 'node:worker_threads';
import { assert, InvariantError } from '../core/errors.js';
import { batchOf, sharedInt32, takenRows, type Batch, type MateData, type Reply } from './batch.js';
import { shareable } from './shareable.js';
import { startWorker } from './start-worker.js';
import { threadsOf, type ThreadCount } from './thread-count.js';

/** What a thread takes to start and prepare a small network: work that is shorter stays in one. */
const START_MILLISECONDS = 200;

/** Rows of a batch, for each thread: what is in memory at a time, and between ends at which threads wait for each other. */
const ROWS_PER_THREAD = 8;

/** Longest wait for a row in another thread: so long, and so many times what the slowest row took here. */
const PATIENCE_MILLISECONDS = 5000;
const PATIENCE_ROWS = 20;

/** Longest wait for threads to get ready. */
const ASSEMBLY_MILLISECONDS = 60_000;

/** The same work in this thread and in others. */
export interface CrewWork<Setup, Row, Answer> {
  /** The module of the others, which calls `serve`. */
  readonly entry: URL;
  /** What each of at most `count` others begins with; asked for when they are started, after the first row. */
  readonly setups: (count: number) => readonly Setup[];
  readonly here: (row: Row) => Answer;
}

interface Mate {
  readonly worker: Worker;
  readonly port: MessagePort;
}

/**
 * Threads that make an answer of every row of a sequence. Whatever their number, answers come in the order of the rows, and an
 * error is that of the first row that has one: a row that fails elsewhere runs again here, in its turn.
 *
 * Everything is synchronous: this thread works as the others do and then waits for them. It waits for rows that were taken, not for
 * threads, so that one which is not ready yet, or never will be, costs no time.
 */
export class Crew<Setup, Row, Answer> {
  readonly #work: CrewWork<Setup, Row, Answer>;
  readonly #isEager: boolean;
  readonly #patienceMilliseconds: number;
  #threads: number;
  #mates: readonly Mate[] = [];
  /** For every other thread 1 once it is ready. */
  #ready = sharedInt32(0);
  #rowsHere = 0;
  #millisecondsHere = 0;
  #slowestMilliseconds = 0;

  /** @param threads `auto`: only this one until rows have taken as long as starting the others would */
  constructor(
    work: CrewWork<Setup, Row, Answer>,
    threads: ThreadCount,
    patienceMilliseconds = PATIENCE_MILLISECONDS,
  ) {
    this.#work = work;
    this.#patienceMilliseconds = patienceMilliseconds;
    this.#isEager = threads !== 'auto';
    this.#threads = threadsOf(threads);
  }

  /** How many rows ran in this thread; the others ran elsewhere. */
  get rowsHere(): number {
    return this.#rowsHere;
  }

  /** The answers to rows, which are taken from the sequence some at a time. */
  *run(rows: Iterable<Row>): Generator<Answer> {
    const source = rows[Symbol.iterator]();
    for (;;) {
      const some = next(source, this.#pays() ? ROWS_PER_THREAD * this.#threads : 1);
      if (some.length === 0) return;
      if (some.length === 1) yield this.#here(some[0]!);
      else yield* this.#together(some);
    }
  }

  /** Waits until all threads are ready for rows; after the first row. */
  assemble(): void {
    this.#start();
    const end = performance.now() + ASSEMBLY_MILLISECONDS;
    for (const index of this.#mates.keys()) {
      const outcome = Atomics.wait(this.#ready, index, 0, end - performance.now());
      assert(outcome !== 'timed-out', 'threads get ready', { index, of: this.#mates.length });
    }
  }

  /** Ends the other threads; this one goes on alone. */
  close(): void {
    this.#threads = 1;
    for (const { worker, port } of this.#mates) {
      port.close();
      void worker.terminate();
    }
    this.#mates = [];
  }

  #pays(): boolean {
    if (this.#threads === 1 || this.#rowsHere === 0) return false;
    return this.#isEager || this.#mates.length > 0 || this.#millisecondsHere >= START_MILLISECONDS;
  }

  #start(): void {
    if (this.#mates.length > 0 || this.#threads === 1) return;
    const setups = this.#work.setups(this.#threads - 1);
    this.#ready = sharedInt32(setups.length);
    this.#mates = setups.map((setup, index) => {
      const { port1, port2 } = new MessageChannel();
      const data: MateData<Setup> = { setup, port: port2, ready: this.#ready, index };
      const worker = startWorker(this.#work.entry, { ...data }, [port2]);
      worker.once('error', () => {}); // its rows run here
      worker.unref();
      return { worker, port: port1 };
    });
    this.#threads = 1 + this.#mates.length;
  }

  *#together(rows: readonly Row[]): Generator<Answer> {
    const isFirst = this.#mates.length === 0;
    this.#start();
    const batch = batchOf(rows.map(shareable));
    for (const [index, { port }] of this.#mates.entries()) {
      // One batch may wait for a thread to get ready; more would pile up if it never does.
      if (isFirst || Atomics.load(this.#ready, index) === 1) port.postMessage(batch);
    }
    const answers = new Map<number, Answer>();
    this.#takeRows(batch, answers);
    const failures = this.#collect(batch, answers);
    for (const [index, row] of rows.entries()) {
      if (answers.has(index)) {
        yield answers.get(index)!;
        continue;
      }
      const answer = this.#here(row);
      const failure = failures.get(index);
      if (failure !== undefined) throw new InvariantError(`only another thread failed: ${failure}`);
      yield answer;
    }
  }

  #takeRows(batch: Batch<Row>, answers: Map<number, Answer>): void {
    for (const index of takenRows(batch)) {
      Atomics.store(batch.replied, index, 1);
      try {
        answers.set(index, this.#here(batch.rows[index]!));
      } catch {
        // An earlier row may fail as well.
      }
    }
  }

  /** Adds the answers of the others, and returns why they have none, by row. */
  #collect({ replied }: Batch<Row>, answers: Map<number, Answer>): ReadonlyMap<number, string> {
    const patience = this.#patienceMilliseconds + PATIENCE_ROWS * this.#slowestMilliseconds;
    const areLost = replied.some((_, index) => Atomics.wait(replied, index, 0, patience) === 'timed-out');
    const failures = new Map<number, string>();
    for (const { port } of this.#mates) {
      for (const reply of messages<Reply<Answer>>(port)) {
        if ('answer' in reply) answers.set(reply.index, reply.answer);
        else failures.set(reply.index, reply.failure);
      }
    }
    if (areLost) this.close(); // a late reply would be taken for one to a later batch
    return failures;
  }

  #here(row: Row): Answer {
    const start = performance.now();
    const answer = this.#work.here(row);
    const milliseconds = performance.now() - start;
    this.#rowsHere += 1;
    this.#millisecondsHere += milliseconds;
    this.#slowestMilliseconds = Math.max(this.#slowestMilliseconds, milliseconds);
    return answer;
  }
}

/** At most so many of the next. */
function next<T>(source: Iterator<T>, most: number): T[] {
  const some: T[] = [];
  while (some.length < most) {
    const { done, value } = source.next();
    if (done === true) break;
    some.push(value);
  }
  return some;
}

/** The messages that have arrived. */
function* messages<T>(port: MessagePort): Generator<T> {
  for (;;) {
    const received = receiveMessageOnPort(port);
    if (received === undefined) return;
    yield (received as { readonly message: T }).message;
  }
}
