import { expect, it } from 'vitest';
import { operatorNamed } from '../../support/tflite/operators.js';
import { runTfliteContent, type TfliteFile } from '../../support/tflite/run-file.js';

/** The golden tests must fail where they should: a harness that runs nothing passes everything. */

const grid = { dtype: 'int8', shape: [1, 2], scale: 1, zero_point: 0 };
const maximum = {
  params: {},
  inputs: [
    { ...grid, data: [1, 5] },
    { ...grid, data: [3, 4] },
  ],
  output: grid,
  expected: [3, 5],
};

const complaints = (file: TfliteFile, name = 'tflite_maximum'): string[] =>
  runTfliteContent(name, file).flatMap((tally) => tally.complaints);

it('counts the cases and the values of both builds', () => {
  expect(
    runTfliteContent('tflite_maximum_more', { cases: [maximum, { ...maximum, op: 'MAXIMUM' }] }),
  ).toEqual([{ operator: 'MAXIMUM', cases: 2, values: 8, mismatches: 0, complaints: [] }]);
});

it('takes the operator from the content, else from the longest name it knows', () => {
  expect(operatorNamed('ADD', 'tflite_sub')).toBe('ADD');
  expect(operatorNamed(undefined, 'tflite_relu6_more')).toBe('RELU6');
  expect(operatorNamed(undefined, 'tflite_relu')).toBe('RELU');
  expect(operatorNamed(undefined, 'tflite_relutanh')).toBeNull();
  expect(operatorNamed('toString', 'tflite_add')).toBeNull();
});

it('says which value is wrong, and in which build', () => {
  const wrong = { ...maximum, expected_single_rounding: [3, 6] };
  expect(complaints({ cases: [maximum, wrong] })).toEqual([
    'tflite_maximum, case 1, single build: 1 of 2 values, the first at 1: 5, expected 6',
  ]);
});

it.each([
  { why: 'an operator', file: { op: 'EINSUM', cases: [maximum] }, complaint: "the operator 'EINSUM'" },
  {
    why: 'a combination of types',
    file: { cases: [{ ...maximum, output: { ...grid, dtype: 'int16' } }] },
    complaint: '0 rules of MAXIMUM for int8,int8->int16',
  },
  { why: 'a param', file: { cases: [{ ...maximum, params: { act: 1 } }] }, complaint: 'does not know act' },
  {
    why: 'an entry of a case',
    file: { cases: [{ ...maximum, expected_neon: [3, 5] }] },
    complaint: 'does not know expected_neon',
  },
  { why: 'an entry of a file', file: { cases: [maximum], rows: [] }, complaint: "the entry 'rows'" },
  { why: 'the form of a case', file: { cases: [{ x: 1 }] }, complaint: 'nobody knows its form' },
  { why: 'a file without cases', file: { op: 'MAXIMUM', cases: [] }, complaint: 'nothing in it to run' },
  {
    why: 'an output that does not fill its shape',
    file: { cases: [{ ...maximum, expected: [3] }] },
    complaint: 'the output fills its shape',
  },
  {
    why: 'a function of a table',
    file: { cases: [{ fn: 'gelu', input: grid, output: grid, expected_lut: [] }] },
    complaint: "the function 'gelu'",
  },
  {
    why: 'a recipe of a table',
    file: { cases: [{ fn: 'tanh', input: grid, output: grid, expected_neon: [] }] },
    complaint: "the entry 'expected_neon'",
  },
  { why: 'another table', file: { table: [1] }, complaint: '256 values, expected 1' },
])('complains of what it does not know: $why', ({ file, complaint }) => {
  const found = complaints(file);
  expect(found.length).toBeGreaterThan(0);
  expect(found[0]).toContain(complaint);
});

/** [1 2 3; 4 5 6] · [1 2 3], each operand stored as the flags say. */
const product = (adjx: number, adjy: number) => ({
  op: 'BATCH_MATMUL',
  params: { adjx, adjy },
  inputs: [
    adjx === 1
      ? { ...grid, shape: [3, 2], data: [1, 4, 2, 5, 3, 6] }
      : { ...grid, shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
    { ...grid, shape: adjy === 1 ? [1, 3] : [3, 1], data: [1, 2, 3] },
  ],
  output: { ...grid, shape: [2, 1] },
  expected: [14, 32],
});

it('transposes the operands of BATCH_MATMUL that say so', () => {
  expect(complaints({ cases: [product(0, 0), product(1, 0), product(0, 1), product(1, 1)] })).toEqual([]);
});
