import type { RequantizerCase } from '../arith/requantizers/rule.js';
import type { RequantizerContract } from './contract.js';
import { express } from './express.js';
import { wholeGrid } from './grids.js';

const MULTIPLIERS = [1n, 3n, 5n, 7n] as const;
const MOST_SHIFT = 6;
const LARGEST_ACCUMULATOR = 64;

/** A factor and an accumulator that a person can follow. */
export interface SmallInput {
  readonly multiplier: bigint;
  readonly rightShift: number;
  readonly acc: bigint;
}

/** Multipliers 1, 3, 5, 7, shifts up to 6, accumulators up to ±64: in this order, so that the first one found is the smallest. */
export function* smallInputs(): Generator<SmallInput> {
  for (const multiplier of MULTIPLIERS) {
    for (let magnitude = 0; magnitude <= LARGEST_ACCUMULATOR; magnitude += 1) {
      for (let rightShift = 0; rightShift <= MOST_SHIFT; rightShift += 1) {
        yield { multiplier, rightShift, acc: BigInt(magnitude) };
        if (magnitude > 0) yield { multiplier, rightShift, acc: BigInt(-magnitude) };
      }
    }
  }
}

/** The small inputs as cases of a rule, on all its codes; those that it has parameters for and that meet its contract. */
export function* smallCases(contract: RequantizerContract): Generator<RequantizerCase> {
  const output = wholeGrid(contract);
  for (const { multiplier, rightShift, acc } of smallInputs()) {
    const parameters = express(contract, { multiplier, rightShift }, [acc], output);
    if (parameters !== null) yield { acc, parameters, output };
  }
}
