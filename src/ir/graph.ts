import type { IntFormat } from '../arith/int-format.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { FloatNode, IntNode, Node } from './operators.js';

/** Name of a value, unique in its graph. */
export type ValueId = string;

/** The grid of a quantized value: real = scale · (code − zeroPoint). */
export interface Quantization {
  /** One scale, or one per index of `axis`. */
  readonly scales: readonly number[];
  readonly zeroPoint: number;
  /** The axis that has a scale per index; null where the whole tensor shares one. */
  readonly axis: number | null;
}

/** float32, or integers of a format with (for codes) their grid. Accumulator-scaled biases have scales and zero point 0. */
export type ValueType =
  | { readonly kind: 'float32' }
  | { readonly kind: 'int'; readonly format: IntFormat; readonly quantization: Quantization | null };

export interface Value {
  readonly id: ValueId;
  readonly shape: Shape;
  readonly type: ValueType;
}

/** What every node has. A node makes exactly one value. */
export interface NodeBase {
  /** Unique in the graph; the source model's name where it has one. */
  readonly name: string;
  readonly inputs: readonly ValueId[];
  readonly output: ValueId;
}

/**
 * Where data enters or leaves. Inside, spatial tensors are NHWC; the file's own axes may be in another order.
 *
 * Input: inside = transpose(outside, permutation). Output: outside = transpose(inside, permutation). null: the same.
 */
export interface Port {
  /** The name in the source model. */
  readonly name: string;
  readonly value: ValueId;
  readonly permutation: readonly number[] | null;
  /** The source model's own port holds codes: integers of its format are taken as such, not as real numbers. */
  readonly takesCodes?: true | undefined;
}

/** Nodes in topological order over named values. Readonly: passes return new graphs. */
export interface Graph<N extends Node = Node> {
  readonly dialect: 'float' | 'integer';
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly N[];
  /** Every value of the graph, constants included. */
  readonly values: ReadonlyMap<ValueId, Value>;
  readonly constants: ReadonlyMap<ValueId, Tensor>;
  /** Facts that ride along and steer nothing: the source file, the recipe, the preprocessing. */
  readonly metadata: Readonly<Record<string, string>>;
}

export type FloatGraph = Graph<FloatNode> & { readonly dialect: 'float' };
export type IntGraph = Graph<IntNode> & { readonly dialect: 'integer' };

export const FLOAT32: ValueType = { kind: 'float32' };
