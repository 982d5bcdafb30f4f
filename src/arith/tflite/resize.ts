import { roundShift } from '../rounding.js';
import type { TfliteBuild } from './build.js';
import { roundHalfAway } from '../float-rounding.js';

/** How output positions along one axis map to input positions. */
export interface ResizeAxis {
  readonly input: number;
  readonly output: number;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** A blend of two input positions, `(2^10 − fraction) · lower + fraction · upper`. */
export interface BilinearTap {
  readonly lower: number;
  readonly upper: number;
  /** 0 … 2^10. */
  readonly fraction: number;
}

/** Fraction bits of positions along an axis. */
export const BILINEAR_FRACTION_BITS = 10;
const ONE = 2 ** BILINEAR_FRACTION_BITS;

/**
 * Where RESIZE_BILINEAR of int8 reads (`ComputeInterpolationValuesInteger`, `reference/resize_bilinear.h` at
 * tensorflow/tflite-micro@90b983c2b3f1): positions in units of 1/1024, the step between them rounded half up.
 */
export function bilinearTaps({ input, output, alignCorners, halfPixelCenters }: ResizeAxis): BilinearTap[] {
  const step =
    alignCorners && output > 1
      ? Math.floor((ONE * (input - 1) + Math.floor((output - 1) / 2)) / (output - 1))
      : Math.floor((ONE * input + Math.floor(output / 2)) / output);
  return Array.from({ length: output }, (_, i) => {
    const position = i * step + (halfPixelCenters ? Math.floor(step / 2) - ONE / 2 : 0);
    const lower = Math.max(Math.trunc(position / ONE), 0);
    const upper = Math.min(Math.trunc((position + ONE - 1) / ONE), input - 1);
    // In front of the first pixel both taps are that pixel, and TFLite's weight is negative without effect.
    return { lower, upper, fraction: Math.max(position - ONE * lower, 0) };
  });
}

/** Four codes around a position, in reading order, blended; ties go away from zero, or up where the build rounds once. */
export function bilinearCode(
  codes: readonly [number, number, number, number],
  rowFraction: number,
  columnFraction: number,
  build: TfliteBuild,
): number {
  const across = (left: number, right: number): number =>
    (ONE - columnFraction) * left + columnFraction * right;
  const sum = (ONE - rowFraction) * across(codes[0], codes[1]) + rowFraction * across(codes[2], codes[3]);
  const mode = build === 'double' ? 'halfAwayFromZero' : 'halfUp';
  return Number(roundShift(BigInt(sum), 2 * BILINEAR_FRACTION_BITS, mode));
}

/**
 * Where RESIZE_NEAREST_NEIGHBOR reads (`GetNearestNeighbor`, `reference/resize_nearest_neighbor.h`): a float32 scale; rounded half away
 * from zero with aligned corners, down without.
 */
export function nearestPositions({ input, output, alignCorners, halfPixelCenters }: ResizeAxis): number[] {
  const scale = Math.fround(alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output);
  return Array.from({ length: output }, (_, i) => {
    const position = Math.fround((halfPixelCenters ? i + 0.5 : i) * scale);
    const nearest = alignCorners ? roundHalfAway(position) : Math.floor(position);
    return Math.min(nearest, input - 1);
  });
}
