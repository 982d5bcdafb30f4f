import type { Shape } from '../../tensor/shape.js';
import type { Window2d } from '../../tensor/window.js';
import { scratch } from './scratch.js';

/** Rows and columns of zeros around an image. */
export interface Border {
  readonly padTop: number;
  readonly padBottom: number;
  readonly padLeft: number;
  readonly padRight: number;
}

/** Layout of one image of a batch, in doubles and inside a border of zeros, so that no window has to ask for its edges. */
export class PaddedImage {
  readonly #height: number;
  readonly #width: number;
  readonly #channels: number;
  readonly #border: Border;
  readonly #paddedWidth: number;
  readonly #length: number;

  /** @param shape of the batch, NHWC. */
  constructor(shape: Shape, border: Border) {
    this.#height = shape[1]!;
    this.#width = shape[2]!;
    this.#channels = shape[3]!;
    this.#border = border;
    this.#paddedWidth = border.padLeft + this.#width + border.padRight;
    this.#length = (border.padTop + this.#height + border.padBottom) * this.#paddedWidth * this.#channels;
  }

  /** Where the pixel at a row and column of the padded image begins; linear in both, so it also converts distances. */
  offset(row: number, column: number): number {
    return (row * this.#paddedWidth + column) * this.#channels;
  }

  /** Image `index` of the batch `x`, in scratch memory. */
  load(x: Float32Array, index: number): Float64Array {
    const image = scratch(this.#length);
    image.fill(0, 0, this.#length);
    const rowLength = this.#width * this.#channels;
    for (let row = 0; row < this.#height; row += 1) {
      const from = (index * this.#height + row) * rowLength;
      const to = this.offset(this.#border.padTop + row, this.#border.padLeft);
      for (let i = 0; i < rowLength; i += 1) image[to + i] = x[from + i]!;
    }
    return image;
  }
}

/** Where the window of each output pixel begins in the padded image. */
export function windowStarts(node: Window2d, image: PaddedImage, height: number, width: number): Int32Array {
  return Int32Array.from({ length: height * width }, (_, pixel) =>
    image.offset(Math.floor(pixel / width) * node.strideHeight, (pixel % width) * node.strideWidth),
  );
}

/** Distances from a window's beginning to its taps, in the order of the weights; the first `columns` of each kernel row. */
export function windowTaps(node: Window2d, image: PaddedImage, columns: number): Int32Array {
  return Int32Array.from({ length: node.kernelHeight * columns }, (_, tap) =>
    image.offset(Math.floor(tap / columns) * node.dilationHeight, (tap % columns) * node.dilationWidth),
  );
}
