import type { AffineGrid } from '../affine.js';
import { roundHalfEven } from '../float-rounding.js';
import { INT32, maxOf, minOf, wrap } from '../int-format.js';

const LARGEST_FLOAT32 = Math.fround(3.4028234663852886e38);

/** Natural logarithm of what is kept free below the largest float32, so that a sum of exponentials is finite. */
const RESERVE = 5;

/**
 * QLinearSoftmax of one row (`contrib_ops/cpu/quantization/qlinear_softmax.cc` at microsoft/onnxruntime@07d59c09d4b9).
 *
 * Exponentials of the distance to the largest code come from a table of float32 values that is scaled up as far as a float32
 * reaches; they are added one by one. Then
 *
 *     y = saturate(rne(f32(f32(e · floor(f32(1 / sy))) / sum)) + zy)
 *
 * with the output scale’s inverse cut to an integer. The zero point of the input means nothing here.
 *
 * A row of one code may overflow (its exponential times the inverse is beyond float32); what the x86-64 build makes of the
 * infinity is reproduced: 0 for uint8, −2^31 wrapped with the zero point for int8.
 */
export function qLinearSoftmax(codes: readonly number[], input: AffineGrid, output: AffineGrid): number[] {
  const exponential = exponentials(input.scale, codes.length);
  const largest = Math.max(...codes);
  const values = codes.map((code) => exponential(largest - code));
  const sum = values.reduce((total, value) => Math.fround(total + value), 0);
  const inverse = Math.floor(Math.fround(1 / output.scale));
  return values.map((value) => {
    const steps = Math.fround(Math.fround(value * inverse) / sum);
    const rounded = Number.isFinite(steps) ? roundHalfEven(steps) : output.format.signed ? minOf(INT32) : 0;
    const code = Number(wrap(BigInt(rounded + output.zeroPoint), INT32));
    return Math.max(minOf(output.format), Math.min(maxOf(output.format), code));
  });
}

/**
 * `exp(−distance · scale)` times a constant that depends on the scale and the length of the row only, as a float32.
 *
 * The exponent and the exponential are doubles; the logarithm of the constant is a float32.
 */
function exponentials(scale: number, count: number): (distance: number) => number {
  const headroom = Math.fround(Math.log(Math.fround(LARGEST_FLOAT32 / count)));
  const shift = Math.max(0, headroom - RESERVE) / scale;
  return (distance) => Math.fround(Math.exp((shift - distance) * scale));
}
