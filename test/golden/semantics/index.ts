import { findRule } from '../../../src/arith/requantizers/registry.js';
import { integer, number, type VectorRow } from '../../support/requant-vectors.js';
import { floatQuantizerSemantics } from './float-quantizers.js';
import { primitiveSemantics } from './primitives.js';
import { requantizerSemantics } from './requantizers.js';
import type { VectorSemantics } from './vector-semantics.js';

const known: Readonly<Record<string, VectorSemantics>> = {
  ...requantizerSemantics,
  ...primitiveSemantics,
  ...floatQuantizerSemantics,
};

/**
 * What a vector file means: the semantics of the longest known name that it is, or that it begins with before an underscore.
 * A file of another name may name rules of the registry in its result columns, and their parameters in its input columns.
 */
export function semanticsOf(file: string, columns: readonly string[]): VectorSemantics {
  const names = Object.keys(known).filter((name) => file === name || file.startsWith(`${name}_`));
  const longest = names.sort((a, b) => b.length - a.length)[0];
  if (longest !== undefined) return known[longest]!;
  const rules = columns.filter((column) => findRule(column) !== null);
  if (rules.length === 0 || !columns.includes('acc')) throw new Error(`${file}: no known semantics`);
  return {
    inputs: columns.filter((column) => !rules.includes(column)),
    results: Object.fromEntries(rules.map((name) => [name, codeOf(name)])),
  };
}

/** A number column that a file may leave out. */
function numberOr(row: VectorRow, column: string, otherwise: number): number {
  return row[column] === undefined ? otherwise : number(row, column);
}

function codeOf(name: string): (row: VectorRow) => bigint {
  const rule = findRule(name)!;
  return (row) =>
    rule.code({
      acc: integer(row, 'acc'),
      parameters: Object.fromEntries(rule.parameters.map((spec) => [spec.name, number(row, spec.name)])),
      output: {
        zeroPoint: numberOr(row, 'zp', 0),
        min: numberOr(row, 'qmin', -(2 ** 80)),
        max: numberOr(row, 'qmax', 2 ** 80),
      },
    });
}
