import { SIGMOID_TABLE } from '../../../src/arith/tflite/sigmoid-table.js';
import { elementCount } from '../../../src/tensor/shape.js';
import { isTableCase, type TableCase } from './byte-table-cases.js';
import { oneOperatorModel } from './one-operator-model.js';
import { isOperatorCase, type OperatorCase } from './operator-cases.js';
import { operatorNamed } from './operators.js';
import type { TfliteFile } from './run-file.js';
import { runWritten } from './run-imported.js';
import {
  attempt,
  compare,
  importTallies,
  notCompared,
  type ImportedCase,
  type ImportTally,
} from './tally.js';

/** Operators of the vectors that the importer does not know, each with the reason. */
export const NOT_IMPORTED: Readonly<Record<string, string>> = {
  L2_NORMALIZATION: 'no such node in the graph',
  MAXIMUM: 'no such node in the graph',
  MINIMUM: 'no such node in the graph',
  REDUCE_MAX: 'no such node in the graph',
  SQUARED_DIFFERENCE: 'no such node in the graph',
  SUM: 'no such node in the graph',
};

export const isNotImported = (operator: string): boolean => Object.hasOwn(NOT_IMPORTED, operator);

/** Runs every case of a file through the importer. */
export function imported(name: string, file: TfliteFile): ImportTally[] {
  const ran = (file.cases ?? []).flatMap((testCase, index): ImportedCase[] => {
    const place = `${name}, case ${index}`;
    if (isTableCase(testCase)) return runTables(place, testCase);
    const stated = (testCase['op'] as string | undefined) ?? file.op;
    const operator = operatorNamed(stated, name);
    if (operator === null || !isOperatorCase(testCase)) {
      const comparison = notCompared(place, 'nobody knows its operator or its form');
      return [{ operator: name, types: '', comparisons: [comparison], onHost: false }];
    }
    return [runCase(place, operator, testCase)];
  });
  if (file.table !== undefined) {
    // The table is no operator: the int16 LOGISTIC and TANH that are imported read it.
    const comparison = compare(name, SIGMOID_TABLE, file.table);
    ran.push({ operator: 'int16 sigmoid table', types: '', comparisons: [comparison], onHost: false });
  }
  return importTallies(ran);
}

function runCase(place: string, operator: string, testCase: OperatorCase): ImportedCase {
  const { inputs, output, expected } = testCase;
  const types = `${inputs.map(({ dtype }) => dtype).join()}->${output.dtype}`;
  if (isNotImported(operator)) {
    const comparison = { values: 0, mismatches: 0, complaint: null };
    return { operator, types, comparisons: [comparison], onHost: false };
  }
  let onHost = false;
  const comparison = attempt(place, () => {
    const { subgraph, fed } = oneOperatorModel(operator, { ...testCase, params: testCase.params ?? {} });
    const { graph, outputs } = runWritten(subgraph, fed, 'tflite-micro');
    onHost = graph.nodes.some(({ op }) => op === 'float');
    if (expected.length !== elementCount(output.shape)) return notCompared(place, 'an incomplete output');
    return compare(place, outputs[0]!, expected);
  });
  return { operator, types, comparisons: [comparison], onHost };
}

/** LOGISTIC or TANH of all int8 codes: by table in TensorFlow Lite, in fixed point in Micro. */
function runTables(place: string, { fn, input, output, ...expected }: TableCase): ImportedCase[] {
  const recipes = { expected_lut: 'tflite-reference', expected_fixed_point: 'tflite-micro' };
  return Object.entries(recipes).map(([key, semantics]): ImportedCase => {
    const wanted = (expected as Readonly<Record<string, readonly number[] | undefined>>)[key] ?? [];
    const where = `${place}, ${key}`;
    const comparison = attempt(where, () => {
      const shape = [1, wanted.length];
      const x = { ...input, shape, data: wanted.map((_, i) => i - 128) };
      const y = { ...output, shape, data: [] };
      const { subgraph, fed } = oneOperatorModel(fn.toUpperCase(), {
        params: {},
        inputs: [x],
        output: y,
        expected: wanted,
      });
      return compare(where, runWritten(subgraph, fed, semantics).outputs[0]!, wanted);
    });
    return {
      operator: `${fn.toUpperCase()} all codes`,
      types: semantics,
      comparisons: [comparison],
      onHost: false,
    };
  });
}
