import { assertNever } from '../../core/errors.js';
import type { UnaryFunction } from '../../ir/ops/elementwise.js';
import { erf, erfc } from './erf.js';
import { clamp } from './operands.js';

/**
 * The function of real numbers that a `UnaryFunction` names, in doubles. Kernels and lookup tables both come from here.
 * The formulas are those of the ONNX operators of the same names; `clip` of NaN is NaN.
 */
export function unaryFunction(f: UnaryFunction): (x: number) => number {
  switch (f.kind) {
    case 'clip':
      return (x) => clamp(x, f.min, f.max);
    case 'leakyRelu':
      return (x) => (x >= 0 ? x : f.slope * x);
    case 'sigmoid':
      return sigmoid;
    case 'tanh':
      return Math.tanh;
    case 'hardSigmoid':
      return (x) => clamp(f.slope * x + f.offset, 0, 1);
    case 'hardSwish':
      return (x) => x * clamp(x / 6 + 0.5, 0, 1);
    case 'elu':
      return (x) => (x >= 0 ? x : Math.expm1(x));
    case 'abs':
      return Math.abs;
    case 'gelu':
      return f.approximation === 'none' ? gelu : geluTanh;
    case 'erf':
      return erf;
    case 'exp':
      return Math.exp;
    case 'sqrt':
      return Math.sqrt;
    case 'reciprocal':
      return (x) => 1 / x;
    case 'power':
      return (x) => x ** f.exponent;
    case 'affine':
      return (x) => f.scale * x + f.offset;
    default:
      return assertNever(f);
  }
}

/** Written so that the exponential never overflows and small results keep their digits. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** `x · Φ(x)` with the normal distribution `Φ(x) = erfc(−x / √2) / 2`, which keeps its digits for negative x. */
function gelu(x: number): number {
  return (x / 2) * erfc(-x * Math.SQRT1_2);
}

/** `x / 2 · (1 + tanh u)` is `x · sigmoid(2u)`. */
function geluTanh(x: number): number {
  return x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3));
}
