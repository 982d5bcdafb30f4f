import { outputHeight, outputWidth, type Window2d } from '../../src/tensor/window.js';
import type { Attributes } from './onnx-attributes.js';
import type { CaseTensor } from './onnx-cases.js';

/** Image or batch entry, channel, row, column. */
export type Position = readonly [number, number, number, number];

/** The window of a convolution or pooling over two spatial axes. */
export function windowAttributes(attributes: Attributes, kernel: readonly number[]): Window2d {
  if (kernel.length !== 2) throw new Error(`a kernel of ${kernel.length} axes, only 2 are known`);
  attributes.mustBe('auto_pad', 'NOTSET');
  const [strideHeight, strideWidth] = attributes.ints('strides', [1, 1]) as [number, number];
  const [dilationHeight, dilationWidth] = attributes.ints('dilations', [1, 1]) as [number, number];
  const [padTop, padLeft, padBottom, padRight] = attributes.ints('pads', [0, 0, 0, 0]) as Position;
  return {
    kernelHeight: kernel[0]!,
    kernelWidth: kernel[1]!,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padTop,
    padBottom,
    padLeft,
    padRight,
  };
}

/** Extents of the result over an NCHW image. */
export function outputExtents(dims: readonly number[], window: Window2d, channels: number): Position {
  return [dims[0]!, channels, outputHeight(dims[2]!, window), outputWidth(dims[3]!, window)];
}

/** One value per position of the result, rows first. */
export function overWindows(dims: Position, at: (position: Position) => number): number[] {
  const [images, channels, height, width] = dims;
  return Array.from({ length: images * channels * height * width }, (_, index) => {
    const [column, row] = [index % width, Math.floor(index / width) % height];
    const plane = Math.floor(index / (width * height));
    return at([Math.floor(plane / channels), plane % channels, row, column]);
  });
}

/** The values under a window, rows first; undefined where it lies on padding. */
export function covered(
  { dims, data }: CaseTensor,
  window: Window2d,
  [image, channel, row, column]: Position,
): (number | undefined)[] {
  const [, channels, height, width] = dims as Position;
  const plane = (image * channels + channel) * height;
  return Array.from({ length: window.kernelHeight * window.kernelWidth }, (_, tap) => {
    const y =
      row * window.strideHeight -
      window.padTop +
      Math.floor(tap / window.kernelWidth) * window.dilationHeight;
    const x =
      column * window.strideWidth - window.padLeft + (tap % window.kernelWidth) * window.dilationWidth;
    const inside = y >= 0 && y < height && x >= 0 && x < width;
    return inside ? data[(plane + y) * width + x]! : undefined;
  });
}

/** Whether the only window is the whole image without padding, which ONNX Runtime pools as a global average. */
export function isWholeImage(dims: readonly number[], window: Window2d): boolean {
  const padding = window.padTop + window.padBottom + window.padLeft + window.padRight;
  return dims[2] === window.kernelHeight && dims[3] === window.kernelWidth && padding === 0;
}
