import { UserError } from '../../core/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ValueId } from '../../ir/graph.js';
import { ranked } from '../evaluate.js';
import { matchSides, type Matching } from './match.js';
import type { ShownValue, Side } from './side.js';
import { Tally } from './tally.js';
import type { DiffResult, OutputDifference, Top1, ValueDifference } from './result.js';

/** One row of data for both sides. */
export interface DiffRow {
  /** Its number in the data. */
  readonly row: number;
  /** For each side, one tensor an input, in the axes of its source model. What was recorded needs none. */
  readonly inputs: { readonly first: readonly Tensor[]; readonly second: readonly Tensor[] };
  readonly label: number | null;
}

/**
 * Runs both sides on every row and compares what has the same name in both. One row of values is held at a time.
 *
 * The answer of a row is the index of the largest element of the first output, the first of equals.
 *
 * @throws UserError where the two have nothing in common.
 */
export function diffModels(
  first: Side,
  second: Side,
  rows: Iterable<DiffRow>,
  progress?: (done: number) => void,
): DiffResult {
  const matching = matchSides(first, second);
  if (matching.values.length + matching.outputs.length === 0) {
    throw new UserError({
      place: 'comparison',
      found: 'no value and no output that both sides have in one shape',
      expected: 'two forms of one network, or outputs of it',
    });
  }
  const comparison = new LockStep(first, second, matching);
  for (const row of rows) {
    comparison.add(row);
    progress?.(comparison.rowCount);
  }
  return comparison.result();
}

class LockStep {
  rowCount = 0;
  readonly #first: Side;
  readonly #second: Side;
  readonly #matching: Matching;
  readonly #values: ReadonlyMap<ValueId, Tally>;
  /** A tally for each pair of outputs, with the positions of the two. */
  readonly #outputs: readonly { readonly tally: Tally; readonly at: readonly [number, number] }[];
  readonly #answers = new Answers();

  constructor(first: Side, second: Side, matching: Matching) {
    this.#first = first;
    this.#second = second;
    this.#matching = matching;
    this.#values = new Map(
      matching.values.map((pair) => [
        pair.first.value.id,
        new Tally({
          first: pair.first.value,
          second: pair.second.value,
          isQuantized: pair.second.isQuantized,
          shape: pair.first.value.shape,
        }),
      ]),
    );
    this.#outputs = matching.outputs.map((pair) => ({
      tally: new Tally({
        first: pair.first.value,
        second: pair.second.value,
        isQuantized: pair.second.isQuantized,
        shape: pair.first.shape,
      }),
      at: [first.outputs.indexOf(pair.first), second.outputs.indexOf(pair.second)],
    }));
  }

  add({ row, inputs, label }: DiffRow): void {
    const held = new Map<ValueId, Tensor>();
    const ofFirst = this.#first.run(row, inputs.first, (id, value) => {
      if (this.#values.has(id)) held.set(id, value);
    });
    const ofSecond = this.#second.run(row, inputs.second, (id, value) => {
      this.#values.get(id)?.add(row, held.get(id)!, value);
      held.delete(id);
    });
    for (const { tally, at } of this.#outputs) {
      const compared = tally.add(row, ofFirst[at[0]]!, ofSecond[at[1]]!);
      if (at[0] === 0) this.#answers.add(row, compared.first, compared.second, label);
    }
    this.rowCount += 1;
  }

  result(): DiffResult {
    const nodes = this.#matching.values.map(({ first }): ValueDifference => ({
      ...placeOf(first),
      ...this.#values.get(first.value.id)!.result(),
    }));
    const outputs = this.#matching.outputs.map(({ first, second }, index): OutputDifference => ({
      output: first.name,
      other: second.name,
      ...this.#outputs[index]!.tally.result(),
    }));
    const { first, second } = this.#matching.unmatched;
    return {
      rows: this.rowCount,
      equal: [...nodes, ...outputs].every(({ differing }) => differing === 0),
      firstDifferent: nodes.find(isDeparture) ?? null,
      nodes,
      unmatched: {
        first: first.map(({ shown, reason }) => ({ ...placeOf(shown), reason })),
        second: second.map(({ shown, reason }) => ({ ...placeOf(shown), reason })),
      },
      outputs,
      top1: this.#outputs[0]?.at[0] === 0 ? this.#answers.result() : null,
    };
  }
}

function isDeparture({ differing, index, compared }: ValueDifference): boolean {
  return differing > 0 && !(index === null && compared === 'reals');
}

function placeOf({ value, index, node, operator }: ShownValue) {
  return { index, node, operator, value: value.id };
}

/** First answers of both sides, and the right ones. */
class Answers {
  #flips = 0;
  #firstFlip: Top1['firstFlip'] = null;
  #labelled = 0;
  readonly #right = { first: 0, second: 0 };

  add(row: number, first: Tensor, second: Tensor, label: number | null): void {
    const [answer, other] = [ranked(first.data, 1)[0]!, ranked(second.data, 1)[0]!];
    if (answer !== other) {
      this.#flips += 1;
      this.#firstFlip ??= { row, first: answer, second: other };
    }
    if (label === null) return;
    this.#labelled += 1;
    if (answer === label) this.#right.first += 1;
    if (other === label) this.#right.second += 1;
  }

  result(): Top1 {
    return {
      flips: this.#flips,
      firstFlip: this.#firstFlip,
      right: this.#labelled === 0 ? null : { ...this.#right },
    };
  }
}
