import { assert } from '../../core/errors.js';
import { maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import type { ValueType } from '../../ir/graph.js';
import { storageType, zeros, type IntTensor, type Tensor } from '../../tensor/tensor.js';
import type { Operand, Result } from '../kernel.js';

export type Codes = IntTensor['data'];

/** The elements of an integer operand. */
export function codesOf(operand: Tensor | undefined): Codes {
  assert(operand !== undefined && operand.type !== 'float32', 'an operand of an integer kernel is integer', {
    type: operand?.type,
  });
  return operand.data;
}

export function formatOf({ type }: { readonly type: ValueType }): IntFormat {
  assert(type.kind === 'int', 'a value of the integer dialect is integer');
  return type.format;
}

/** An empty tensor for the result. */
export function emptyResult(result: Result): IntTensor {
  return zeros(storageType(formatOf(result)), result.shape);
}

/** The largest |code − zeroPoint| a format allows. */
export function largestDifference(format: IntFormat, zeroPoint: number): number {
  return Math.max(zeroPoint - minOf(format), maxOf(format) - zeroPoint);
}

/** The largest magnitude that padded images of x hold: a code of its format, or the padding. */
export function largestCode(x: Operand, padding: number): number {
  return Math.max(largestDifference(formatOf(x), 0), Math.abs(padding));
}

/** What a kernel derives from its constants: made when it is bound if all of them are known, else at every call. */
export function derived<T>(
  operands: readonly Operand[],
  make: (constants: readonly Codes[]) => T,
): (tensors: readonly Tensor[]) => T {
  if (operands.some(({ constant }) => constant === null)) return (tensors) => make(tensors.map(codesOf));
  const made = make(operands.map(({ constant }) => codesOf(constant!)));
  return () => made;
}
