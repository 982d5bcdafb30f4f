import { computeArray, isFloatType, type Elements } from '../../arrays.js';
import type { NodeImport } from '../node-import.js';
import type { ConstantOperand, Operand } from '../operand.js';

/** Operators on one constant. */
export type UnaryName = keyof typeof onFloats;

const onFloats = {
  Abs: Math.abs,
  Ceil: Math.ceil,
  Exp: Math.exp,
  Floor: Math.floor,
  Neg: (x: number) => -x,
  Not: (x: number) => (x === 0 ? 1 : 0),
  Reciprocal: (x: number) => 1 / x,
  Sqrt: Math.sqrt,
} as const;

const onIntegers: { readonly [Name in UnaryName]?: (x: bigint) => bigint } = {
  Abs: (x) => (x < 0n ? -x : x),
  Neg: (x) => -x,
  Not: (x) => (x === 0n ? 1n : 0n),
};

export function foldUnary(node: NodeImport, name: UnaryName, x: ConstantOperand): Operand {
  const { type } = x.array;
  const elements: Elements = x.array.data;
  if (isFloatType(type)) {
    return node.fold(x.name, x.shape, () =>
      computeArray(type, x.shape, (index) => onFloats[name](Number(elements[index]))),
    );
  }
  const onInteger = onIntegers[name];
  if (onInteger === undefined) {
    throw node.refuse({ found: `${name} of a constant of type ${type}`, expected: 'a floating-point one' });
  }
  return node.fold(x.name, x.shape, () =>
    computeArray(type, x.shape, (index) => onInteger(BigInt(elements[index]!))),
  );
}
