import { elementBytes } from '../../tensor/tensor.js';
import { rowStride, type CanvasLayout } from '../fast/canvas.js';
import type { KernelMemory } from './kernel-memory.js';
import { drawModule, type NarrowType } from './widen-function.js';

/** Draws pieces of images as int16 with a border, all of one layout (`fast/canvas.ts`). */
export class WideCanvas {
  readonly bytes: number;
  readonly #layout: CanvasLayout;
  /** Of a row of the canvas, and of a row of an image. */
  readonly #stride: number;
  readonly #length: number;
  readonly #fill: number;
  readonly #elementBytes: number;
  readonly #draw: (...operands: number[]) => void;

  constructor(layout: CanvasLayout, type: NarrowType, fill: number, memory: KernelMemory) {
    this.#layout = layout;
    this.#stride = rowStride(layout);
    this.#length = layout.width * layout.channels;
    this.#fill = fill;
    this.#elementBytes = elementBytes(type);
    this.#draw = memory.workspace.functions(drawModule(type))['draw']!;
    this.bytes = 2 * layout.rows * this.#stride;
  }

  /** Draws `rows` rows from `firstRow` on of image `index` of a batch; rows outside the image are the fill. */
  draw(canvas: number, images: number, index: number, firstRow: number, rows: number): void {
    const { height, channels, padLeft, padRight } = this.#layout;
    const stride = this.#stride;
    const length = this.#length;
    const begin = Math.max(firstRow, 0);
    const end = Math.min(firstRow + rows, height);
    const lines = Math.max(end - begin, 0);
    const before = lines === 0 ? rows * stride : (begin - firstRow) * stride + padLeft * channels;
    const after = lines === 0 ? 0 : padRight * channels + (firstRow + rows - end) * stride;
    const isWhole = stride === length;
    this.#draw(
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
