import { assert } from '../../../src/core/errors.js';
import { INT8, minOf } from '../../../src/arith/int-format.js';
import {
  byteTable,
  float32Logistic,
  float32Tanh,
  type Float32Function,
} from '../../../src/arith/tflite/byte-table.js';
import type { Grid } from '../../../src/arith/tflite/grid.js';
import {
  logisticInt8,
  prepareSigmoidInt8,
  tanhInt8,
  type SigmoidInt8,
} from '../../../src/arith/tflite/logistic-int8.js';
import { attempt, compare, notCompared, type Comparison } from './tally.js';

interface TableTensor {
  readonly dtype: string;
  readonly scale: number;
  readonly zero_point: number;
}

/** Both recipes of LOGISTIC or TANH for all int8 codes, lowest first: the table of full TFLite, fixed point of Micro. */
export interface TableCase {
  readonly fn: string;
  readonly input: TableTensor;
  readonly output: TableTensor;
}

export const isTableCase = (testCase: object): testCase is TableCase =>
  ['fn', 'input', 'output'].every((key) => key in testCase);

const functions: Readonly<
  Record<string, { readonly real: Float32Function; readonly fixed: (code: number, p: SigmoidInt8) => number }>
> = {
  logistic: { real: float32Logistic, fixed: logisticInt8 },
  tanh: { real: float32Tanh, fixed: tanhInt8 },
};

/** The recipes by the entry that holds their result. */
const recipes: Readonly<Record<string, (testCase: TableCase) => number[]>> = {
  expected_lut: ({ fn, input, output }) => byteTable(functions[fn]!.real, gridOf(input), gridOf(output)),
  expected_fixed_point: ({ fn, input }) => {
    const parameters = prepareSigmoidInt8(gridOf(input), 'double');
    return Array.from({ length: 256 }, (_, i) => functions[fn]!.fixed(minOf(INT8) + i, parameters));
  },
};

function gridOf({ dtype, scale, zero_point: zeroPoint }: TableTensor): Grid {
  assert(dtype === 'int8', 'the table is of int8 codes', { dtype });
  return { scale, zeroPoint, format: INT8 };
}

export function runTableCase(place: string, testCase: TableCase): Comparison[] {
  if (functions[testCase.fn] === undefined) {
    return [notCompared(place, `nobody knows the function '${testCase.fn}'`)];
  }
  const results = Object.entries(testCase).filter(
    ([key]) => !['fn', 'input', 'output', 'note'].includes(key),
  );
  if (results.length === 0) return [notCompared(place, 'there is nothing to compare with')];
  return results.map(([key, expected]) => {
    const recipe = recipes[key];
    if (recipe === undefined) return notCompared(place, `nobody knows the entry '${key}'`);
    const where = `${place}, ${key}`;
    return attempt(where, () => compare(where, recipe(testCase), expected as readonly number[]));
  });
}
