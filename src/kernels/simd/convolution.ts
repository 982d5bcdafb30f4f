import type { Conv2dGeometry } from '../../ir/ops/conv2d.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import { storageType } from '../../tensor/tensor.js';
import { bandLayout, bandRows, windowStarts } from '../fast/bands.js';
import { rowStride } from '../fast/canvas.js';
import { reachOf, type ConvolutionNode } from '../fast/convolution.js';
import { codesOf, formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { BYTES_PER_LENGTH } from './bands.js';
import type { KernelMemory, Made } from './kernel-memory.js';
import type { Range } from './epilogues/plan.js';
import { GroupedPanels, sumStrideBytes } from './grouped-panels.js';
import { WideSums } from './wide-sums.js';
import { OutputStage } from '../fast/output-stage.js';
import { bindStage } from './stage.js';
import { tileFor } from './tile-choice.js';
import { areInt32, sumRanges, weightsFitInt16 } from './sum-bounds.js';
import { storageFor } from './weight-storage.js';
import { WideCanvas } from './wide-canvas.js';
import { isNarrow } from './widen-function.js';

/**
 * Any convolution with constant weights, band by band, as `fast/convolution.ts`; null where activations or weights are wider than int16.
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
  const storage = node.weightZeroPoint === 0 ? storageFor(formatOf(weight!)) : 'int16';
  const biases = codesOf(bias!.constant);
  if (!weightsFitInt16(weights)) return null;

  const [batch, outputRows, outputColumns, outputs] = output as [number, number, number, number];
  const { strideHeight, padTop } = geometry;
  const macs = (elementCount(output) * weights.values.length) / outputs;
  const tile = memory.decided(() => tileFor(outputs / geometry.groups, macs));
  const sumStride = sumStrideBytes(outputs, geometry.groups, tile);
  const lineBytes = 2 * rowStride(bandLayout(geometry, input, 1)) * strideHeight + outputColumns * sumStride;
  const rows = bandRows(outputRows, lineBytes / BYTES_PER_LENGTH);
  const layout = bandLayout(geometry, input, rows);
  const starts = windowStarts(geometry, layout, rows, outputColumns);
  const reach = reachOf(geometry, layout);
  const canvas = new WideCanvas(layout, type, node.inputZeroPoint, memory);
  const ranges = sumRanges(weights, biases, formatOf(x!), node.inputZeroPoint);
  // Sums on the way may wrap: addition modulo 2^32 ends right where the end fits.
  const stage = areInt32(ranges)
    ? productStage(
        node,
        result,
        new GroupedPanels(weights, storage, biases, starts, reach, tile, memory),
        memory,
        ranges,
      )
    : wideStage(node, result, new WideSums(weights, biases, formatOf(x!), starts, reach, tile, memory));

  return memory.banded({
    result,
    images: batch,
    lines: outputRows,
    mostLines: rows,
    macs,
    scratchBytes: [canvas.bytes, starts.length * stage.bytesPerRow],
    run(images, made, [drawn, sums], { image, firstLine, lines }) {
      const undrawn = (rows - lines) * strideHeight;
      canvas.draw(drawn!, images, image, firstLine * strideHeight - padTop, layout.rows - undrawn);
      const firstPixel = (image * outputRows + firstLine) * outputColumns;
      stage.run(drawn!, lines * outputColumns, sums!, made, firstPixel);
    },
  });
}

/** From a canvas to codes. */
interface ProductStage {
  /** Scratch for the sums of a row. */
  readonly bytesPerRow: number;
  readonly run: (canvas: number, rows: number, sums: number, made: Made, firstRow: number) => void;
}

function productStage(
  node: ConvolutionNode,
  result: Result,
  panels: GroupedPanels,
  memory: KernelMemory,
  ranges: readonly Range[],
): ProductStage {
  const stage = bindStage(node, result, result.shape.at(-1)!, memory, ranges);
  const { sumStride } = panels;
  return {
    bytesPerRow: sumStride,
    run(canvas, rows, sums, made, firstRow) {
      panels.writeSums(canvas, rows, sums);
      stage.run(sums, sumStride, rows, made, firstRow);
    },
  };
}

function wideStage(node: ConvolutionNode, result: Result, wide: WideSums): ProductStage {
  const stage = new OutputStage(node, result);
  const outputs = result.shape.at(-1)!;
  return {
    bytesPerRow: wide.bytesPerRow,
    run(canvas, rows, scratch, { value }, firstRow) {
      const sums = wide.sums(canvas, rows, scratch);
      stage.rows(sums, sums.length / rows, rows, outputs, value.data, firstRow * outputs);
    },
  };
}
