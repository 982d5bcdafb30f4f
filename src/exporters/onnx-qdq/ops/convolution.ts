import type { IntConv2d, IntDepthwiseConv2d } from '../../../ir/ops/conv2d.js';
import type { NodeBase } from '../../../ir/graph.js';
import type { ConvTranspose2dGeometry, IntConvTranspose2d } from '../../../ir/ops/conv-transpose2d.js';
import type { Window2d } from '../../../tensor/window.js';
import { int, ints, type Attributes, type OnnxAssembly } from '../assembly.js';
import { inexpressible } from '../grid.js';
import { insideOrder, NCHW, permutedArray } from '../order.js';
import { dequantizedConstant, type QdqValues } from '../values.js';
import { checkedScales, emitBias, present, weightArray } from './linear.js';

export function windowAttributes(node: Window2d): Attributes {
  return {
    kernel_shape: ints([node.kernelHeight, node.kernelWidth]),
    strides: ints([node.strideHeight, node.strideWidth]),
    pads: ints([node.padTop, node.padLeft, node.padBottom, node.padRight]),
    ...(node.dilationHeight === 1 && node.dilationWidth === 1
      ? {}
      : { dilations: ints([node.dilationHeight, node.dilationWidth]) }),
  };
}

export function emitConv2d(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: IntConv2d | IntDepthwiseConv2d,
): void {
  const scales = checkedScales(values, node);
  const x = values.real(node.inputs[0]!, NCHW);
  const array = weightArray(values, node, [0, 3, 1, 2]); // OHWI → OIHW
  const weight = dequantizedConstant(assembly, node.inputs[1]!, array, scales, node.weightZeroPoint, 0);
  const bias = emitBias(values, assembly, node, scales);
  const attributes = { ...windowAttributes(node), group: int(node.groups) };
  const y = assembly.node('Conv', node.name, [x, weight, ...present(bias)], attributes);
  values.quantize(node.output, y, NCHW, node.clamp);
}

export function emitConvTranspose2d(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: IntConvTranspose2d,
): void {
  const scales = checkedScales(values, node);
  const x = values.real(node.inputs[0]!, NCHW);
  const weight = transposedWeight(values, assembly, node, scales);
  const bias = emitBias(values, assembly, node, scales);
  const attributes = { ...outputCrop(node), group: int(node.groups) };
  const y = assembly.node('ConvTranspose', node.name, [x, weight, ...present(bias)], attributes);
  values.quantize(node.output, y, NCHW, node.clamp);
}

/** The window of a transposed convolution and what its pads and output padding come to. */
export function outputCrop(node: ConvTranspose2dGeometry & NodeBase & { readonly op: string }): Attributes {
  const rows = cropped(node, node.padBottom, node.outputPaddingHeight, node.strideHeight);
  const columns = cropped(node, node.padRight, node.outputPaddingWidth, node.strideWidth);
  return {
    ...windowAttributes({ ...node, padBottom: rows.pad, padRight: columns.pad }),
    ...(rows.extra === 0 && columns.extra === 0 ? {} : { output_padding: ints([rows.extra, columns.extra]) }),
  };
}

/**
 * Output padding crops less at the end of an axis; only what is left once nothing is cropped lengthens it. ONNX Runtime takes
 * less than a stride of that (`ConvTransposeAttributes`: "output_padding may be too large for stride").
 */
function cropped(
  node: NodeBase & { readonly op: string },
  pad: number,
  outputPadding: number,
  stride: number,
): { readonly pad: number; readonly extra: number } {
  const extra = Math.max(0, outputPadding - pad);
  if (extra >= stride)
    throw inexpressible(node, `${extra} positions beyond the result, ${stride} apart`, 'less than a stride');
  return { pad: Math.max(0, pad - outputPadding), extra };
}

/**
 * ONNX orders the weights of a transposed convolution [inputChannels, outputChannels / groups, height, width]. With several
 * groups no axis of that is the output channel, so scales per channel apply before the axes are brought into that order.
 */
function transposedWeight(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: IntConvTranspose2d,
  scales: readonly number[],
): string {
  const id = node.inputs[1]!;
  const [outputs, height, width, groupInputs] = values.shape(id) as [number, number, number, number];
  const grouped = [node.groups, outputs / node.groups, height, width, groupInputs];
  const order = [0, 4, 1, 2, 3]; // [group, input, output, height, width]
  const shape = [node.groups * groupInputs, outputs / node.groups, height, width];
  const stored = weightArray(values, node, insideOrder(4));
  if (node.groups === 1 || scales.length === 1) {
    const array = { ...permutedArray({ ...stored, shape: grouped }, order), shape };
    return dequantizedConstant(assembly, id, array, scales, node.weightZeroPoint, 1);
  }
  const real = dequantizedConstant(assembly, id, stored, scales, node.weightZeroPoint, 0);
  const split = assembly.node('Reshape', `${id}_split`, [
    real,
    assembly.int64s(`${id}_split_shape`, grouped),
  ]);
  const moved = assembly.node('Transpose', `${id}_Transpose`, [split], { perm: ints(order) });
  return assembly.node('Reshape', `${id}_joined`, [moved, assembly.int64s(`${id}_joined_shape`, shape)]);
}
