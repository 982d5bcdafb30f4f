import type { ArrayArithmetic } from '../../ir/ops/array-arithmetic.js';
import type { Conv2dGeometry } from '../../ir/ops/conv2d.js';
import type { NodeBase } from '../../ir/graph.js';
import type { Shape } from '../../tensor/shape.js';
import { dilatedExtent } from '../../tensor/window.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { drawRows, newCanvas, rowStride, type CanvasLayout } from './canvas.js';
import { codesOf, derived, emptyResult, formatOf, largestMagnitude, type Codes } from './operands.js';
import { OutputStage } from './output-stage.js';
import { packWeights, paddedColumns } from './packed-weights.js';
import { RowProduct, type Reach } from './product.js';

/** A node whose sums are those of a convolution. */
export type ConvolutionNode = NodeBase & ArrayArithmetic & { readonly op: string };

/** Doubles of a canvas and its sums that are worked on at a time: within a second-level cache. */
const BAND_LENGTH = 2 ** 16;

/** Output rows of a band of about `BAND_LENGTH` doubles, of `rowLength` doubles each. */
export function bandRows(outputRows: number, rowLength: number): number {
  return Math.max(1, Math.min(outputRows, Math.floor(BAND_LENGTH / rowLength)));
}

/** The part of an image that the windows of `rows` output rows reach. */
export function bandLayout(geometry: Conv2dGeometry, input: Shape, rows: number): CanvasLayout {
  const [, height, width, channels] = input as [number, number, number, number];
  const { padLeft, padRight, strideHeight, kernelHeight, dilationHeight } = geometry;
  const reach = (rows - 1) * strideHeight + dilatedExtent(kernelHeight, dilationHeight);
  return { height, width, channels, padLeft, padRight, rows: reach };
}

/** Where the windows of a band start in its canvas, row by row. */
export function windowStarts(
  geometry: Conv2dGeometry,
  layout: CanvasLayout,
  rows: number,
  columns: number,
): Int32Array {
  const { strideHeight, strideWidth } = geometry;
  return Int32Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    return row * strideHeight * rowStride(layout) + column * strideWidth * layout.channels;
  });
}

/** Where the taps of a kernel lie, relative to the start of its window, row by row. */
export function tapOffsets(geometry: Conv2dGeometry, layout: CanvasLayout): Int32Array {
  const { kernelHeight, kernelWidth, dilationHeight, dilationWidth } = geometry;
  return Int32Array.from({ length: kernelHeight * kernelWidth }, (_, tap) => {
    const row = Math.floor(tap / kernelWidth);
    const column = tap % kernelWidth;
    return row * dilationHeight * rowStride(layout) + column * dilationWidth * layout.channels;
  });
}

/** Without groups and dilation a row of taps is one run: NHWC keeps columns and channels side by side. */
function reachOf(geometry: Conv2dGeometry, layout: CanvasLayout): Reach {
  const taps = tapOffsets(geometry, layout);
  const { kernelWidth, dilationWidth, groups } = geometry;
  if (groups > 1 || (dilationWidth > 1 && kernelWidth > 1)) return { taps, run: layout.channels / groups };
  return { taps: taps.filter((_, tap) => tap % kernelWidth === 0), run: kernelWidth * layout.channels };
}

/**
 * `acc = bias + Σ (weight − weightZeroPoint) · code` for any convolution. The weight's zero point is subtracted when the
 * weights are packed, so that asymmetric weights cost nothing here. Images are worked on in bands of output rows: the
 * input rows they reach are copied into doubles, borders included, and every product reads that copy in place.
 *
 * @param input NHWC shape of x. @param output NHWC shape of the result.
 */
export function bindConvolution(
  node: ConvolutionNode,
  geometry: Conv2dGeometry,
  [x, ...constants]: readonly Operand[],
  result: Result,
  input: Shape,
  output: Shape,
): BoundKernel {
  const [batch, outputRows, outputColumns, outputs] = output as [number, number, number, number];
  const groupOutputs = outputs / geometry.groups;
  const groupInputs = input[3]! / geometry.groups;
  const depth = geometry.kernelHeight * geometry.kernelWidth * groupInputs;
  const stride = outputs - groupOutputs + paddedColumns(groupOutputs);

  const rows = bandRows(
    outputRows,
    outputColumns * stride + rowStride(bandLayout(geometry, input, 1)) * geometry.strideHeight,
  );
  const layout = bandLayout(geometry, input, rows);
  const starts = windowStarts(geometry, layout, rows, outputColumns);
  const reach = reachOf(geometry, layout);

  const prepare = derived(constants, ([weight, bias]) => ({
    bias: paddedBias(bias!, stride),
    products: Array.from({ length: geometry.groups }, (_, group) => {
      const matrix = {
        values: weight!,
        start: group * groupOutputs * depth,
        columns: groupOutputs,
        columnStride: depth,
        depth,
        depthStride: 1,
        zeroPoint: node.weightZeroPoint,
      };
      const largestInput = Math.max(largestMagnitude(formatOf(x!), 0), Math.abs(node.inputZeroPoint));
      return new RowProduct(packWeights(matrix, largestInput), reach);
    }),
  }));
  const stage = new OutputStage(node, result);

  return ([images, ...tensors]) => {
    const { bias, products } = prepare(tensors);
    const codes = codesOf(images);
    const made = emptyResult(result);
    const canvas = newCanvas(layout, node.inputZeroPoint);
    const sums = new Float64Array(rows * outputColumns * stride);
    for (let index = 0; index < batch; index += 1) {
      for (let first = 0; first < outputRows; first += rows) {
        const pixels = Math.min(rows, outputRows - first) * outputColumns;
        const top = first * geometry.strideHeight - geometry.padTop;
        drawRows(canvas, layout, codes, index, top, node.inputZeroPoint);
        for (let pixel = 0; pixel < pixels; pixel += 1) sums.set(bias, pixel * stride);
        products.forEach((product, group) => {
          product.addTo(sums, stride, group * groupOutputs, canvas, starts, pixels, group * groupInputs);
        });
        const at = (index * outputRows + first) * outputColumns * outputs;
        stage.codes(sums, stride, pixels, outputs, made.data, at);
      }
    }
    return made;
  };
}

/** The bias of a row of sums, zero in the columns that fill up its panels. */
function paddedBias(bias: Codes, stride: number): Float64Array {
  const padded = new Float64Array(stride);
  padded.set(bias);
  return padded;
}
