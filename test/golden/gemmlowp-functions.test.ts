import { expect, it } from 'vitest';
import { expOnNegativeValues, oneOverOnePlus, reciprocal } from '../../src/arith/gemmlowp.js';
import { inverseSquareRoot, logistic, tanh } from '../../src/arith/gemmlowp-functions.js';
import { differs, integer, number, requantRows, type VectorRow } from '../support/requant-vectors.js';
import { describeShared } from '../support/shared.js';

/** The functions of the `fn` column; digits after a name are integer bits of the operand. */
const functions: readonly { readonly name: RegExp; readonly rule: (x: bigint, bits: number) => bigint }[] = [
  { name: /^exp(\d+)$/, rule: expOnNegativeValues },
  { name: /^logistic(\d+)$/, rule: logistic },
  { name: /^tanh(\d+)$/, rule: tanh },
  { name: /^recip1px$/, rule: oneOverOnePlus },
];

/** The columns of the other file; digits within a name are integer bits of the operand. */
const columns: readonly {
  readonly name: RegExp;
  readonly rule: (x: bigint, bits: number) => bigint | number;
}[] = [
  { name: /^getreciprocal(\d+)_q$/, rule: (x, bits) => reciprocal(x, bits).scaled },
  { name: /^getreciprocal(\d+)_bits_over_unit$/, rule: (x, bits) => reciprocal(x, bits).bitsOverUnit },
  { name: /^invsqrt_mult$/, rule: (x) => inverseSquareRoot(x).multiplier },
  { name: /^invsqrt_shift$/, rule: (x) => inverseSquareRoot(x).leftShift },
];

/** What is wrong with `wanted` as the value at x of the function of that name; empty where nothing is. */
function complaint(rules: typeof columns, name: string, x: bigint, wanted: bigint): string {
  const known = rules.find((candidate) => candidate.name.test(name));
  if (known === undefined) return `${name}: no rule of that name`;
  const bits = Number(known.name.exec(name)![1]);
  const difference = differs(BigInt(known.rule(x, bits)), wanted);
  return difference === '' ? '' : `${name}(${x}): ${difference}`;
}

const present = (text: string): boolean => text !== '';

describeShared('vectors of the real gemmlowp and TensorFlow Lite fixed-point functions', () => {
  it('every row of gemmlowp_fixedpoint, whatever its function', () => {
    const rows = requantRows('gemmlowp_fixedpoint');
    const wrong = rows.map((row) =>
      complaint(functions, row['fn']!, integer(row, 'x_raw'), integer(row, 'expected_raw')),
    );
    expect({ some: rows.length > 0, wrong: wrong.filter(present) }).toEqual({ some: true, wrong: [] });
  });

  it('every column of every row of tflite_aux', () => {
    const rows = requantRows('tflite_aux');
    const wrong = rows.flatMap((row: VectorRow) =>
      Object.keys(row)
        .filter((name) => name !== 'x' && name !== 'tag')
        .map((name) => complaint(columns, name, integer(row, 'x'), BigInt(number(row, name)))),
    );
    expect({ some: rows.length > 0, wrong: wrong.filter(present) }).toEqual({ some: true, wrong: [] });
  });
});
