import type { FloatConv2d } from '../../../ir/ops/conv2d.js';
import type { FloatConvTranspose2d } from '../../../ir/ops/conv-transpose2d.js';
import type { FloatFullyConnected } from '../../../ir/ops/matrix.js';
import { int, ints, type OnnxAssembly } from '../assembly.js';
import { insideOrder, NCHW } from '../order.js';
import type { QdqValues } from '../values.js';
import { outputCrop, windowAttributes } from './convolution.js';
import { activated } from '../clip.js';

/** Float layers: weights and biases are float32 values, constant or not. */
type Linear = FloatConv2d | FloatConvTranspose2d | FloatFullyConnected;

function biasOf(values: QdqValues, { inputs }: Linear): string[] {
  return inputs.slice(2).map((id) => values.real(id, [0]));
}

export function emitFloatConv2d(values: QdqValues, assembly: OnnxAssembly, node: FloatConv2d): void {
  const operands = [
    values.real(node.inputs[0]!, NCHW),
    values.real(node.inputs[1]!, [0, 3, 1, 2]), // OHWI → OIHW
    ...biasOf(values, node),
  ];
  const attributes = { ...windowAttributes(node), group: int(node.groups) };
  const y = assembly.node('Conv', node.name, operands, attributes);
  values.define(node.output, activated(assembly, node.name, y, node.activation), NCHW);
}

/** ONNX orders the weights [inputChannels, outputChannels / groups, height, width]. */
export function emitFloatConvTranspose2d(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: FloatConvTranspose2d,
): void {
  const id = node.inputs[1]!;
  const [outputs, height, width, groupInputs] = values.shape(id) as [number, number, number, number];
  let weight: string;
  if (node.groups === 1) weight = values.real(id, [3, 0, 1, 2]);
  else {
    const reshaped = (stem: string, x: string, shape: readonly number[]): string =>
      assembly.node('Reshape', `${id}_${stem}`, [x, assembly.int64s(`${id}_${stem}_shape`, shape)]);
    const grouped = [node.groups, outputs / node.groups, height, width, groupInputs];
    const split = reshaped('split', values.real(id, insideOrder(4)), grouped);
    const perm = ints([0, 4, 1, 2, 3]); // [group, input, output, height, width]
    const moved = assembly.node('Transpose', `${id}_Transpose`, [split], { perm });
    weight = reshaped('joined', moved, [node.groups * groupInputs, outputs / node.groups, height, width]);
  }
  const operands = [values.real(node.inputs[0]!, NCHW), weight, ...biasOf(values, node)];
  const y = assembly.node('ConvTranspose', node.name, operands, {
    ...outputCrop(node),
    group: int(node.groups),
  });
  values.define(node.output, activated(assembly, node.name, y, node.activation), NCHW);
}

/** Gemm for matrices; for tensors of another rank MatMul with the transposed weights, and the bias added. */
export function emitFloatFullyConnected(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: FloatFullyConnected,
): void {
  const [xId, weightId] = node.inputs as [string, string];
  const order = insideOrder(values.shape(xId).length);
  const x = values.real(xId, order);
  const bias = biasOf(values, node);
  let y: string;
  if (order.length === 2) {
    const operands = [x, values.real(weightId, [0, 1]), ...bias];
    y = assembly.node('Gemm', node.name, operands, { transB: int(1) });
  } else {
    y = assembly.node('MatMul', node.name, [x, values.real(weightId, [1, 0])]);
    if (bias.length > 0) y = assembly.node('Add', `${node.name}_bias`, [y, ...bias]);
  }
  values.define(node.output, activated(assembly, node.name, y, node.activation), order);
}
