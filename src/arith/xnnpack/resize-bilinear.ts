import { roundHalfEven } from '../float-rounding.js';
import type { BilinearTap, ResizeAxis } from '../tflite/resize.js';

/** Fraction bits of a weight. */
export const XNNPACK_BILINEAR_FRACTION_BITS = 11;
const ONE = 2 ** XNNPACK_BILINEAR_FRACTION_BITS;

/**
 * Where XNNPACK's RESIZE_BILINEAR of int8 and uint8 reads (`xnn_indirection_init_resize_bilinear2d_hwc_q11`, `src/indirection.c` at
 * google/XNNPACK@76d24a4c8545): positions are float32 values, held inside the input with half-pixel centers; the way from the tap
 * below to the one above is rounded half to even to 1/2048. The exact blend of four codes is rounded half up, once
 * (`s8-ibilinear` and `u8-ibilinear`, scalar).
 */
export function xnnpackBilinearTaps({ input, output, ...mode }: ResizeAxis): BilinearTap[] {
  const corners = mode.alignCorners && output > 1 ? 1 : 0;
  const scale = Math.fround((input - corners) / (output - corners));
  const offset = Math.fround(Math.fround(scale / 2) - 0.5);
  return Array.from({ length: output }, (_, i) => {
    const start = Math.fround(i * scale);
    const position = mode.halfPixelCenters
      ? Math.max(0, Math.min(input - 1, Math.fround(start + offset)))
      : start;
    const lower = Math.trunc(position);
    const fraction = roundHalfEven(Math.fround(Math.fround(position - lower) * ONE));
    return { lower, upper: Math.min(lower + 1, input - 1), fraction };
  });
}
