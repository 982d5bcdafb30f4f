import type { FloatGraph } from '../../ir/graph.js';
import type { FloatTensor, Tensor } from '../../tensor/tensor.js';
import { Crew } from '../../threads/crew.js';
import type { ThreadCount } from '../../threads/thread-count.js';
import { shareable } from '../../threads/shareable.js';
import type { FloatRunner, IntegerOutputs, IntegerRunner, IntegerTwin } from '../run.js';

const ENTRY = new URL('./row-worker.js', import.meta.url);

/** What the models make of one row. */
export interface RowOutputs {
  readonly integer: IntegerOutputs;
  /** null without a float model. */
  readonly float: readonly FloatTensor[] | null;
}

/** What a thread that runs rows begins with. */
export interface RowSetup {
  readonly integer: IntegerTwin;
  readonly float: FloatGraph | null;
}

/**
 * Runs an integer model, and a float one beside it on the real numbers that its inputs stand for, on many rows: in several threads,
 * which share the weights of the integer model. Outputs are the same whatever their number.
 */
export class RowRunner {
  readonly #crew: Crew<RowSetup, readonly Tensor[], RowOutputs>;

  constructor(integer: IntegerRunner, float: FloatRunner | null, threads: ThreadCount) {
    const setups = (count: number): RowSetup[] => {
      const graph = float === null ? null : shareable(float.graph);
      return integer.twins(count).map((twin) => ({ integer: twin, float: graph }));
    };
    const here = (inputs: readonly Tensor[]): RowOutputs => outputsOfRow(integer, float, inputs);
    this.#crew = new Crew({ entry: ENTRY, setups, here }, threads);
  }

  /** How many rows ran in this thread; the others ran elsewhere. */
  get rowsHere(): number {
    return this.#crew.rowsHere;
  }

  /**
   * The outputs of every row, in order; rows are taken from their sequence some at a time.
   *
   * @throws UserError where an input is missing, has another shape or holds a number that is no code.
   */
  run(rows: Iterable<readonly Tensor[]>): Iterable<RowOutputs> {
    return this.#crew.run(rows);
  }

  /** Waits until all threads are ready, so that no row waits for it; after the first row. */
  assemble(): void {
    this.#crew.assemble();
  }

  /** Ends the other threads. */
  close(): void {
    this.#crew.close();
  }
}

/** One row, in this thread. */
export function outputsOfRow(
  integer: IntegerRunner,
  float: FloatRunner | null,
  inputs: readonly Tensor[],
): RowOutputs {
  return { integer: integer.run(inputs), float: float?.run(integer.realInputs(inputs)) ?? null };
}
