/** An odd, square kernel, padded so that stride 1 keeps the extent. */
export interface SquareWindow {
  readonly kernel: number;
  readonly stride: number;
}

export function padOf({ kernel }: SquareWindow): number {
  return (kernel - 1) / 2;
}

export function outputExtent(inputExtent: number, window: SquareWindow): number {
  return Math.floor((inputExtent + 2 * padOf(window) - window.kernel) / window.stride) + 1;
}

/** One pairing of an output pixel, a tap of the kernel and the input pixel under it. */
export type VisitTap = (outputPixel: number, tap: number, inputPixel: number) => void;

/** Visits every pairing inside one image of `height x width`; taps on the padding are left out. */
export function forEachTap(height: number, width: number, window: SquareWindow, visit: VisitTap): void {
  const { kernel, stride } = window;
  const pad = padOf(window);
  const outputHeight = outputExtent(height, window);
  const outputWidth = outputExtent(width, window);
  for (let outputRow = 0; outputRow < outputHeight; outputRow += 1) {
    for (let outputColumn = 0; outputColumn < outputWidth; outputColumn += 1) {
      for (let tap = 0; tap < kernel * kernel; tap += 1) {
        const row = outputRow * stride - pad + Math.floor(tap / kernel);
        const column = outputColumn * stride - pad + (tap % kernel);
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        visit(outputRow * outputWidth + outputColumn, tap, row * width + column);
      }
    }
  }
}
