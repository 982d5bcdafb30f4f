import type { Conv2dGeometry } from '../../ir/ops/conv2d.js';
import type { Shape } from '../../tensor/shape.js';
import { storageType } from '../../tensor/tensor.js';
import { bandLayout, bandRows, windowStarts } from '../fast/bands.js';
import { rowStride } from '../fast/canvas.js';
import { reachOf, type ConvolutionNode } from '../fast/convolution.js';
import { codesOf, formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import type { KernelMemory } from './kernel-memory.js';
import { GroupedPanels, sumStrideBytes } from './grouped-panels.js';
import { bindStage } from './stage.js';
import { sumsFitInt32, weightsFitInt16 } from './sum-bounds.js';
import { WideCanvas } from './wide-canvas.js';
import { isNarrow } from './widen-function.js';

/** Doubles of the plain kernel's bands in as many bytes as a canvas of int16 and sums of int32 take. */
const BYTES_PER_LENGTH = 8;

/**
 * Any convolution with constant weights, band by band, as `fast/convolution.ts`; null where activations or weights are wider than int16 or
 * sums may leave int32.
 *
 * @param input NHWC shape of x. @param output NHWC shape of the result.
 */
export function bindConvolution(
  node: ConvolutionNode,
  geometry: Conv2dGeometry,
  [x, weight, bias]: readonly Operand[],
  result: Result,
  input: Shape,
  output: Shape,
  memory: KernelMemory,
): BoundKernel | null {
  const type = storageType(formatOf(x!));
  if (weight!.constant === null || bias!.constant === null || !isNarrow(type)) return null;
  const weights = {
    values: codesOf(weight!.constant),
    zeroPoint: node.weightZeroPoint,
    groups: geometry.groups,
  };
  const biases = codesOf(bias!.constant);
  if (!weightsFitInt16(weights)) return null;
  if (!sumsFitInt32(weights, biases, formatOf(x!), node.inputZeroPoint)) return null;

  const [batch, outputRows, outputColumns, outputs] = output as [number, number, number, number];
  const { strideHeight, padTop } = geometry;
  const sumStride = sumStrideBytes(outputs, geometry.groups);
  const lineBytes = 2 * rowStride(bandLayout(geometry, input, 1)) * strideHeight + outputColumns * sumStride;
  const rows = bandRows(outputRows, lineBytes / BYTES_PER_LENGTH);
  const layout = bandLayout(geometry, input, rows);
  const starts = windowStarts(geometry, layout, rows, outputColumns);
  const panels = new GroupedPanels(weights, biases, starts, reachOf(geometry, layout), memory);
  const canvas = new WideCanvas(layout, type, node.inputZeroPoint, memory);
  const stage = bindStage(node, result, outputs, memory);

  return memory.kernel((call, [images]) => {
    const from = call.operand(images);
    const made = call.result(result);
    const drawn = call.scratch(canvas.bytes);
    const sums = call.scratch(starts.length * sumStride);
    canvas.clear(drawn);
    for (let index = 0; index < batch; index += 1) {
      for (let first = 0; first < outputRows; first += rows) {
        const pixels = Math.min(rows, outputRows - first) * outputColumns;
        canvas.draw(drawn, from, index, first * strideHeight - padTop);
        panels.writeSums(drawn, pixels, sums);
        stage.run(sums, sumStride, pixels, made.value, (index * outputRows + first) * outputColumns);
      }
    }
    return made.value;
  });
}
