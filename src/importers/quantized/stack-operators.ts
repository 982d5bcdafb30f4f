import type { AffineGrid } from '../../arith/affine.js';
import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import type { ArrayNode } from '../../ir/array-node.js';
import type { NodeBase } from '../../ir/graph.js';
import type { FloatNode, IntNode } from '../../ir/operators.js';
import type { UnaryFunction } from '../../ir/ops/elementwise.js';
import type { FloatAveragePool } from '../../ir/ops/pooling.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import type { FloatResize } from '../../ir/ops/resize.js';

/** An integer node without its names. */
export type IntOperator = IntNode extends infer N
  ? N extends IntNode
    ? Omit<N, keyof NodeBase>
    : never
  : never;

/** The operators whose sums of products end in a requantizer. */
export type ProductOperator = ArrayNode<FloatNode>['op'];

/**
 * How one stack computes operators between codes. Scales of grids are float32 values. null where the stack has no integer
 * form: then the operator stays in float32.
 */
export interface StackOperators {
  /** The bounds that an activation puts on codes. */
  readonly clamp: (range: RealRange | null, output: AffineGrid) => CodeRange;
  /** From int32 sums of products of codes to codes; an entry per weight scale. */
  readonly product: (operator: ProductOperator, operands: ProductOperands) => Requantizer;
  readonly sum: (op: 'add' | 'sub', operands: BinaryOperands) => IntOperator | null;
  readonly multiply: (operands: BinaryOperands) => IntOperator | null;
  readonly divide: (operands: BinaryOperands) => IntOperator | null;
  /** A slope for each element. */
  readonly prelu: (operands: BinaryOperands) => IntOperator | null;
  /** Output codes for all codes of an input of at most 16 bits, the lowest first. */
  readonly table: (f: UnaryFunction, input: AffineGrid, output: AffineGrid) => readonly number[] | null;
  /** The same values on another grid. */
  readonly requantize: (input: AffineGrid, output: AffineGrid) => IntOperator | readonly number[];
  readonly averagePool: (node: FloatAveragePool, operands: UnaryOperands) => IntOperator | null;
  readonly mean: (
    node: MeanOperator,
    operands: UnaryOperands & { readonly count: number },
  ) => IntOperator | null;
  readonly softmax: (operands: SoftmaxOperands) => IntOperator | null;
  readonly logSoftmax: (operands: SoftmaxOperands) => IntOperator | null;
  readonly resize: (node: FloatResize, operands: ResizeOperands) => IntOperator | null;
}

export interface UnaryOperands {
  readonly input: AffineGrid;
  readonly output: AffineGrid;
  readonly clamp: CodeRange;
}

export interface BinaryOperands {
  readonly inputs: readonly [AffineGrid, AffineGrid];
  readonly output: AffineGrid;
  readonly clamp: CodeRange;
}

export interface ProductOperands {
  readonly input: AffineGrid;
  /** One, or one for each output channel. */
  readonly weightScales: readonly number[];
  readonly weightBits: number;
  readonly output: AffineGrid;
}

export interface SoftmaxOperands {
  readonly input: AffineGrid;
  readonly output: AffineGrid;
  readonly beta: number;
}

export interface ResizeOperands {
  readonly input: AffineGrid;
  readonly output: AffineGrid;
  readonly inputHeight: number;
  readonly inputWidth: number;
}

export interface MeanOperator {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}
