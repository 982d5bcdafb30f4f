import type { AffineGrid } from '../../arith/affine.js';
import type { CodeRange } from '../../arith/requantizer.js';
import type {
  AveragePoolRuleName,
  BinaryRuleName,
  MeanRuleName,
  ResizeRuleName,
  SoftmaxRuleName,
} from '../../arith/operators/names.js';
import type { Window2d } from '../../tensor/window.js';
import type { NodeBase } from '../graph.js';
import type { AxisTaps } from './resize.js';

/**
 * Operators as one stack computes them, bit for bit, where that is not a multiply-accumulate and a requantizer: a rule of
 * `arith/operators/` with the grids it derives its parameters from. Scales are float32 values.
 */

/** `y = clamp(rule(a, b))` element by element, NumPy broadcasting. */
export interface StackBinary extends NodeBase {
  readonly op: 'stackBinary';
  readonly rule: BinaryRuleName;
  readonly inputGrids: readonly [AffineGrid, AffineGrid];
  readonly outputGrid: AffineGrid;
  readonly clamp: CodeRange;
}

/** Softmax or its logarithm over the last axis: the rule makes a row of codes of a row of codes. */
export interface StackSoftmax extends NodeBase {
  readonly op: 'stackSoftmax';
  readonly rule: SoftmaxRuleName;
  readonly inputGrid: AffineGrid;
  readonly outputGrid: AffineGrid;
  /** A float32 factor of x. */
  readonly beta: number;
}

/**
 * Average over a window of x [batch, height, width, channels] on different grids: the rule makes a code of the codes in the
 * image and a divisor, which is the kernel's size where padding counts and else how many codes there are.
 */
export interface StackAveragePool extends NodeBase, Window2d {
  readonly op: 'stackAveragePool';
  readonly rule: AveragePoolRuleName;
  readonly countIncludePad: boolean;
  readonly inputGrid: AffineGrid;
  readonly outputGrid: AffineGrid;
  readonly clamp: CodeRange;
}

/** Mean over whole axes: the rule makes a code of the sum of raw codes. */
export interface StackMean extends NodeBase {
  readonly op: 'stackMean';
  readonly rule: MeanRuleName;
  readonly axes: readonly number[];
  readonly keepDims: boolean;
  readonly inputGrid: AffineGrid;
  readonly outputGrid: AffineGrid;
  readonly clamp: CodeRange;
}

/** Separable resize of x [batch, height, width, channels] with real weights (float32 values): the rule blends four codes. */
export interface StackResize extends NodeBase {
  readonly op: 'stackResize';
  readonly rule: ResizeRuleName;
  readonly rows: AxisTaps;
  readonly columns: AxisTaps;
}
