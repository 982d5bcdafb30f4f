import type { ArrayArithmetic } from '../../ir/ops/array-arithmetic.js';
import type { Conv2dGeometry } from '../../ir/ops/conv2d.js';
import type { NodeBase } from '../../ir/graph.js';
import type { Shape } from '../../tensor/shape.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { bandLayout, bandRows, tapOffsets, windowStarts } from './bands.js';
import { drawRows, newCanvas, rowStride, type CanvasLayout } from './canvas.js';
import { GroupedProduct, sumStride } from './grouped-product.js';
import { codesOf, derived, emptyResult, largestCode } from './operands.js';
import { OutputStage } from './output-stage.js';
import type { Reach } from './product.js';

/** A node whose sums are those of a convolution. */
export type ConvolutionNode = NodeBase & ArrayArithmetic & { readonly op: string };

/** Without groups and dilation a row of taps is one run: NHWC keeps columns and channels side by side. */
export function reachOf(geometry: Conv2dGeometry, layout: CanvasLayout): Reach {
  const taps = tapOffsets(geometry, layout);
  const { kernelWidth, dilationWidth, groups } = geometry;
  if (groups > 1 || (dilationWidth > 1 && kernelWidth > 1)) return { taps, run: layout.channels / groups };
  return { taps: taps.filter((_, tap) => tap % kernelWidth === 0), run: kernelWidth * layout.channels };
}

/**
 * `acc = bias + Σ (weight − weightZeroPoint) · code` for any convolution, band by band.
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
  const { groups, strideHeight, padTop } = geometry;
  const stride = sumStride(outputs, groups);
  const lineLength = rowStride(bandLayout(geometry, input, 1)) * strideHeight + outputColumns * stride;
  const rows = bandRows(outputRows, lineLength);
  const layout = bandLayout(geometry, input, rows);
  const starts = windowStarts(geometry, layout, rows, outputColumns);
  const reach = reachOf(geometry, layout);
  const prepare = derived(constants, ([weight, bias]) => {
    const weights = { values: weight!, zeroPoint: node.weightZeroPoint, groups };
    return new GroupedProduct(weights, bias!, largestCode(x!, node.inputZeroPoint), reach);
  });
  const stage = new OutputStage(node, result);

  return ([images, ...tensors]) => {
    const product = prepare(tensors);
    const codes = codesOf(images);
    const made = emptyResult(result);
    const canvas = newCanvas(layout, node.inputZeroPoint);
    const sums = new Float64Array(starts.length * stride);
    for (let index = 0; index < batch; index += 1) {
      for (let first = 0; first < outputRows; first += rows) {
        const pixels = Math.min(rows, outputRows - first) * outputColumns;
        drawRows(canvas, layout, codes, index, first * strideHeight - padTop, node.inputZeroPoint);
        product.writeTo(sums, canvas, starts, pixels);
        const at = (index * outputRows + first) * outputColumns * outputs;
        stage.rows(sums, stride, pixels, outputs, made.data, at);
      }
    }
    return made;
  };
}
