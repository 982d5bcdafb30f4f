import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import { broadcastShapes, type Shape } from '../../tensor/shape.js';
import type { NodeBase } from '../graph.js';
import type { RealRange } from './real-range.js';

/** Two operands, NumPy broadcasting. */
export interface FloatBinary extends NodeBase {
  readonly op: 'add' | 'sub' | 'mul' | 'div' | 'pow';
  readonly activation: RealRange | null;
}

/**
 * Sum or difference on different grids, as TFLite computes it (Jacob et al. 2018, appendix A.2; kernel `add.h`):
 *
 *     u = requantize₀((a − inputZeroPoints[0]) · 2^leftShift)      v likewise with requantize₁
 *     y = clamp(requantizeₒ(u ± v) + outputZeroPoint)              all in int32
 */
export interface IntAdd extends NodeBase {
  readonly op: 'add' | 'sub';
  readonly inputZeroPoints: readonly [number, number];
  readonly leftShift: number;
  readonly inputRequantizers: readonly [Requantizer, Requantizer];
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}

/** `y = clamp(requantize((a − inputZeroPoints[0]) · (b − inputZeroPoints[1])) + outputZeroPoint)`. */
export interface IntMul extends NodeBase {
  readonly op: 'mul';
  readonly inputZeroPoints: readonly [number, number];
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}

/** The same values on another grid: `y = clamp(requantize(x − inputZeroPoint) + outputZeroPoint)`. */
export interface IntRequantize extends NodeBase {
  readonly op: 'requantize';
  readonly inputZeroPoint: number;
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}

/** A function of one real number. */
export type UnaryFunction =
  | { readonly kind: 'clip'; readonly min: number; readonly max: number }
  | { readonly kind: 'leakyRelu'; readonly slope: number }
  | { readonly kind: 'sigmoid' }
  | { readonly kind: 'tanh' }
  | { readonly kind: 'hardSigmoid'; readonly slope: number; readonly offset: number }
  | { readonly kind: 'hardSwish' }
  | { readonly kind: 'elu' }
  | { readonly kind: 'abs' }
  | { readonly kind: 'gelu'; readonly approximation: 'none' | 'tanh' }
  | { readonly kind: 'erf' }
  | { readonly kind: 'exp' }
  | { readonly kind: 'sqrt' }
  | { readonly kind: 'reciprocal' }
  | { readonly kind: 'power'; readonly exponent: number }
  | { readonly kind: 'affine'; readonly scale: number; readonly offset: number };

/** ReLU is `clip` with 0 … Infinity. */
export interface FloatUnary extends NodeBase {
  readonly op: 'unary';
  readonly function: UnaryFunction;
}

/** Inputs: x, slope (broadcast to x): x where x ≥ 0, slope · x below. */
export interface FloatPRelu extends NodeBase {
  readonly op: 'prelu';
}

/**
 * Any unary code → code function. Inputs: x (at most 8 bits), table [codes] or [channels, codes] with the channel on
 * x's last axis. Entry `code − smallest code of x's format` holds the output code, so tables run from the lowest code up.
 */
export interface IntLut extends NodeBase {
  readonly op: 'lut';
}

export function binaryShape([a, b]: readonly Shape[]): Shape {
  return broadcastShapes(a!, b!) ?? [];
}

export function binaryProblems([a, b]: readonly Shape[]): string[] {
  return broadcastShapes(a!, b!) === null
    ? [`shapes ${a!.join('x')} and ${b!.join('x')} do not broadcast`]
    : [];
}

export function lutProblems([x, table]: readonly Shape[]): string[] {
  if (table!.length === 1) return [];
  return table!.length === 2 && table![0] === x!.at(-1)
    ? []
    : [`table has shape ${table!.join('x')}, expected [codes] or [${x!.at(-1)}, codes]`];
}
