import type { Shape } from '../../tensor/shape.js';
import { dilatedExtent, type Window2d } from '../../tensor/window.js';
import { rowStride, type CanvasLayout } from './canvas.js';

/**
 * Images are worked on in bands of output rows: the input rows that the windows of a band reach are drawn on a canvas,
 * and every product reads that canvas in place. Bands of one layer have one layout, so offsets are computed once.
 */

/** Doubles of a canvas and its sums that are worked on at a time: within a second-level cache. */
const BAND_LENGTH = 2 ** 15;

/** Output rows of a band of about `BAND_LENGTH` doubles, of `rowLength` doubles each. */
export function bandRows(outputRows: number, rowLength: number): number {
  return Math.max(1, Math.min(outputRows, Math.floor(BAND_LENGTH / rowLength)));
}

/** The part of an image that the windows of `rows` output rows reach. */
export function bandLayout(window: Window2d, input: Shape, rows: number): CanvasLayout {
  const [, height, width, channels] = input as [number, number, number, number];
  const { padLeft, padRight, strideHeight, kernelHeight, dilationHeight } = window;
  const reach = (rows - 1) * strideHeight + dilatedExtent(kernelHeight, dilationHeight);
  return { height, width, channels, padLeft, padRight, rows: reach };
}

/** Where the windows of a band start in its canvas, row by row. */
export function windowStarts(
  window: Window2d,
  layout: CanvasLayout,
  rows: number,
  columns: number,
): Int32Array {
  const { strideHeight, strideWidth } = window;
  return Int32Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    return row * strideHeight * rowStride(layout) + column * strideWidth * layout.channels;
  });
}

/** Where the taps of a kernel lie, relative to the start of its window, row by row. */
export function tapOffsets(window: Window2d, layout: CanvasLayout): Int32Array {
  const { kernelHeight, kernelWidth, dilationHeight, dilationWidth } = window;
  return Int32Array.from({ length: kernelHeight * kernelWidth }, (_, tap) => {
    const row = Math.floor(tap / kernelWidth);
    const column = tap % kernelWidth;
    return row * dilationHeight * rowStride(layout) + column * dilationWidth * layout.channels;
  });
}
