import { assert } from '../../../src/core/errors.js';
import { TFLITE_BUILDS, type TfliteBuild } from '../../../src/arith/tflite/build.js';
import { elementCount } from '../../../src/tensor/shape.js';
import { tfliteOperators } from './operators.js';
import { attempt, compare, notCompared, type Comparison } from './tally.js';
import type { TfliteCase, TfliteOperator } from './tensor.js';

/** A case, which may name its operator itself. */
export interface OperatorCase extends TfliteCase {
  readonly op?: string;
}

const known = ['op', 'params', 'inputs', 'output', 'expected', 'expected_single_rounding', 'note'];

export function isOperatorCase(testCase: object): testCase is OperatorCase {
  return ['inputs', 'output', 'expected'].every((key) => key in testCase);
}

/** Runs a case under both builds. */
export function runOperatorCase(place: string, operator: string, testCase: OperatorCase): Comparison[] {
  const complete = { ...testCase, params: testCase.params ?? {} };
  const rules = tfliteOperators[operator]!.filter(({ types }) => types.test(typesOf(testCase)));
  const [rule] = rules;
  if (rules.length !== 1 || rule === undefined) {
    return [notCompared(place, `${rules.length} rules of ${operator} for ${typesOf(testCase)}`)];
  }
  const strange = strangeNames(complete, rule);
  if (strange.length > 0) return [notCompared(place, `${operator} does not know ${strange.join(', ')}`)];
  return TFLITE_BUILDS.map((build) => {
    const where = `${place}, ${build} build`;
    return attempt(where, () => compareBuild(where, rule, complete, build));
  });
}

/** `int8,int8->int8` */
const typesOf = ({ inputs, output }: TfliteCase): string =>
  `${inputs.map(({ dtype }) => dtype).join()}->${output.dtype}`;

/** Entries and params that no rule reads. */
const strangeNames = (testCase: TfliteCase, { params }: TfliteOperator): string[] => [
  ...Object.keys(testCase).filter((key) => !known.includes(key)),
  ...Object.keys(testCase.params).filter((key) => !params.includes(key)),
];

function compareBuild(
  where: string,
  rule: TfliteOperator,
  testCase: TfliteCase,
  build: TfliteBuild,
): Comparison {
  for (const { dtype, shape, data } of testCase.inputs) {
    assert(data.length === elementCount(shape), 'a tensor fills its shape', { shape, values: data.length });
    const integers = dtype.startsWith('float') || data.every((code) => Number.isSafeInteger(code));
    assert(integers, 'codes are integers of at most 53 bits', { dtype });
  }
  const single = build === 'single' ? testCase.expected_single_rounding : undefined;
  const expected = single ?? testCase.expected;
  const { shape } = testCase.output;
  assert(expected.length === elementCount(shape), 'the output fills its shape', { shape });
  return compare(where, rule.run(testCase, build), expected);
}
