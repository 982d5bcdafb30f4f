import type { ValueId } from '../../../ir/graph.js';
import type { FloatNode } from '../../../ir/operators.js';

/** Coefficients of x⁰, x¹, … */
export type Polynomial = readonly number[];

/** Of higher powers nothing is known here; a formula that needs them is none that we look for. */
const highestDegree = 4;

/**
 * A value as a polynomial in another one, followed through sums, products, powers and affine functions; null where it is
 * none. `depthLeft` bounds the search.
 */
export function polynomialIn(
  value: ValueId,
  variable: ValueId,
  makerOf: (id: ValueId) => FloatNode | undefined,
  depthLeft = 8,
): Polynomial | null {
  if (value === variable) return [0, 1];
  const node = makerOf(value);
  if (node === undefined || depthLeft === 0 || !isArithmetic(node)) return null;
  const operands = node.inputs.map((id) => polynomialIn(id, variable, makerOf, depthLeft - 1));
  const [a, b] = operands;
  if (a === null || a === undefined || b === null) return null;
  if (node.op === 'add' && b !== undefined) return sum(a, b);
  if (node.op === 'mul' && b !== undefined) return product(a, b);
  if (node.op !== 'unary') return null;
  const fn = node.function;
  if (fn.kind === 'affine') return sum(product(a, [fn.scale]), [fn.offset]);
  if (fn.kind !== 'power' || !Number.isInteger(fn.exponent) || fn.exponent < 1) return null;
  let power: Polynomial | null = a;
  for (let degree = 1; degree < fn.exponent && power !== null; degree += 1) power = product(power, a);
  return power;
}

/** Whether a polynomial can be followed through a node; others may have any number of operands. */
export function isArithmetic({ op }: FloatNode): boolean {
  return op === 'add' || op === 'mul' || op === 'unary';
}

export function sum(a: Polynomial | null, b: Polynomial | null): Polynomial | null {
  if (a === null || b === null) return null;
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, degree) => (a[degree] ?? 0) + (b[degree] ?? 0),
  );
}

export function product(a: Polynomial, b: Polynomial): Polynomial | null {
  if (a.length + b.length - 2 > highestDegree) return null;
  const coefficients = Array.from({ length: a.length + b.length - 1 }, () => 0);
  a.forEach((left, i) => {
    b.forEach((right, j) => {
      coefficients[i + j]! += left * right;
    });
  });
  return coefficients;
}

/** Whether two polynomials are the same but for the rounding of their coefficients to float32 or to a few digits. */
export function isClose(a: Polynomial, b: Polynomial, tolerance = 1e-4): boolean {
  return Array.from({ length: Math.max(a.length, b.length) }).every((_, degree) => {
    const [left, right] = [a[degree] ?? 0, b[degree] ?? 0];
    return Math.abs(left - right) <= tolerance * Math.max(Math.abs(left), Math.abs(right), 1e-6);
  });
}
