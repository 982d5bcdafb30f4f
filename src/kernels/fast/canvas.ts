import type { Codes } from './operands.js';

/** Layout of a piece of an image in doubles: whole rows with a border on both sides, so that no window asks for edges. */
export interface CanvasLayout {
  /** The image's height. */
  readonly height: number;
  /** The image's width, without borders. */
  readonly width: number;
  readonly channels: number;
  readonly padLeft: number;
  readonly padRight: number;
  /** Rows of the piece. */
  readonly rows: number;
}

/** Doubles between the rows of a canvas. */
export function rowStride({ width, channels, padLeft, padRight }: CanvasLayout): number {
  return (padLeft + width + padRight) * channels;
}

/** A canvas whose borders, which no later piece overwrites, are filled in. */
export function newCanvas(layout: CanvasLayout, fill: number): Float64Array {
  return new Float64Array(layout.rows * rowStride(layout)).fill(fill);
}

/** Copies rows `firstRow`, `firstRow + 1`, … of image `index` of a batch; rows outside the image are `fill`. */
export function drawRows(
  canvas: Float64Array,
  layout: CanvasLayout,
  images: Codes,
  index: number,
  firstRow: number,
  fill: number,
): void {
  const { height, width, channels, padLeft, rows } = layout;
  const stride = rowStride(layout);
  const length = width * channels;
  for (let row = 0; row < rows; row += 1) {
    const y = firstRow + row;
    const to = row * stride + padLeft * channels;
    if (y < 0 || y >= height) {
      canvas.fill(fill, to, to + length);
    } else {
      const from = (index * height + y) * length;
      canvas.set(images.subarray(from, from + length), to);
    }
  }
}
