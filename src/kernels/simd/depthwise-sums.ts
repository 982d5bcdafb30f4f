import type { Window2d } from '../../tensor/window.js';
import { tapOffsets, windowStarts } from '../fast/bands.js';
import { rowStride, type CanvasLayout } from '../fast/canvas.js';
import type { Codes } from '../fast/operands.js';
import {
  depthwise3x3Module,
  GROUP_CHANNELS,
  TAP_PAIRS,
  type ColumnStride,
} from './depthwise-3x3-function.js';
import { BLOCK_CHANNELS, depthwiseModule } from './depthwise-function.js';
import type { KernelMemory } from './kernel-memory.js';

/** Windows over the canvases of a layer, on as many channels as there are weights. */
export interface DepthwiseWindows {
  readonly window: Window2d;
  readonly layout: CanvasLayout;
  /** Of windows: most in a band. */
  readonly lines: number;
  /** Of windows, in a line. */
  readonly columns: number;
}

/** [channel][tap] */
export interface DepthwiseWeights {
  readonly values: Codes;
  readonly zeroPoint: number;
}

/** Writes the sums of so many lines of windows of a canvas, pixel after pixel in blocks of channels. */
export type WriteSums = (canvas: number, lines: number, sums: number) => void;

/** @param bias the address of the biases of `blocks` blocks of channels */
export function bindDepthwiseSums(
  windows: DepthwiseWindows,
  weights: DepthwiseWeights,
  bias: number,
  blocks: number,
  memory: KernelMemory,
): WriteSums {
  const bind = is3x3(windows.window) ? bindSums3x3 : bindSums;
  return bind(windows, weights, bias, blocks, memory);
}

const bindSums: typeof bindDepthwiseSums = (
  { window, layout, lines, columns },
  weights,
  bias,
  blocks,
  { workspace },
) => {
  const { depthwise } = workspace.functions(depthwiseModule());
  const offsets = tapOffsets(window, layout);
  const starts = workspace.constant(windowStarts(window, layout, lines, columns).map(inBytes));
  const taps = workspace.constant(inPairs(offsets).map(inBytes));
  const tapsEnd = taps + 4 * inPairs(offsets).length;
  const packed = workspace.constant(packTaps(weights, offsets.length, blocks));
  return (canvas, linesOfBand, sums) =>
    depthwise!(canvas, starts, linesOfBand * columns, taps, tapsEnd, packed, bias, blocks, sums);
};

const inBytes = (offset: number): number => 2 * offset;

/** An odd number of taps ends with one twice, which then meets a weight of 0. */
function inPairs(taps: Int32Array): Int32Array {
  return taps.length % 2 === 0 ? taps : Int32Array.of(...taps, taps.at(-1)!);
}

/** Weights less their zero point in the order of `depthwiseModule`, zero where there is none. */
function packTaps({ values, zeroPoint }: DepthwiseWeights, taps: number, blocks: number): Int16Array {
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

/** Whether windows are those of `depthwise3x3Module`. */
function is3x3({ kernelHeight, kernelWidth, strideWidth, dilationHeight, dilationWidth }: Window2d): boolean {
  const isDense = dilationHeight === 1 && dilationWidth === 1;
  return kernelHeight === 3 && kernelWidth === 3 && isDense && strideWidth <= 2;
}

const bindSums3x3: typeof bindDepthwiseSums = (
  { window: { strideHeight, strideWidth }, layout, columns },
  weights,
  bias,
  blocks,
  { workspace },
) => {
  const { depthwise3x3 } = workspace.functions(depthwise3x3Module(strideWidth as ColumnStride));
  const rowBytes = inBytes(rowStride(layout));
  const pixelBytes = inBytes(layout.channels);
  const groups = Math.ceil(layout.channels / GROUP_CHANNELS);
  const packed = workspace.constant(packTaps3x3(weights, groups));
  const between = [strideHeight * rowBytes, rowBytes, pixelBytes] as const;
  const sumStride = 4 * BLOCK_CHANNELS * blocks;
  return (canvas, lines, sums) =>
    depthwise3x3!(canvas, lines, columns, ...between, packed, bias, groups, sums, sumStride);
};

/** Weights less their zero point in the order of `depthwise3x3Module`, zero where there is none. */
function packTaps3x3({ values, zeroPoint }: DepthwiseWeights, groups: number): Int16Array {
  const taps = 9;
  const packed = new Int16Array(groups * TAP_PAIRS.length * 2 * GROUP_CHANNELS);
  for (let channel = 0; channel < values.length / taps; channel += 1) {
    const within = channel % GROUP_CHANNELS;
    const group = (channel - within) / GROUP_CHANNELS;
    TAP_PAIRS.forEach((ofPair, pair) => {
      const first = ((group * TAP_PAIRS.length + pair) * GROUP_CHANNELS + within) * 2;
      ofPair.forEach((tap, place) => {
        if (tap !== null) packed[first + place] = values[channel * taps + tap]! - zeroPoint;
      });
    });
  }
  return packed;
}
