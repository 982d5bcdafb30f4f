import type { IntDepthwiseConv2d } from '../../ir/ops/conv2d.js';
import { elementCount } from '../../tensor/shape.js';
import { storageType } from '../../tensor/tensor.js';
import { bandLayout, bandRows, tapOffsets, windowStarts } from '../fast/bands.js';
import { rowStride } from '../fast/canvas.js';
import { codesOf, formatOf, type Codes } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { BYTES_PER_LENGTH } from './bands.js';
import { BLOCK_CHANNELS, depthwiseModule } from './depthwise-function.js';
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
  const { depthwise } = workspace.functions(depthwiseModule());
  const { spread: spreadTo } = workspace.functions(spreadModule());
  const offsets = tapOffsets(node, layout);
  const starts = workspace.constant(windowStarts(node, layout, rows, outputColumns).map(inBytes));
  const taps = workspace.constant(inPairs(offsets).map(inBytes));
  const tapsEnd = taps + 4 * inPairs(offsets).length;
  const packed = workspace.constant(packTaps(weights.values, weights.zeroPoint, offsets.length, blocks));
  const padded = new Int32Array(blocks * BLOCK_CHANNELS);
  padded.set(biases);
  const biasAddress = workspace.constant(padded);
  const stage = bindStage(node, result, channels, memory, ranges);

  return memory.banded({
    result,
    images: batch,
    lines: outputRows,
    mostLines: rows,
    macs: MACS_OF_PRODUCT * elementCount(result.shape) * offsets.length,
    scratchBytes: [
      canvas.bytes,
      rows * outputColumns * sumStride,
      ...(multiplier > 1 ? [canvas.bytes * multiplier] : []),
    ],
    run(images, made, [drawn, sums, spreadOut], { image, firstLine, lines }) {
      const undrawn = (rows - lines) * node.strideHeight;
      canvas.draw(drawn!, images, image, firstLine * node.strideHeight - node.padTop, layout.rows - undrawn);
      if (multiplier > 1) spreadTo!(drawn!, canvas.bytes / 2, multiplier, spreadOut!);
      const pixels = lines * outputColumns;
      depthwise!(spreadOut ?? drawn!, starts, pixels, taps, tapsEnd, packed, biasAddress, blocks, sums!);
      stage.run(sums!, sumStride, pixels, made, (image * outputRows + firstLine) * outputColumns);
    },
  });
}

const inBytes = (offset: number): number => 2 * offset;

/** An odd number of taps ends with one twice, which then meets a weight of 0. */
function inPairs(taps: Int32Array): Int32Array {
  return taps.length % 2 === 0 ? taps : Int32Array.of(...taps, taps.at(-1)!);
}

/** Weights [channel][tap] less their zero point in the order of `depthwiseModule`, zero where there is none. */
function packTaps(values: Codes, zeroPoint: number, taps: number, blocks: number): Int16Array {
  const pairs = Math.ceil(taps / 2);
  const packed = new Int16Array(blocks * pairs * 2 * BLOCK_CHANNELS);
  values.forEach((value: number, index: number) => {
    const tap = index % taps;
    const channel = (index - tap) / taps;
    const within = channel % BLOCK_CHANNELS;
    const block = (channel - within) / BLOCK_CHANNELS;
    packed[((block * pairs + (tap >> 1)) * BLOCK_CHANNELS + within) * 2 + (tap & 1)] = value - zeroPoint;
  });
  return packed;
}
