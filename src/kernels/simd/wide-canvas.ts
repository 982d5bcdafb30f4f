import { elementBytes } from '../../tensor/tensor.js';
import type { Exports } from '../../wasm/workspace.js';
import { rowStride, type CanvasLayout } from '../fast/canvas.js';
import type { KernelMemory } from './kernel-memory.js';
import { widenModule, type NarrowType } from './widen-function.js';

/** Draws pieces of images as int16 with a border, all of one layout (`fast/canvas.ts`). */
export class WideCanvas {
  readonly bytes: number;
  readonly #layout: CanvasLayout;
  readonly #memory: KernelMemory;
  readonly #fill: number;
  readonly #elementBytes: number;
  readonly #functions: Exports;

  constructor(layout: CanvasLayout, type: NarrowType, fill: number, memory: KernelMemory) {
    this.bytes = 2 * layout.rows * rowStride(layout);
    this.#layout = layout;
    this.#memory = memory;
    this.#fill = fill;
    this.#elementBytes = elementBytes(type);
    this.#functions = memory.workspace.functions(widenModule(type));
  }

  /** Fills the borders: the right one of a row and the left one of the next lie side by side. */
  #clear(canvas: number, rows: number): void {
    const { width, channels, padLeft, padRight } = this.#layout;
    const border = (padLeft + padRight) * channels;
    if (border === 0) return;
    const values = this.#values(canvas, rows * rowStride(this.#layout));
    values.fill(this.#fill, 0, padLeft * channels);
    const stride = border + width * channels;
    for (let at = padLeft * channels + width * channels; at < rows * stride; at += stride) {
      values.fill(this.#fill, at, at + border);
    }
  }

  /** Draws `rows` rows from `firstRow` on of image `index` of a batch; rows outside the image are the fill. */
  draw(canvas: number, images: number, index: number, firstRow: number, rows: number): void {
    this.#clear(canvas, rows);
    const { height, width, channels, padLeft } = this.#layout;
    const stride = rowStride(this.#layout);
    const length = width * channels;
    const begin = Math.max(firstRow, 0);
    const end = Math.min(firstRow + rows, height);
    for (let row = 0; row < rows; row += 1) {
      if (firstRow + row >= begin && firstRow + row < end) continue;
      this.#values(canvas + 2 * (row * stride + padLeft * channels), length).fill(this.#fill);
    }
    if (begin >= end) return;
    const isWhole = stride === length;
    this.#functions['widen']!(
      images + (index * height + begin) * length * this.#elementBytes,
      length * this.#elementBytes,
      canvas + 2 * ((begin - firstRow) * stride + padLeft * channels),
      2 * stride,
      isWhole ? 1 : end - begin,
      isWhole ? (end - begin) * length : length,
    );
  }

  #values(address: number, length: number): Int16Array {
    return new Int16Array(this.#memory.workspace.memory.buffer, address, length);
  }
}
