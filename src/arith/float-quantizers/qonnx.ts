import { roundDouble, roundHalfEven } from '../float-rounding.js';
import type { CodeRange } from '../requantizer.js';

/**
 * The quantizers of QONNX (fastmachinelearning/qonnx@cc2ec17b7d6a, `custom_op/general/intquant.py`, `trunc.py`,
 * `multithreshold.py`), which FINN and Brevitas exports use. Values are float32.
 */

/** What each of QONNX's `rounding_mode`s makes of a float32. `HALF_UP` and `HALF_DOWN`, `UP` and `DOWN` look at magnitudes. */
const ROUNDINGS = {
  ROUND: roundHalfEven,
  HALF_EVEN: roundHalfEven,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  UP: (value: number) => roundDouble(value, 'awayFromZero'),
  DOWN: Math.trunc,
  HALF_UP: (value: number) => ofMagnitude(value, (magnitude) => Math.floor(Math.fround(magnitude + 0.5))),
  HALF_DOWN: (value: number) => ofMagnitude(value, (magnitude) => Math.ceil(Math.fround(magnitude - 0.5))),
} as const satisfies Readonly<Record<string, (value: number) => number>>;

export type QonnxRounding = keyof typeof ROUNDINGS;

export const QONNX_ROUNDINGS = Object.keys(ROUNDINGS) as readonly QonnxRounding[];

/**
 * A float32 rounded in one of QONNX's modes. `HALF_UP` is half away from zero and `HALF_DOWN` half towards zero, but for the
 * float32 addition of 1/2, which rounds as well: 0.49999997 + 0.5 is 1.
 *
 * @example
 * qonnxRound(-2.5, 'HALF_UP');        // -3
 * qonnxRound(-0.49999997, 'HALF_UP'); // -1
 */
export function qonnxRound(value: number, mode: QonnxRounding): number {
  return ROUNDINGS[mode](value) + 0;
}

function ofMagnitude(value: number, rounded: (magnitude: number) => number): number {
  return Math.sign(value) * rounded(Math.abs(value));
}

export interface QonnxFormat {
  readonly bits: number;
  readonly signed: boolean;
  /** One code fewer: signed loses the smallest, unsigned the largest. */
  readonly narrow: boolean;
}

/**
 * The codes of a format: −2^(b−1) … 2^(b−1) − 1 or 0 … 2^b − 1, less one where it is narrow.
 *
 * @example
 * qonnxRange({ bits: 8, signed: true, narrow: true });  // −127 … 127
 * qonnxRange({ bits: 8, signed: false, narrow: true }); // 0 … 254
 */
export function qonnxRange({ bits, signed, narrow }: QonnxFormat): CodeRange {
  const missing = narrow ? 1 : 0;
  return signed
    ? { min: -(2 ** (bits - 1)) + missing, max: 2 ** (bits - 1) - 1 }
    : { min: 0, max: 2 ** bits - 1 - missing };
}

export interface QonnxGrid {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly format: QonnxFormat;
  readonly rounding: QonnxRounding;
}

/**
 * `Quant` (`IntQuant`), the integer before it is scaled back: unlike ONNX the zero point is added and the clamp applied before
 * the rounding. One signed bit is the sign, 1 or −1, and 0 counts as positive.
 */
export function qonnxQuantize(x: number, { scale, zeroPoint, format, rounding }: QonnxGrid): number {
  const steps = Math.fround(Math.fround(x / scale) + zeroPoint);
  if (format.bits === 1 && format.signed) return steps >= 0 ? 1 : -1;
  const { min, max } = qonnxRange(format);
  return qonnxRound(Math.max(min, Math.min(max, steps)), rounding);
}

/**
 * `Trunc`, the integer before it is scaled back: the code of the input (half to even) is divided by the power of two nearest to
 * `outputScale / scale` on a logarithmic axis, clamped, and rounded in its mode.
 */
export function qonnxTruncate(x: number, outputScale: number, grid: QonnxGrid): number {
  const code = roundHalfEven(Math.fround(Math.fround(x / grid.scale) + grid.zeroPoint));
  const divisor = 2 ** roundHalfEven(Math.log2(outputScale / grid.scale));
  const { min, max } = qonnxRange(grid.format);
  const bounded = Math.max(min, Math.min(max, Math.fround(code / divisor)));
  return qonnxRound(bounded, grid.rounding);
}

/**
 * `MultiThreshold`: how many thresholds the value reaches, `x ≥ t`, times a scale plus a bias. A requantizer as a sorted list of
 * thresholds: any monotone rounding rule can be written so, and a tie goes up where the threshold lies on it.
 */
export function multiThreshold(
  x: number,
  thresholds: readonly number[],
  outputScale = 1,
  outputBias = 0,
): number {
  return outputScale * thresholds.filter((threshold) => x >= threshold).length + outputBias;
}
