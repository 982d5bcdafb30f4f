import type { AffineGrid } from '../../arith/affine.js';
import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import type { ArrayNode } from '../../ir/array-node.js';
import type { NodeBase } from '../../ir/graph.js';
import type { FloatNode, IntNode } from '../../ir/operators.js';
import type { UnaryFunction } from '../../ir/ops/elementwise.js';
import type { FloatAveragePool } from '../../ir/ops/pooling.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import type { FloatResize } from '../../ir/ops/resize.js';
import type { Shape } from '../../tensor/shape.js';
import type { Fusion } from './qdq-fusion.js';

/** An integer node without its names. */
export type IntOperator = IntNode extends infer N
  ? N extends IntNode
    ? Omit<N, keyof NodeBase>
    : never
  : never;

/** The operators whose sums of products end in a requantizer. */
export type ProductOperator = ArrayNode<FloatNode>['op'];

/** Output codes for all codes of an input, the lowest first. */
export type CodeTable = readonly number[];

/**
 * How one stack computes operators between codes. Scales of grids are float32 values. null where the stack has no integer
 * form: then the operator stays in float32.
 */
export interface StackOperators {
  /** From int32 sums of products of codes to codes. */
  readonly product: (operator: ProductOperator, operands: ProductOperands) => ProductStage;
  readonly sum: (op: 'add' | 'sub', operands: BinaryOperands) => IntOperator | null;
  readonly multiply: (operands: BinaryOperands) => IntOperator | null;
  readonly divide: (operands: BinaryOperands) => IntOperator | null;
  /** A slope for each element. */
  readonly prelu: (operands: BinaryOperands) => IntOperator | null;
  /** A function of inputs of at most 16 bits. */
  readonly table: (f: UnaryFunction, input: AffineGrid, output: AffineGrid) => CodeTable | null;
  /** The same values on another grid; of inputs of more than 16 bits null where the stack has no integer form. */
  readonly requantize: (input: AffineGrid, output: AffineGrid) => IntOperator | CodeTable | null;
  /** What a concatenation makes of an operand of at most 16 bits on another grid than its result. */
  readonly concatenate: (input: AffineGrid, output: AffineGrid) => IntOperator | CodeTable;
  readonly averagePool: (node: FloatAveragePool, operands: UnaryOperands) => IntOperator | null;
  readonly mean: (
    node: MeanOperator,
    operands: UnaryOperands & { readonly count: number },
  ) => IntOperator | null;
  readonly softmax: (operands: SoftmaxOperands) => IntOperator | null;
  readonly logSoftmax: (operands: SoftmaxOperands) => IntOperator | null;
  readonly resize: (node: FloatResize, operands: ResizeOperands) => IntOperator | null;
  /** How real numbers become codes. */
  readonly quantize: 'halfEven' | 'halfAwayFromZero' | 'halfEvenOfProduct';
}

/** What is known of a result. */
interface ResultOperands {
  /** The node, as messages name it. */
  readonly place: string;
  readonly output: AffineGrid;
  /** Of a fused activation; null without one. */
  readonly range: RealRange | null;
  readonly fusion: Fusion;
}

export interface UnaryOperands extends ResultOperands {
  readonly input: AffineGrid;
  /** Of the input. */
  readonly shape: Shape;
}

export interface BinaryOperands extends ResultOperands {
  readonly inputs: readonly [AffineGrid, AffineGrid];
}

export interface ProductOperands {
  /** The node, as messages name it. */
  readonly place: string;
  readonly input: AffineGrid;
  /** One, or one for each output channel. */
  readonly weightScales: readonly number[];
  readonly isPerChannel: boolean;
  readonly hasBias: boolean;
  readonly output: AffineGrid;
  readonly range: RealRange | null;
}

export interface ProductStage {
  /** An entry per weight scale. */
  readonly requantizer: Requantizer;
  readonly clamp: CodeRange;
  /** What a product of two activations takes for the second one's zero point, where that is not its own. */
  readonly secondZeroPoint?: number;
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
