import type { FloatGraph, ValueId } from '../../../ir/graph.js';
import type { FloatNode } from '../../../ir/operators.js';
import type { FloatUnary } from '../../../ir/ops/elementwise.js';
import { rewriteFloatGraph } from '../../../ir/pass.js';
import { soleReader, usesOf, type UseMap } from '../../../ir/use.js';
import { isArithmetic, isClose, polynomialIn, type Polynomial } from './polynomial.js';

/** What stands inside the inner function of GELU, as a polynomial in x. */
const insides = {
  /** `0.5 · x · (1 + erf(x / √2))`. */
  erf: { approximation: 'none', inside: [0, Math.SQRT1_2] },
  /** `0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))`. */
  tanh: {
    approximation: 'tanh',
    inside: [0, Math.sqrt(2 / Math.PI), 0, 0.044715 * Math.sqrt(2 / Math.PI)],
  },
} as const;

/**
 * GELU written out in arithmetic, as exporters do before opset 20, becomes one function. The formula is recognised by
 * what it computes, not by how it is bracketed: the inner function's argument as a polynomial in x, and from there on
 * `0.5 · x + 0.5 · x · inner`, a polynomial in x for each of two values of `inner`.
 */
export function recognizeGelu(graph: FloatGraph): FloatGraph {
  const uses = usesOf(graph);
  const replacements = new Map<FloatNode, readonly FloatNode[]>();
  for (const inner of graph.nodes) {
    if (inner.op !== 'unary' || (inner.function.kind !== 'erf' && inner.function.kind !== 'tanh')) continue;
    const { approximation, inside } = insides[inner.function.kind];
    const x = ancestors(uses, inner).find((id) => {
      const argument = polynomialIn(inner.inputs[0]!, id, (value) => uses.makers.get(value));
      return argument !== null && isClose(argument, inside);
    });
    const result = x === undefined ? null : resultOf(uses, inner, x);
    if (x === undefined || result === null) continue;
    replacements.set(result, [
      {
        op: 'unary',
        name: result.name,
        inputs: [x],
        output: result.output,
        function: { kind: 'gelu', approximation },
      },
    ]);
  }
  return rewriteFloatGraph(graph, { replacements, constants: new Map() });
}

/** Values the argument may be a polynomial in: those up to a few nodes before. */
function ancestors(uses: UseMap<FloatNode>, inner: FloatUnary): readonly ValueId[] {
  const found = new Set(inner.inputs);
  for (const id of found) {
    if (found.size > 16) break;
    const maker = uses.makers.get(id);
    if (maker !== undefined && isArithmetic(maker)) for (const input of maker.inputs) found.add(input);
  }
  return [...found];
}

/** The node behind `inner` that makes `0.5 · x · (1 + inner)`, where nothing on the way is read by anyone else. */
function resultOf(uses: UseMap<FloatNode>, inner: FloatUnary, x: ValueId): FloatNode | null {
  let node: FloatNode | null = inner;
  for (let steps = 0; steps < 5 && node !== null; steps += 1) {
    const atOne = withInner(uses, node.output, inner.output, x, 1);
    const atZero = withInner(uses, node.output, inner.output, x, 0);
    if (atOne !== null && atZero !== null && isClose(atOne, [0, 1]) && isClose(atZero, [0, 0.5])) return node;
    node = soleReader(uses, node.output);
  }
  return null;
}

/** A value as a polynomial in x, were `inner` the given number. */
function withInner(
  uses: UseMap<FloatNode>,
  value: ValueId,
  inner: ValueId,
  x: ValueId,
  number: number,
): Polynomial | null {
  // The number is written as an affine function of x that does not depend on x.
  const constant: FloatUnary = {
    op: 'unary',
    name: inner,
    inputs: [x],
    output: inner,
    function: { kind: 'affine', scale: 0, offset: number },
  };
  return polynomialIn(value, x, (id) => (id === inner ? constant : uses.makers.get(id)));
}
