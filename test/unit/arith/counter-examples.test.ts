import { expect, it } from 'vitest';
import { COUNTER_EXAMPLES } from '../../../scripts/rounding-reference/counter-examples.js';
import { ruleOf } from '../../../src/arith/requantizers/registry.js';

/** What the stacks' own code returned on the inputs of `COUNTER_EXAMPLES`, in their order. */
const answers: readonly (readonly number[])[] = [
  [1, 0, 1, 1, 0],
  [-1, 0, 0],
  [-1, -1, 0, 0],
  [-7, -6],
  [113, 112],
  [-2, -2, -3, -2],
  [-2, -1, -2],
  [92, 93],
  [2, 1],
  [7, 255],
  [255, 0],
  [-128, -128, 127],
  [1073741824, -1073741824],
  [-2, -1],
  [1, 2],
];

const WIDE = { zeroPoint: 0, min: -(2 ** 31), max: 2 ** 31 - 1 };

it('every counter-example gives what the real code gave', () => {
  const observed = COUNTER_EXAMPLES.map(({ acc, output = WIDE, rules }) =>
    rules.map(({ name, parameters }) => Number(ruleOf(name).code({ acc, parameters, output }))),
  );
  expect(observed).toEqual(answers);
});

it('every counter-example tells at least two rules apart', () => {
  expect(answers.filter((codes) => new Set(codes).size < 2)).toEqual([]);
});
