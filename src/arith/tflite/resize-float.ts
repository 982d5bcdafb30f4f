import type { ResizeAxis } from './resize.js';

/** Two input positions and how far a position lies beyond the first, a float32. */
export interface FloatTap {
  readonly lower: number;
  readonly upper: number;
  readonly fraction: number;
}

/**
 * Where RESIZE_BILINEAR of uint8 reads in the reference kernels of TensorFlow Lite 2.21 (`ComputeInterpolationValues`, `reference_ops.h`): as for
 * floats, each step a float32. In front of the first pixel the fraction is negative and both taps are that pixel.
 */
export function floatBilinearTaps({ input, output, ...mode }: ResizeAxis): FloatTap[] {
  const corners = mode.alignCorners && output > 1 ? 1 : 0;
  const scale = Math.fround((input - corners) / (output - corners));
  return Array.from({ length: output }, (_, i) => {
    const position = mode.halfPixelCenters
      ? Math.fround(Math.fround((i + 0.5) * scale) - 0.5)
      : Math.fround(i * scale);
    const lower = Math.max(Math.floor(position), 0);
    const upper = Math.min(Math.ceil(position), input - 1);
    return { lower, upper, fraction: Math.fround(position - lower) };
  });
}

/**
 * Four uint8 codes around a position, in reading order, blended in float32 (`ResizeBilinear<uint8_t>`); the terms are added in
 * the order top left, bottom left, top right, bottom right, and half a step is added before the cut.
 */
export function floatBilinearCode(
  [topLeft, topRight, bottomLeft, bottomRight]: readonly [number, number, number, number],
  rowFraction: number,
  columnFraction: number,
): number {
  const [fromTop, fromLeft] = [Math.fround(1 - rowFraction), Math.fround(1 - columnFraction)];
  const terms = [
    term(topLeft, fromTop, fromLeft),
    term(bottomLeft, rowFraction, fromLeft),
    term(topRight, fromTop, columnFraction),
    term(bottomRight, rowFraction, columnFraction),
  ];
  const blend = terms.reduce((sum, one) => Math.fround(sum + one), 0);
  return Math.trunc(Math.fround(blend + 0.5));
}

const term = (code: number, row: number, column: number): number =>
  Math.fround(Math.fround(code * row) * column);
