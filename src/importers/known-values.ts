import { FLOAT32, type FloatGraph, type ValueId, type ValueType } from '../ir/graph.js';
import type { GraphBuilder } from '../ir/builder.js';
import type { FloatNode } from '../ir/operators.js';
import { movesOnlyOnes, permuteShape, stridesOf, type Shape } from '../tensor/shape.js';
import { tensor, withShape, type Tensor } from '../tensor/tensor.js';
import { stridedCopy } from './arrays.js';

/** A value of a float graph that does not depend on its inputs: a constant as it is, or a constant's codes dequantized. */
export interface KnownValue {
  /** The constant that is read: real numbers, or codes. */
  readonly data: Tensor;
  readonly type: ValueType;
  readonly isDequantized: boolean;
}

/** What looks a known value up; null for those of run time. */
export function knownValuesOf(graph: FloatGraph): (id: ValueId) => KnownValue | null {
  const sources = new Map<ValueId, ValueId>();
  for (const { op, inputs, output } of graph.nodes) {
    if (op === 'dequantizeLinear' && graph.constants.has(inputs[0]!)) sources.set(output, inputs[0]!);
  }
  return (id) => {
    const source = sources.get(id) ?? id;
    const data = graph.constants.get(source);
    if (data === undefined) return null;
    return { data, type: graph.values.get(source)!.type, isDequantized: source !== id };
  };
}

/** Adds a known value to a graph being built; returns the id that stands for it. */
export function addKnown(
  builder: GraphBuilder<FloatNode>,
  stem: string,
  { data, type, isDequantized }: KnownValue,
): ValueId {
  if (!isDequantized) return builder.addConstant(builder.freshId(stem), data, type);
  const codes = builder.addConstant(builder.freshId(`${stem}.codes`), data, type);
  return builder.addNode(dequantization(codes, builder.freshNodeName(stem), builder.freshId(stem)), FLOAT32);
}

export function dequantization(codes: ValueId, name: string, output: ValueId): FloatNode {
  return { op: 'dequantizeLinear', name, inputs: [codes], output };
}

/** The same elements under another shape; `axisOf` says where an axis of scales goes. */
export function reshapedKnown(known: KnownValue, shape: Shape, axisOf: (axis: number) => number): KnownValue {
  return { ...known, data: withShape(known.data, shape), type: onAxis(known.type, axisOf) };
}

/** A type whose scales belong to another axis. */
export function onAxis(type: ValueType, axisOf: (axis: number) => number): ValueType {
  if (type.kind === 'float32' || type.quantization === null || type.quantization.axis === null) return type;
  return { ...type, quantization: { ...type.quantization, axis: axisOf(type.quantization.axis) } };
}

/** A known value in another order of axes. */
export function transposedKnown(known: KnownValue, order: readonly number[]): KnownValue {
  return {
    ...known,
    data: transposedConstant(known.data, order),
    type: onAxis(known.type, (axis) => order.indexOf(axis)),
  };
}

/** A constant in another order of axes. */
function transposedConstant<T extends Tensor>(constant: T, order: readonly number[]): T {
  const shape = permuteShape(constant.shape, order);
  if (movesOnlyOnes(constant.shape, order)) return withShape(constant, shape);
  const moved = stridedCopy(constant, shape, permuteShape(stridesOf(constant.shape), order));
  return tensor(constant.type, shape, moved.data as T['data']) as T;
}
