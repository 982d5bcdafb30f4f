import type { Conv2dGeometry } from '../../ir/ops/conv2d.js';
import type { Shape } from '../../tensor/shape.js';
import type { Window2d } from '../../tensor/window.js';
import type { FloatLoops } from './loops.js';

/** Rows and columns of zeros around an image. */
export interface Border {
  readonly padTop: number;
  readonly padBottom: number;
  readonly padLeft: number;
  readonly padRight: number;
}

/** Layout of one image of a batch inside a border of zeros, so that no window has to ask for its edges. */
export class PaddedImage {
  readonly #height: number;
  readonly #rowLength: number;
  readonly #channels: number;
  readonly #repeats: number;
  readonly #border: Border;
  readonly #paddedWidth: number;
  readonly #length: number;

  /**
   * @param shape of the batch, NHWC
   * @param repeats how often each channel is there, next to itself
   */
  constructor(shape: Shape, border: Border, repeats = 1) {
    const [, height, width, channels] = shape as [number, number, number, number];
    this.#height = height;
    this.#rowLength = width * channels;
    this.#channels = channels * repeats;
    this.#repeats = repeats;
    this.#border = border;
    this.#paddedWidth = border.padLeft + width + border.padRight;
    this.#length = (border.padTop + height + border.padBottom) * this.#paddedWidth * this.#channels;
  }

  /** Where the pixel at a row and column of the padded image begins; linear in both, so it also converts distances. */
  offset(row: number, column: number): number {
    return (row * this.#paddedWidth + column) * this.#channels;
  }

  /** Room for an image, the border drawn. */
  allocate(loops: FloatLoops): Float32Array {
    return loops.floats(this.#length).fill(0);
  }

  /** Draws image `index` of the batch `x` inside the border. */
  draw(x: Float32Array, index: number, image: Float32Array): void {
    const { padTop, padLeft, padRight } = this.#border;
    const together = padLeft + padRight === 0 ? this.#height : 1;
    const length = together * this.#rowLength;
    for (let row = 0; row < this.#height; row += together) {
      const from = (index * this.#height + row) * this.#rowLength;
      const to = this.offset(padTop + row, padLeft);
      if (this.#repeats === 1) image.set(x.subarray(from, from + length), to);
      else for (let i = 0; i < length; i += 1) this.#repeat(x[from + i]!, image, to + i * this.#repeats);
    }
  }

  #repeat(value: number, image: Float32Array, to: number): void {
    image.fill(value, to, to + this.#repeats);
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

/** What lies under a window for one group, in the order of the weights: `run` values from each tap on. */
export interface WindowRuns {
  readonly taps: Int32Array;
  readonly run: number;
}

/** Undilated and ungrouped, the taps of one kernel row are neighbours: one long run. */
export function windowRuns(node: Conv2dGeometry, image: PaddedImage, groupChannels: number): WindowRuns {
  const joined = node.groups === 1 && node.dilationWidth === 1;
  return {
    taps: windowTaps(node, image, joined ? 1 : node.kernelWidth),
    run: joined ? node.kernelWidth * groupChannels : groupChannels,
  };
}
