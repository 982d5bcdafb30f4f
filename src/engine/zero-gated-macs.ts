import { assertNever } from '../core/errors.js';
import type { ZeroGating } from '../hw/accelerator.js';
import type { ArrayNode } from '../ir/array-node.js';
import type { IntNode } from '../ir/operators.js';
import { convTranspose2dShape, type IntConvTranspose2d } from '../ir/ops/conv-transpose2d.js';
import { conv2dShape, type IntConv2d, type IntDepthwiseConv2d } from '../ir/ops/conv2d.js';
import { matMulShape } from '../ir/ops/matrix.js';
import { broadcastStrides, elementCount } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

type Operands = ZeroGating['operands'];

/**
 * Multiply-accumulates of an array operator with a zero among the operands that are looked at: codes that equal their zero
 * point. Exact, of the MACs that `arrayMacs` counts: a tap that falls on padding meets the zero point.
 *
 * @param tensors the operands of the node, in inside layout
 */
export function zeroGatedMacs(
  node: ArrayNode<IntNode>,
  [x, weight]: readonly Tensor[],
  operands: Operands,
): number {
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'convTranspose2d':
      return ofKernel(node, x!, weight!, operands);
    case 'fullyConnected': {
      const depth = weight!.shape[1]!;
      const left = isZero(x!, node.inputZeroPoint);
      const right = isZero(weight!, node.weightZeroPoint);
      const [rows, columns] = [elementCount(x!.shape) / depth, weight!.shape[0]!];
      return ofProduct(
        { rows, depth, columns },
        operands,
        (row, k) => left[row * depth + k]!,
        (k, column) => right[column * depth + k]!,
      );
    }
    case 'matMul':
      return ofMatMul(node.inputZeroPoints, x!, weight!, operands);
    default:
      return assertNever(node);
  }
}

/** 1 where an element is zero, 0 elsewhere. */
function isZero({ data }: Tensor, zeroPoint: number): Uint8Array {
  return Uint8Array.from(data as ArrayLike<number>, (code) => (code === zeroPoint ? 1 : 0));
}

/** Σ over k of the pairs (row, column) in which an operand is zero: from the zeros of each side. */
function ofProduct(
  { rows, depth, columns }: { readonly rows: number; readonly depth: number; readonly columns: number },
  operands: Operands,
  left: (row: number, k: number) => number,
  right: (k: number, column: number) => number,
): number {
  let gated = 0;
  for (let k = 0; k < depth; k += 1) {
    let [zeroRows, zeroColumns] = [0, 0];
    if (operands !== 'weights') for (let row = 0; row < rows; row += 1) zeroRows += left(row, k);
    if (operands !== 'activations')
      for (let column = 0; column < columns; column += 1) zeroColumns += right(k, column);
    gated += rows * columns - (rows - zeroRows) * (columns - zeroColumns);
  }
  return gated;
}

/** a [..., rows, depth] times b [..., depth, columns], product by product; the right operand takes the place of the weights. */
function ofMatMul(
  [aZeroPoint, bZeroPoint]: readonly [number, number],
  a: Tensor,
  b: Tensor,
  operands: Operands,
): number {
  const [rows, depth, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const batch = matMulShape([a.shape, b.shape]).slice(0, -2);
  const aStrides = broadcastStrides(a.shape, [...batch, rows, depth]);
  const bStrides = broadcastStrides(b.shape, [...batch, depth, columns]);
  const [aZero, bZero] = [isZero(a, aZeroPoint), isZero(b, bZeroPoint)];
  let gated = 0;
  for (let product = 0; product < elementCount(batch); product += 1) {
    let [aFirst, bFirst, rest] = [0, 0, product];
    for (let axis = batch.length - 1; axis >= 0; axis -= 1) {
      const index = rest % batch[axis]!;
      rest = (rest - index) / batch[axis]!;
      aFirst += index * aStrides[axis]!;
      bFirst += index * bStrides[axis]!;
    }
    gated += ofProduct(
      { rows, depth, columns },
      operands,
      (row, k) => aZero[aFirst + row * depth + k]!,
      (k, column) => bZero[bFirst + k * columns + column]!,
    );
  }
  return gated;
}

/** Position by position and tap by tap: a zero activation gates a MAC of every output channel of its group, a zero weight one. */
function ofKernel(
  node: IntConv2d | IntDepthwiseConv2d | IntConvTranspose2d,
  x: Tensor,
  weight: Tensor,
  operands: Operands,
): number {
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const [outputs, kernelHeight, kernelWidth] = weight.shape as [number, number, number];
  const groupOutputs = outputs / node.groups;
  const zero = isZero(x, node.inputZeroPoint);
  const zeroWeights = operands === 'activations' ? null : zerosOfTaps(node, weight);
  const shapes = [x.shape, weight.shape];
  const isTransposed = node.op === 'convTranspose2d';
  const output = isTransposed ? convTranspose2dShape(node, shapes) : conv2dShape(node, shapes);
  const rows = meetingsOf({
    isTransposed,
    input: height,
    output: output[1]!,
    kernel: kernelHeight,
    stride: node.strideHeight,
    dilation: node.dilationHeight,
    pad: node.padTop,
  });
  const columns = meetingsOf({
    isTransposed,
    input: width,
    output: output[2]!,
    kernel: kernelWidth,
    stride: node.strideWidth,
    dilation: node.dilationWidth,
    pad: node.padLeft,
  });
  let gated = 0;
  for (let image = 0; image < images; image += 1) {
    for (const { tap: kernelRow, input: row } of rows) {
      for (const { tap: kernelColumn, input: column } of columns) {
        const meetsInput = row !== null && column !== null;
        const first = meetsInput ? ((image * height + row) * width + column) * channels : null;
        const firstTap = (kernelRow * kernelWidth + kernelColumn) * channels;
        for (let channel = 0; channel < channels; channel += 1) {
          const isGatedByInput = operands !== 'weights' && (first === null || zero[first + channel] === 1);
          if (isGatedByInput) gated += groupOutputs;
          else if (zeroWeights !== null) gated += zeroWeights[firstTap + channel]!;
        }
      }
    }
  }
  return gated;
}

/** How many weights of a tap (kernel row, kernel column, input channel) are zero, over the outputs of the channel's group. */
function zerosOfTaps(
  { groups, weightZeroPoint }: IntConv2d | IntDepthwiseConv2d | IntConvTranspose2d,
  { shape, data }: Tensor,
): Uint32Array {
  const [outputs, kernelHeight, kernelWidth, depth] = shape as [number, number, number, number];
  const taps = kernelHeight * kernelWidth;
  const zeros = new Uint32Array(taps * groups * depth);
  for (let output = 0; output < outputs; output += 1) {
    const group = Math.floor(output / (outputs / groups));
    for (let tap = 0; tap < taps; tap += 1) {
      for (let channel = 0; channel < depth; channel += 1) {
        const code = data[(output * taps + tap) * depth + channel]!;
        if (code === weightZeroPoint) zeros[(tap * groups + group) * depth + channel]! += 1;
      }
    }
  }
  return zeros;
}

interface KernelAxis {
  readonly isTransposed: boolean;
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
}

/** Every tap of every output position along an axis, with the input position it meets; null for padding. */
function meetingsOf({ isTransposed, input, output, kernel, stride, dilation, pad }: KernelAxis) {
  const meetings: { readonly tap: number; readonly input: number | null }[] = [];
  for (let position = 0; position < output; position += 1) {
    for (let tap = 0; tap < kernel; tap += 1) {
      const at = isTransposed
        ? (position + pad - tap * dilation) / stride
        : position * stride - pad + tap * dilation;
      if (Number.isInteger(at)) meetings.push({ tap, input: at >= 0 && at < input ? at : null });
    }
  }
  return meetings;
}
