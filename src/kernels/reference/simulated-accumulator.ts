import { assertAccumulator, type AccumulatorFormat } from '../../arith/accumulator.js';
import { assert, assertNever, UserError } from '../../core/errors.js';
import type { Shape } from '../../tensor/shape.js';

/** The node whose sums an accumulator forms, for the message where it traps. */
export interface AccumulatedNode {
  readonly name: string;
  readonly op: string;
  readonly outputShape: Shape;
}

/**
 * The accumulator of one node, as `accumulate` of `src/arith/accumulator.ts` states it, in doubles; and a record of what it
 * was asked to hold.
 *
 * Exact: in a verified graph, whose sums fit int32 or the 48 bits of int16 layers, no partial sum leaves 2^53, whatever the
 * width. That is asserted where a sum does not fit.
 */
export class SimulatedAccumulator {
  readonly #format: AccumulatorFormat;
  readonly #node: AccumulatedNode;
  readonly #min: number;
  readonly #max: number;
  readonly #span: number;
  #smallest = Infinity;
  #largest = -Infinity;
  #overflowCount = 0;

  constructor(format: AccumulatorFormat, node: AccumulatedNode) {
    assertAccumulator(format);
    this.#format = format;
    this.#node = node;
    this.#span = 2 ** format.bits;
    this.#min = Math.max(-(2 ** (format.bits - 1)), Number.MIN_SAFE_INTEGER);
    this.#max = Math.min(2 ** (format.bits - 1) - 1, Number.MAX_SAFE_INTEGER);
  }

  /** The smallest partial sum so far, before the overflow policy; Infinity before the first. */
  get smallest(): number {
    return this.#smallest;
  }

  /** The largest partial sum so far, before the overflow policy; −Infinity before the first. */
  get largest(): number {
    return this.#largest;
  }

  /** Additions so far whose partial sum did not fit. */
  get overflowCount(): number {
    return this.#overflowCount;
  }

  /** @throws UserError where the accumulator traps. */
  sum(initial: number, products: Float64Array, position: number): number {
    const min = this.#min;
    const max = this.#max;
    let smallest = this.#smallest;
    let largest = this.#largest;
    let held = 0;
    let term = initial;
    for (let additionIndex = 0; additionIndex <= products.length; additionIndex += 1) {
      if (additionIndex > 0) term = products[additionIndex - 1]!;
      const partialSum = held + term;
      if (partialSum < smallest) smallest = partialSum;
      if (partialSum > largest) largest = partialSum;
      held =
        partialSum >= min && partialSum <= max
          ? partialSum
          : this.#overflowed(partialSum, additionIndex, products.length, position);
    }
    this.#smallest = smallest;
    this.#largest = largest;
    return held;
  }

  #overflowed(partialSum: number, additionIndex: number, productCount: number, position: number): number {
    assert(this.#format.bits <= 53 && Number.isSafeInteger(partialSum), 'partial sums are exact');
    this.#overflowCount += 1;
    const { overflow } = this.#format;
    switch (overflow) {
      case 'wrap':
        return partialSum - Math.floor((partialSum - this.#min) / this.#span) * this.#span;
      case 'saturate':
        return partialSum < 0 ? this.#min : this.#max;
      case 'trap':
        throw this.#trap(partialSum, additionIndex, productCount, position);
      default:
        return assertNever(overflow);
    }
  }

  #trap(partialSum: number, additionIndex: number, productCount: number, position: number): UserError {
    const { name, op, outputShape } = this.#node;
    const addition =
      additionIndex === 0 ? 'the initial value' : `addition ${additionIndex} of ${productCount}`;
    return new UserError({
      place: `node '${name}' (${op}), output [${indexOf(position, outputShape).join(', ')}], ${addition}`,
      found: `a partial sum of ${partialSum}`,
      expected: `${this.#min} … ${this.#max}, which ${this.#format.bits}-bit accumulators hold`,
      suggestion:
        'widen the accumulators (bitmac inspect --accumulators lists the safe width of every layer), or let them wrap or saturate',
    });
  }
}

/** The index of an element at a position in row-major order. */
function indexOf(position: number, shape: Shape): number[] {
  const index: number[] = [];
  let rest = position;
  for (const extent of [...shape].reverse()) {
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return index;
}
