import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { SIGMOID_TABLE } from '../../../src/arith/tflite/sigmoid-table.js';
import { sharedFiles } from '../shared.js';
import { isTableCase, runTableCase } from './byte-table-cases.js';
import { isOperatorCase, runOperatorCase, type OperatorCase } from './operator-cases.js';
import { operatorNamed } from './operators.js';
import { byOperator, compare, notCompared, tallyOf, type Comparison, type Tally } from './tally.js';

/** What a file may hold beside prose; prose is `stack`, `source` and `description`. */
export interface TfliteFile {
  readonly op?: string;
  readonly cases?: readonly Readonly<Record<string, unknown>>[];
  /** The table of the int16 sigmoid. */
  readonly table?: readonly number[];
}

const known = ['op', 'stack', 'source', 'description', 'cases', 'table'];

/** The shared files of TFLite operators. */
export function tflitePaths(): string[] {
  return sharedFiles('.json', 'vectors', 'ops').filter((path) => basename(path).startsWith('tflite_'));
}

export function readTfliteFile(path: string): TfliteFile {
  return JSON.parse(readFileSync(path, 'utf8')) as TfliteFile;
}

/** Runs everything a file holds, whatever its name; one tally an operator. */
export function runTfliteFile(path: string): Tally[] {
  return runTfliteContent(basename(path, '.json'), readTfliteFile(path));
}

export function runTfliteContent(name: string, file: TfliteFile): Tally[] {
  const strange = Object.keys(file).filter((key) => !known.includes(key));
  const tallies = (file.cases ?? []).map((testCase, index) => runCase(file, name, testCase, index));
  if (file.table !== undefined) {
    tallies.push(tallyOf('int16 sigmoid table', 1, [compare(name, SIGMOID_TABLE, file.table)]));
  }
  const idle: Comparison[] = strange.map((key) => notCompared(name, `nobody knows the entry '${key}'`));
  if (tallies.length === 0) idle.push(notCompared(name, 'there is nothing in it to run'));
  return byOperator(idle.length === 0 ? tallies : [...tallies, tallyOf(name, 0, idle)]);
}

function runCase(
  file: TfliteFile,
  name: string,
  testCase: Readonly<Record<string, unknown>>,
  index: number,
): Tally {
  const place = `${name}, case ${index}`;
  if (isTableCase(testCase)) return tallyOf('int8 tables', 1, runTableCase(place, testCase));
  if (!isOperatorCase(testCase)) return tallyOf(name, 1, [notCompared(place, 'nobody knows its form')]);
  const operator = operatorNamed(testCase.op ?? file.op, name);
  return operator === null
    ? tallyOf(name, 1, [notCompared(place, `nobody knows the operator '${testCase.op ?? file.op ?? name}'`)])
    : tallyOf(operator, 1, runOperatorCase(place, operator, testCase));
}

/** The cases of one operator in every shared file. */
export function casesOf(operator: string): OperatorCase[] {
  return tflitePaths().flatMap((path) => {
    const file = readTfliteFile(path);
    const cases: readonly object[] = file.cases ?? [];
    return cases
      .filter((testCase) => isOperatorCase(testCase))
      .filter((testCase) => operatorNamed(testCase.op ?? file.op, basename(path, '.json')) === operator);
  });
}
