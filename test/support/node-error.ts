import { maxOf, minOf } from '../../src/arith/int-format.js';
import type { IntGraph, Quantization, Value, ValueId } from '../../src/ir/graph.js';
import type { FloatNode, IntNode } from '../../src/ir/operators.js';
import { Executor } from '../../src/kernels/executor.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import type { QuantizedModel } from '../../src/ptq/quantize.js';
import { tensorFrom, type FloatTensor, type Tensor } from '../../src/tensor/tensor.js';
import { bindFloat } from './bind-float.js';

/** How far the codes of one node's output lie from the real numbers they should be, in steps of the output's grid. */
export interface NodeError {
  readonly node: IntNode;
  readonly steps: number;
}

/**
 * Holds every node of an integer graph to its own operands: the codes that went in, read as real numbers, go through the
 * float operator, and the result goes onto the output's grid without rounding. What remains is the error of this one
 * integer recipe, free of all that came before it.
 */
export function nodeErrors({ graph, prepared }: QuantizedModel, inputs: readonly Tensor[]): NodeError[] {
  const codes = new Map<ValueId, Tensor>(graph.constants);
  new Executor(graph, referenceKernels).run(inputs, (id, value) => codes.set(id, value));
  const floatNodes = new Map(prepared.nodes.map((node) => [node.output, node]));
  return graph.nodes.map((node) => {
    const float = withIntegerParameters(graph, node, floatNodes.get(node.output));
    const reals = realOperands(
      graph,
      codes,
      prepared.constants as ReadonlyMap<ValueId, FloatTensor>,
      node,
      float,
    );
    const expected = float === undefined ? reals[0]! : bindFloat(float, reals)(reals);
    return {
      node,
      steps: largestError(node, graph.values.get(node.output)!, codes.get(node.output)!, expected),
    };
  });
}

/** The float operator with what its integer form rounds beforehand: layer normalization's epsilon. */
function withIntegerParameters(
  graph: IntGraph,
  node: IntNode,
  float: FloatNode | undefined,
): FloatNode | undefined {
  if (node.op !== 'layerNormalization' || float?.op !== 'layerNormalization') return float;
  const x = graph.values.get(node.inputs[0]!)!;
  const unit = quantizationOf(x).scales[0]! / x.shape.at(-1)!;
  // Variances are whole numbers in these units: far less than 1 keeps a constant row from 0 / 0 and changes no other.
  return { ...float, epsilon: Math.max(node.epsilon, 1e-6) * unit ** 2 };
}

/** A copy to another grid (`requantize`) has no float node: it is the identity. */
function realOperands(
  graph: IntGraph,
  codes: ReadonlyMap<ValueId, Tensor>,
  constants: ReadonlyMap<ValueId, FloatTensor>,
  node: IntNode,
  float: FloatNode | undefined,
): FloatTensor[] {
  const real = (id: ValueId): FloatTensor => dequantized(graph.values.get(id)!, codes.get(id)!);
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'convTranspose2d':
    case 'fullyConnected': {
      const [x, weight, bias] = node.inputs as [ValueId, ValueId, ValueId];
      const folded = unfolded(codes.get(weight)!, codes.get(bias)!, node.inputZeroPoint);
      return [real(x), real(weight), dequantized(graph.values.get(bias)!, folded)];
    }
    case 'lut':
    case 'softmax':
    case 'logSoftmax':
    case 'layerNormalization':
      return [real(node.inputs[0]!), ...float!.inputs.slice(1).map((id) => constants.get(id)!)];
    default:
      return node.inputs.map(real);
  }
}

/** The bias before the input's zero point was folded into it. */
function unfolded(weight: Tensor, bias: Tensor, inputZeroPoint: number): Tensor {
  const taps = weight.data.length / bias.data.length;
  const codes = Array.from(bias.data, (code, channel) => {
    const own = Array.from(weight.data.subarray(channel * taps, (channel + 1) * taps));
    return code + inputZeroPoint * own.reduce((sum, w) => sum + w, 0);
  });
  return tensorFrom('int32', bias.shape, codes);
}

export function quantizationOf({ type }: Value): Quantization {
  if (type.kind !== 'int' || type.quantization === null) throw new Error('a value without a grid');
  return type.quantization;
}

function dequantized(value: Value, { shape, data }: Tensor): FloatTensor {
  const { scales, zeroPoint, axis } = quantizationOf(value);
  const perEntry = axis === null ? data.length : data.length / scales.length; // the axis is the first one
  const reals = Array.from(data, (code, i) => scales[Math.floor(i / perEntry)]! * (code - zeroPoint));
  return tensorFrom('float32', shape, reals);
}

function largestError(node: IntNode, value: Value, codes: Tensor, expected: FloatTensor): number {
  if (value.type.kind !== 'int') throw new Error('a value without integers');
  const { scales, zeroPoint } = quantizationOf(value);
  const { min, max } =
    'clamp' in node ? node.clamp : { min: minOf(value.type.format), max: maxOf(value.type.format) };
  let largest = 0;
  for (let i = 0; i < codes.data.length; i += 1) {
    const wanted = Math.min(Math.max(expected.data[i]! / scales[0]! + zeroPoint, min), max);
    largest = Math.max(largest, Math.abs(codes.data[i]! - wanted)); // NaN stays NaN
  }
  return largest;
}
