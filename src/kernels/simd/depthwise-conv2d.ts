import type { IntDepthwiseConv2d } from '../../ir/ops/conv2d.js';
import { elementCount } from '../../tensor/shape.js';
import { storageType } from '../../tensor/tensor.js';
import { bandLayout, bandRows } from '../fast/bands.js';
import { rowStride } from '../fast/canvas.js';
import { codesOf, formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { BYTES_PER_LENGTH } from './bands.js';
import { BLOCK_CHANNELS } from './depthwise-function.js';
import { bindDepthwiseSums } from './depthwise-sums.js';
import type { KernelMemory } from './kernel-memory.js';
import { spreadModule } from './spread-function.js';
import { bindStage } from './stage.js';
import { areInt32, sumRanges, weightsFitInt16 } from './sum-bounds.js';
import { WideCanvas } from './wide-canvas.js';
import { isNarrow } from './widen-function.js';

/** MACs of a product that take as long as one of a window of its own. */
const MACS_OF_PRODUCT = 5;

/** One filter per output channel, band by band; null where a weight or an activation does not fit int16, or a sum int32. */
export function bindDepthwiseConv2d(
  node: IntDepthwiseConv2d,
  [x, weight, bias]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const type = storageType(formatOf(x!));
  if (weight!.constant === null || bias!.constant === null || !isNarrow(type)) return null;
  const biases = codesOf(bias!.constant);
  const weights = { values: codesOf(weight!.constant), zeroPoint: node.weightZeroPoint };
  const ranges = sumRanges(weights, biases, formatOf(x!), node.inputZeroPoint);
  if (!weightsFitInt16(weights) || !areInt32(ranges)) return null;

  const [batch, , , inputs] = x!.shape as [number, number, number, number];
  const [, outputRows, outputColumns, channels] = result.shape as [number, number, number, number];
  const multiplier = channels / inputs;
  const blocks = Math.ceil(channels / BLOCK_CHANNELS);
  const sumStride = 4 * BLOCK_CHANNELS * blocks;
  const spread = [...x!.shape.slice(0, 3), channels];
  const lineBytes =
    2 * rowStride(bandLayout(node, spread, 1)) * node.strideHeight + outputColumns * sumStride;
  const rows = bandRows(outputRows, lineBytes / BYTES_PER_LENGTH);
  const layout = bandLayout(node, spread, rows);
  const canvas = new WideCanvas(bandLayout(node, x!.shape, rows), type, node.inputZeroPoint, memory);

  const { workspace } = memory;
  const { spread: spreadTo } = workspace.functions(spreadModule());
  const padded = new Int32Array(blocks * BLOCK_CHANNELS);
  padded.set(biases);
  const windows = { window: node, layout, lines: rows, columns: outputColumns };
  const writeSums = bindDepthwiseSums(windows, weights, workspace.constant(padded), blocks, memory);
  const stage = bindStage(node, result, channels, memory, ranges);

  return memory.banded({
    result,
    images: batch,
    lines: outputRows,
    mostLines: rows,
    macs: MACS_OF_PRODUCT * elementCount(result.shape) * node.kernelHeight * node.kernelWidth,
    scratchBytes: [
      canvas.bytes,
      rows * outputColumns * sumStride,
      ...(multiplier > 1 ? [canvas.bytes * multiplier] : []),
    ],
    run(images, made, [drawn, sums, spreadOut], { image, firstLine, lines }) {
      const undrawn = (rows - lines) * node.strideHeight;
      canvas.draw(drawn!, images, image, firstLine * node.strideHeight - node.padTop, layout.rows - undrawn);
      if (multiplier > 1) spreadTo!(drawn!, canvas.bytes / 2, multiplier, spreadOut!);
      writeSums(spreadOut ?? drawn!, lines, sums!);
      const firstPixel = (image * outputRows + firstLine) * outputColumns;
      stage.run(sums!, sumStride, lines * outputColumns, made, firstPixel);
    },
  });
}
