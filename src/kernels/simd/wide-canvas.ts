import { elementBytes } from '../../tensor/tensor.js';
import type { Exports } from '../../wasm/workspace.js';
import { rowStride, type CanvasLayout } from '../fast/canvas.js';
import type { KernelMemory } from './kernel-memory.js';
import { drawModule, type NarrowType } from './widen-function.js';

/** Draws pieces of images as int16 with a border, all of one layout (`fast/canvas.ts`). */
export class WideCanvas {
  readonly bytes: number;
  readonly #layout: CanvasLayout;
  readonly #fill: number;
  readonly #elementBytes: number;
  readonly #functions: Exports;

  constructor(layout: CanvasLayout, type: NarrowType, fill: number, memory: KernelMemory) {
    this.bytes = 2 * layout.rows * rowStride(layout);
    this.#layout = layout;
    this.#fill = fill;
    this.#elementBytes = elementBytes(type);
    this.#functions = memory.workspace.functions(drawModule(type));
  }

  /** Draws `rows` rows from `firstRow` on of image `index` of a batch; rows outside the image are the fill. */
  draw(canvas: number, images: number, index: number, firstRow: number, rows: number): void {
    const { height, width, channels, padLeft, padRight } = this.#layout;
    const stride = rowStride(this.#layout);
    const length = width * channels;
    const begin = Math.max(firstRow, 0);
    const end = Math.min(firstRow + rows, height);
    const lines = Math.max(end - begin, 0);
    const [before, after] =
      lines === 0
        ? [rows * stride, 0]
        : [
            (begin - firstRow) * stride + padLeft * channels,
            padRight * channels + (firstRow + rows - end) * stride,
          ];
    const isWhole = stride === length;
    this.#functions['draw']!(
      images + (index * height + begin) * length * this.#elementBytes,
      isWhole ? 1 : lines,
      isWhole ? lines * length : length,
      canvas,
      before,
      stride - length,
      after,
      this.#fill,
    );
  }
}
