import type { NodeBase } from '../../../ir/graph.js';
import type { IntLayerNormalization, IntLogSoftmax, IntSoftmax } from '../../../ir/ops/normalization.js';
import type { IntMean } from '../../../ir/ops/pooling.js';
import { float, int, ints, type OnnxAssembly } from '../assembly.js';
import { factorsOf, requireFactors, requireStage } from '../factor.js';
import { requireZeroPoint } from '../grid.js';
import type { Shape } from '../../../tensor/shape.js';
import { insideOrder, NCHW, withoutAxes, type Order } from '../order.js';
import { codeArray, dequantizedConstant, type QdqValues } from '../values.js';

/** How far the factor of a softmax may be from its input's scale before it counts as a factor of its own. */
const SAME_SCALE = 1e-6;

/** Softmax over the last inside axis, wherever it is now; a factor beside the input's scale (TFLite's beta) multiplies first. */
export function emitSoftmax(values: QdqValues, assembly: OnnxAssembly, node: IntSoftmax): void {
  const x = node.inputs[0]!;
  const beta = (node.multiplier * 2 ** (node.leftShift - 57)) / values.grid(x).scale; // Q5.26, multiplier of 31 bits
  const factor = Math.abs(beta - 1) > SAME_SCALE ? beta : 1;
  const order = values.orderOf(x);
  values.quantize(node.output, softmaxOf(values, assembly, 'Softmax', node, factor), order);
}

/** Softmax or its logarithm of `beta · x` over the last inside axis, in the operand's order. */
export function softmaxOf(
  values: QdqValues,
  assembly: OnnxAssembly,
  opType: 'Softmax' | 'LogSoftmax',
  { name, inputs }: NodeBase,
  beta: number,
): string {
  const order = values.orderOf(inputs[0]!);
  const x = values.real(inputs[0]!, order);
  const scaled =
    beta === 1 ? x : assembly.node('Mul', `${name}_beta`, [x, assembly.floats(`${name}_beta`, [beta])]);
  return assembly.node(opType, name, [scaled], { axis: int(order.indexOf(order.length - 1)) });
}

export function emitLogSoftmax(values: QdqValues, assembly: OnnxAssembly, node: IntLogSoftmax): void {
  const x = node.inputs[0]!;
  const order = values.orderOf(x);
  const output = values.grid(node.output);
  requireStage(node, output);
  requireFactors(node, factorsOf(node.requantizer), [1 / (2 ** node.fractionBits * output.scale)]);
  const y = softmaxOf(values, assembly, 'LogSoftmax', node, 1);
  values.quantize(node.output, y, order, node.clamp);
}

/** In units of (input scale / n)²: far below the smallest variance of n codes that are not all equal, which is n − 1. */
const SMALLEST_EPSILON = 2 ** -10;

/**
 * LayerNormalization with gamma and beta as int32 constants. Where the graph's epsilon is 0 a row of equal codes must still
 * give beta, so a small one stands in its place.
 */
export function emitLayerNormalization(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: IntLayerNormalization,
): void {
  const [x, gammaId, betaId] = node.inputs as [string, string, string];
  const [input, output] = [values.grid(x), values.grid(node.output)];
  const shape = values.shape(x);
  const fraction = 2 ** node.fractionBits;
  const factors = factorsOf(node.requantizer);
  const gammaType = values.value(gammaId).type;
  const known = gammaType.kind === 'int' ? gammaType.quantization : null;
  const gammaScale = known?.scales[0] ?? factors[0]! * fraction * output.scale;
  requireStage(node, output);
  requireFactors(node, factors, [gammaScale / (fraction * output.scale)]);
  const parameter = (id: string, scale: number): string => {
    const { data } = values.graph.constants.get(id)!;
    return dequantizedConstant(assembly, id, codeArray('int32', [data.length], data), [scale], 0, 0);
  };
  const order = insideOrder(shape.length);
  const unit = (input.scale / shape.at(-1)!) ** 2;
  const y = assembly.node(
    'LayerNormalization',
    node.name,
    [values.real(x, order), parameter(gammaId, gammaScale), parameter(betaId, gammaScale / fraction)],
    { axis: int(-1), epsilon: float(Math.max(node.epsilon, SMALLEST_EPSILON) * unit) },
  );
  values.quantize(node.output, y, order, node.clamp);
}

export function emitMean(values: QdqValues, assembly: OnnxAssembly, node: IntMean): void {
  const x = node.inputs[0]!;
  const shape = values.shape(x);
  const [input, output] = [values.grid(x), values.grid(node.output)];
  const count = node.axes.reduce((product, axis) => product * shape[axis]!, 1);
  requireZeroPoint(node, node.inputZeroPoint, input);
  requireStage(node, output);
  requireFactors(node, factorsOf(node.requantizer), [input.scale / (output.scale * count)]);
  const { real, order } = meanOf(values, assembly, node);
  values.quantize(node.output, real, order, node.clamp);
}

/** Whether the axes are height and width of a batch of images: ONNX has an operator of its own for that, and runtimes fuse it. */
const isImage = (shape: Shape, axes: readonly number[]): boolean =>
  shape.length === 4 && axes.length === 2 && axes.includes(1) && axes.includes(2);

/** Real means over inside axes, and the order of what is left of them. */
export function meanOf(
  values: QdqValues,
  assembly: OnnxAssembly,
  { name, inputs, axes, keepDims }: NodeBase & Pick<IntMean, 'axes' | 'keepDims'>,
): { readonly real: string; readonly order: Order } {
  if (keepDims && isImage(values.shape(inputs[0]!), axes)) {
    const image = values.real(inputs[0]!, NCHW);
    return { real: assembly.node('GlobalAveragePool', name, [image]), order: NCHW };
  }
  const before = values.orderOf(inputs[0]!);
  const real = values.real(inputs[0]!, before);
  const order = keepDims ? before : withoutAxes(before, axes);
  if (axes.length === 0) return { real, order }; // ONNX takes none for all
  const places = axes.map((axis) => before.indexOf(axis)).sort((a, b) => a - b);
  const keepdims = int(keepDims ? 1 : 0);
  const mean =
    assembly.opset < 18
      ? assembly.node('ReduceMean', name, [real], { axes: ints(places), keepdims })
      : assembly.node('ReduceMean', name, [real, assembly.int64s(`${name}_axes`, places)], { keepdims });
  return { real: mean, order };
}
