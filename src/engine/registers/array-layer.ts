import type { ElementFormat } from '../../hw/components/sram.js';
import type { ArrayNode } from '../../ir/array-node.js';
import type { IntNode } from '../../ir/operators.js';
import type { ArrayWorkload } from '../../lower/workload/workload.js';
import { broadcastStrides, elementCount, stridesOf, type Shape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { OutputChannel } from './array-places.js';
import { requantizerOf, type CodeOfSum } from './requantize-in-doubles.js';

/** An operand of the array in DRAM. */
export interface ArrayOperand {
  readonly codes: ArrayLike<number>;
  readonly format: ElementFormat;
  /** What is taken off a code on its way into the array. */
  readonly zeroPoint: number;
}

/** An array layer with its values: where the elements of its operands and of its result are in DRAM. Offsets count elements. */
export interface ArrayLayer {
  readonly workload: ArrayWorkload;
  readonly activations: ArrayOperand;
  readonly weights: ArrayOperand;
  /** One for each channel; null where the layer has none. */
  readonly biases: ArrayLike<number> | null;
  readonly outputFormat: ElementFormat;
  /** The value of a tap that meets no input, as it enters the array. */
  readonly padding: number;
  /** Of the first channel of a group at a position; the others follow. */
  readonly activationAt: (image: number, row: number, column: number, group: number) => number;
  /** Of a tap's weight for the first input channel; those for the others are `weightStep` apart. */
  readonly weightAt: (output: OutputChannel, tap: number) => number;
  readonly weightStep: number;
  readonly outputAt: (image: number, row: number, column: number, output: OutputChannel) => number;
  /** What becomes of the complete sums of an output channel. */
  readonly requantizerOf: (output: OutputChannel) => CodeOfSum;
}

/**
 * The layer of an array operator on its operands, as the node has them: activations and weights in their own order.
 *
 * A node's bias holds what the zero point of the activations adds up to over all taps (white paper 2.4.1). Codes enter the array as
 * they are, and padding as the zero point. A transposed convolution leaves taps out that meet nothing at a position: there the zero
 * point is taken off where activations enter, and the bias is the one without it.
 */
export function arrayLayerOf(
  node: ArrayNode<IntNode>,
  operands: readonly Tensor[],
  outputShape: Shape,
  outputFormat: ElementFormat,
  workload: ArrayWorkload,
): ArrayLayer {
  const [x, weight, bias] = operands;
  const shared = { workload, outputFormat, biases: bias?.data ?? null };
  if (node.op === 'matMul') {
    return {
      ...shared,
      ...matMulPlaces(x!.shape, weight!.shape, outputShape, workload),
      ...productOperands(node, x!, weight!),
    };
  }
  const weights = { codes: weight!.data, format: formatOf(weight!), zeroPoint: node.weightZeroPoint };
  const zeroPoints =
    node.op === 'convTranspose2d'
      ? {
          activations: { codes: x!.data, format: formatOf(x!), zeroPoint: node.inputZeroPoint },
          biases: biasesOfRealZeros(bias!.data, weights, node.inputZeroPoint),
          padding: 0,
        }
      : {
          activations: { codes: x!.data, format: formatOf(x!), zeroPoint: 0 },
          padding: node.inputZeroPoint,
        };
  return {
    ...shared,
    ...kernelPlaces(workload),
    ...zeroPoints,
    weights,
    requantizerOf: ({ group, channel }) => nodeRequantizer(node, group * workload.outputChannels + channel),
  };
}

function biasesOfRealZeros(
  biases: ArrayLike<number>,
  { codes, zeroPoint }: ArrayOperand,
  inputZeroPoint: number,
): Float64Array {
  const depth = codes.length / biases.length;
  return Float64Array.from(biases, (bias, channel) => {
    let sum = 0;
    for (let i = channel * depth; i < (channel + 1) * depth; i += 1) sum += codes[i]! - zeroPoint;
    return bias + inputZeroPoint * sum;
  });
}

/** How the elements of a tensor are stored. */
export function formatOf({ type, data }: Tensor): ElementFormat {
  return { bytes: data.BYTES_PER_ELEMENT, signed: type.startsWith('int') };
}

function nodeRequantizer(
  { requantizer, outputZeroPoint, clamp }: ArrayNode<IntNode>,
  channel: number,
): CodeOfSum {
  return requantizerOf(requantizer, channel, outputZeroPoint, clamp);
}

type Places = Pick<ArrayLayer, 'activationAt' | 'weightAt' | 'weightStep' | 'outputAt'>;

/** NHWC activations and results, OHWI weights; a fully connected layer has one tap and a position for each row. */
function kernelPlaces({ rows, columns, groups, inputChannels, outputChannels }: ArrayWorkload): Places {
  const taps = rows.kernel * columns.kernel;
  return {
    activationAt: (image, row, column, group) =>
      (((image * rows.inputExtent + row) * columns.inputExtent + column) * groups + group) * inputChannels,
    weightAt: ({ group, channel }, tap) => ((group * outputChannels + channel) * taps + tap) * inputChannels,
    weightStep: 1,
    outputAt: (image, row, column, { group, channel }) =>
      (((image * rows.outputExtent + row) * columns.outputExtent + column) * groups + group) *
        outputChannels +
      channel,
  };
}

function productOperands(
  node: Extract<ArrayNode<IntNode>, { readonly op: 'matMul' }>,
  a: Tensor,
  b: Tensor,
): Pick<ArrayLayer, 'activations' | 'weights' | 'padding' | 'requantizerOf'> {
  const columns = b.shape.at(-1)!;
  return {
    activations: { codes: a.data, format: formatOf(a), zeroPoint: node.inputZeroPoints[0] },
    weights: { codes: b.data, format: formatOf(b), zeroPoint: node.inputZeroPoints[1] },
    padding: 0,
    requantizerOf: ({ channel }) => nodeRequantizer(node, channel % columns),
  };
}

/**
 * Matrices of two operands that broadcast: as in the workload, a right operand of one matrix stacks the rows of the left ones, a
 * left operand of one matrix lines up the columns of the right ones, and otherwise each product is a group.
 */
function matMulPlaces(a: Shape, b: Shape, output: Shape, workload: ArrayWorkload): Places {
  const batch = output.slice(0, -2);
  const [rows, columns] = [output.at(-2)!, output.at(-1)!];
  const depth = workload.inputChannels;
  const [aFirst, bFirst] = [matrixOffsets(a, batch), matrixOffsets(b, batch)];
  const isStacked = elementCount(b.slice(0, -2)) === 1;
  const productOf = (row: number, { group, channel }: OutputChannel): number => {
    if (isStacked) return Math.floor(row / rows);
    return workload.groups === 1 ? Math.floor(channel / columns) : group;
  };
  return {
    activationAt: (_image, row, _column, group) => {
      const product = isStacked ? Math.floor(row / rows) : group;
      return aFirst(product) + (row % rows) * depth;
    },
    weightAt: (place) => {
      const product = isStacked ? 0 : productOf(0, place);
      return bFirst(product) + (place.channel % columns);
    },
    weightStep: columns,
    outputAt: (_image, row, _column, place) =>
      (productOf(row, place) * rows + (row % rows)) * columns + (place.channel % columns),
  };
}

/** Where the matrix of a product begins in an operand that broadcasts to `batch`. */
function matrixOffsets(shape: Shape, batch: Shape): (product: number) => number {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  const strides = broadcastStrides(shape, [...batch, rows, columns]).slice(0, batch.length);
  const productStrides = stridesOf(batch);
  return (product) =>
    strides.reduce(
      (offset, stride, axis) =>
        offset + stride * (Math.floor(product / productStrides[axis]!) % batch[axis]!),
      0,
    );
}
