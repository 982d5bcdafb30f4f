import { INT32, fits } from '../../../arith/int-format.js';
import { permuteShape, stridesOf } from '../../../tensor/shape.js';
import type { PlainArray } from '../../../formats/elements.js';
import { stridedCopy } from '../../../importers/onnx/arrays.js';
import type { IntConv2d, IntDepthwiseConv2d } from '../../../ir/ops/conv2d.js';
import type { IntConvTranspose2d } from '../../../ir/ops/conv-transpose2d.js';
import type { IntFullyConnected, IntMatMul } from '../../../ir/ops/matrix.js';
import type { Window2d } from '../../../tensor/window.js';
import { int, ints, type Attributes, type OnnxAssembly } from '../assembly.js';
import { factorsOf, requireFactors, requireStage } from '../factor.js';
import { codeType, inexpressible, requireZeroPoint } from '../grid.js';
import { insideOrder, NCHW } from '../order.js';
import { codeArray, dequantizedConstant, type QdqValues } from '../values.js';

type Linear = IntConv2d | IntDepthwiseConv2d | IntConvTranspose2d | IntFullyConnected;

/** The scales of a linear node's weights: one, or one an output channel. */
function weightScales(values: QdqValues, node: Linear): readonly number[] {
  const { id, shape, type } = values.value(node.inputs[1]!);
  const quantization = type.kind === 'int' ? type.quantization : null;
  if (quantization === null) throw inexpressible(node, `weights '${id}' without scales`);
  const { scales, axis } = quantization;
  if (scales.length !== 1 && (axis !== 0 || scales.length !== shape[0])) {
    throw inexpressible(
      node,
      `weights with ${scales.length} scales along axis ${axis}`,
      'one, or one an output channel',
    );
  }
  const floats = scales.map(Math.fround);
  return floats.every((scale) => scale === floats[0]) ? [floats[0]!] : floats;
}

/** Holds the node against its grids and returns the scales of its weights. */
function checkedScales(values: QdqValues, node: Linear): readonly number[] {
  const input = values.grid(node.inputs[0]!);
  const output = values.grid(node.output);
  const scales = weightScales(values, node);
  requireZeroPoint(node, node.inputZeroPoint, input);
  requireStage(node, output);
  requireFactors(
    node,
    factorsOf(node.requantizer),
    scales.map((scale) => (scale * input.scale) / output.scale),
  );
  return scales;
}

/** The weights' codes, their axes in the order `layout`. */
function weightArray(values: QdqValues, node: Linear, layout: readonly number[]): PlainArray {
  const { id, type } = values.value(node.inputs[1]!);
  if (type.kind === 'int') codeType(id, type.format); // at most 16 bits
  return values.constantArray(id, layout);
}

/**
 * The bias as a float tensor, or null where it is 0 everywhere: int32 codes of scale `inputScale · weightScale`. The graph's
 * constant holds `bias − inputZeroPoint · Σ (weight − weightZeroPoint)`; the term is taken out again, in integers.
 *
 * @param leading axes of extent 1 before the channels.
 */
function emitBias(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: Linear,
  scales: readonly number[],
  leading: readonly number[] = [],
): string | null {
  const weight = values.graph.constants.get(node.inputs[1]!)!;
  const folded = values.graph.constants.get(node.inputs[2]!)!;
  const terms = weight.data.length / folded.data.length;
  const codes = Array.from(folded.data, (code, k) => {
    let sum = 0;
    for (let i = k * terms; i < (k + 1) * terms; i += 1) sum += weight.data[i]! - node.weightZeroPoint;
    const bias = code + node.inputZeroPoint * sum;
    if (!fits(bias, INT32))
      throw inexpressible(node, `a bias of ${bias} in channel ${k}`, 'one that fits int32');
    return bias + 0;
  });
  if (codes.every((code) => code === 0)) return null;
  const inputScale = values.grid(node.inputs[0]!).scale;
  const array = codeArray('int32', [...leading, codes.length], codes);
  const products = scales.map((scale) => Math.fround(inputScale * scale));
  return dequantizedConstant(assembly, node.inputs[2]!, array, products, 0, leading.length);
}

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

const present = (name: string | null): string[] => (name === null ? [] : [name]);

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
  const rows = cropped(node, node.padBottom, node.outputPaddingHeight, node.strideHeight);
  const columns = cropped(node, node.padRight, node.outputPaddingWidth, node.strideWidth);
  const attributes = {
    ...windowAttributes({ ...node, padBottom: rows.pad, padRight: columns.pad }),
    group: int(node.groups),
    ...(rows.extra === 0 && columns.extra === 0 ? {} : { output_padding: ints([rows.extra, columns.extra]) }),
  };
  const y = assembly.node('ConvTranspose', node.name, [x, weight, ...present(bias)], attributes);
  values.quantize(node.output, y, NCHW, node.clamp);
}

/**
 * Output padding crops less at the end of an axis; only what is left once nothing is cropped lengthens it. ONNX Runtime takes
 * less than a stride of that (`ConvTransposeAttributes`: "output_padding may be too large for stride").
 */
function cropped(
  node: IntConvTranspose2d,
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
    const array = { ...permuted({ ...stored, shape: grouped }, order), shape };
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

function permuted(array: PlainArray, order: readonly number[]): PlainArray {
  const strides = stridesOf(array.shape);
  return stridedCopy(
    array,
    permuteShape(array.shape, order),
    order.map((axis) => strides[axis]!),
  );
}

/**
 * How a bias that follows a MatMul is shaped: [channels], or, from opset 21 on, with as many axes as the product. ONNX Runtime
 * 1.30 makes a Gemm of the former and, with 16-bit codes about, a graph that it then refuses ("output_dtype INT8 does not
 * match y_zero_point type UINT8").
 */
function leadingAxes(assembly: OnnxAssembly, node: IntFullyConnected, rank: number): readonly number[] {
  if (assembly.opset < 21) return [];
  if (rank === 1) throw inexpressible(node, 'a single vector beside 16-bit codes', 'a batch of them');
  return insideOrder(rank - 1).map(() => 1);
}

/** Gemm for matrices; for tensors of another rank MatMul with the transposed weights, and the bias added. */
export function emitFullyConnected(values: QdqValues, assembly: OnnxAssembly, node: IntFullyConnected): void {
  const scales = checkedScales(values, node);
  const [xId, weightId] = node.inputs as [string, string];
  const rank = values.shape(xId).length;
  const order = insideOrder(rank);
  const x = values.real(xId, order);
  const isMatrix = rank === 2;
  const bias = emitBias(values, assembly, node, scales, isMatrix ? [] : leadingAxes(assembly, node, rank));
  const array = weightArray(values, node, isMatrix ? [0, 1] : [1, 0]);
  const weight = dequantizedConstant(
    assembly,
    weightId,
    array,
    scales,
    node.weightZeroPoint,
    isMatrix ? 0 : 1,
  );
  if (isMatrix) {
    const y = assembly.node('Gemm', node.name, [x, weight, ...present(bias)], { transB: int(1) });
    values.quantize(node.output, y, order, node.clamp);
    return;
  }
  const product = assembly.node('MatMul', node.name, [x, weight]);
  const y = bias === null ? product : assembly.node('Add', `${node.name}_bias`, [product, bias]);
  values.quantize(node.output, y, order, node.clamp);
}

export function emitMatMul(values: QdqValues, assembly: OnnxAssembly, node: IntMatMul): void {
  const grids = node.inputs.map((id) => values.grid(id));
  const output = values.grid(node.output);
  node.inputZeroPoints.forEach((zeroPoint, i) => requireZeroPoint(node, zeroPoint, grids[i]!));
  requireStage(node, output);
  requireFactors(node, factorsOf(node.requantizer), [(grids[0]!.scale * grids[1]!.scale) / output.scale]);
  const operands = node.inputs.map((id) => values.real(id, insideOrder(values.shape(id).length)));
  const y = assembly.node('MatMul', node.name, operands);
  values.quantize(node.output, y, insideOrder(values.shape(node.output).length), node.clamp);
}
