import type { Tensor } from '../tensor/tensor.js';
import type { ThreadCount } from '../threads/thread-count.js';
import { RowRunner } from './rows/row-runner.js';
import type { FloatRunner, IntegerRunner } from './run.js';

/** How many of the rows a network answers right. */
export interface Correct {
  readonly top1Correct: number;
  readonly top5Correct: number;
}

/** Float beside integer on the same rows. */
export interface EvaluationResult {
  readonly rows: number;
  /** null without labels, or without a float model. */
  readonly float: Correct | null;
  readonly integer: Correct | null;
  /** Rows on which both have the same first answer; null without a float model. */
  readonly sameTop1: number | null;
  /** Of dequantized integer outputs against float outputs, over all rows and elements. */
  readonly meanAbsoluteError: number | null;
  readonly maxAbsoluteError: number | null;
}

export interface EvaluationRow {
  readonly inputs: readonly Tensor[];
  readonly label: number | null;
}

export interface EvaluationOptions {
  /** One unless said. */
  readonly threads?: ThreadCount | undefined;
  readonly progress?: (done: number) => void;
}

/** Runs both models on every row. The answer is the index of the largest element of the first output, the first of equals. */
export function evaluate(
  integer: IntegerRunner,
  float: FloatRunner | null,
  rows: Iterable<EvaluationRow>,
  { threads = 1, progress }: EvaluationOptions = {},
): EvaluationResult {
  const runner = new RowRunner(integer, float, threads);
  try {
    return tallied(runner, float !== null, rows, progress);
  } finally {
    runner.close();
  }
}

function tallied(
  runner: RowRunner,
  hasFloat: boolean,
  rows: Iterable<EvaluationRow>,
  progress?: (done: number) => void,
): EvaluationResult {
  const labels: (number | null)[] = [];
  function* inputsOfRows(): Generator<readonly Tensor[]> {
    for (const { inputs, label } of rows) {
      labels.push(label);
      yield inputs;
    }
  }
  const tally = { float: new Tally(), integer: new Tally() };
  let rowCount = 0;
  let sameTop1 = 0;
  let errorSum = 0;
  let errorCount = 0;
  let maxAbsoluteError = 0;
  for (const { integer, float } of runner.run(inputsOfRows())) {
    const label = labels[rowCount]!;
    const reals = integer.reals[0]!.data;
    tally.integer.add(reals, label);
    if (float !== null) {
      const expected = float[0]!.data;
      tally.float.add(expected, label);
      if (ranked(expected, 1)[0] === ranked(reals, 1)[0]) sameTop1 += 1;
      for (let i = 0; i < expected.length; i += 1) {
        const error = Math.abs(expected[i]! - reals[i]!);
        errorSum += error;
        maxAbsoluteError = Math.max(maxAbsoluteError, error);
      }
      errorCount += expected.length;
    }
    rowCount += 1;
    progress?.(rowCount);
  }
  return {
    rows: rowCount,
    float: hasFloat ? tally.float.result() : null,
    integer: tally.integer.result(),
    sameTop1: hasFloat ? sameTop1 : null,
    meanAbsoluteError: errorCount === 0 ? null : errorSum / errorCount,
    maxAbsoluteError: errorCount === 0 ? null : maxAbsoluteError,
  };
}

class Tally {
  #top1 = 0;
  #top5 = 0;
  #labelled = 0;

  add(outputs: Float32Array, label: number | null): void {
    if (label === null) return;
    const answers = ranked(outputs, 5);
    this.#labelled += 1;
    if (answers[0] === label) this.#top1 += 1;
    if (answers.includes(label)) this.#top5 += 1;
  }

  result(): Correct | null {
    return this.#labelled === 0 ? null : { top1Correct: this.#top1, top5Correct: this.#top5 };
  }
}

/** Indices of the `count` largest elements, largest first, the first of equals first. */
export function ranked(values: ArrayLike<number>, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < values.length; i += 1) {
    let place = best.length;
    while (place > 0 && values[best[place - 1]!]! < values[i]!) place -= 1;
    if (place >= count) continue;
    best.splice(place, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}
