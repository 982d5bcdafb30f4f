import { INT16, INT32, saturate } from '../int-format.js';
import { bitLength } from '../integer-math.js';
import type { QuantizedMultiplier } from '../multipliers/tflite.js';
import { roundShift } from '../rounding.js';
import { multiplyByQuantizedMultiplier, quantizeMultiplierFor, type TfliteBuild } from './build.js';
import { interpolatedTable, lookUp } from './interpolated-table.js';
import { differencesToMaximum } from './softmax.js';

/**
 * SOFTMAX of int16 by two tables (`SoftmaxInt16`, `reference/softmax.h`, and `micro/kernels/softmax_common.cc` at
 * tensorflow/tflite-micro@90b983c2b3f1). Output grid: scale 2^−15, zero point 0.
 */
export interface SoftmaxInt16 {
  /** Differences of codes to units of 10/65535. */
  readonly rescale: QuantizedMultiplier;
  readonly build: TfliteBuild;
  readonly tables: SoftmaxTables;
}

/** exp on [−10, 0] and 1 / (1 + x) on [0, 1]. */
interface SoftmaxTables {
  readonly exponentials: readonly number[];
  readonly reciprocals: readonly number[];
}

/** Micro forms its tables in float32, the kernels of a desktop in double: two reciprocals differ. */
const ROUNDED_TO = { float32: Math.fround, double: (x: number): number => x } as const;
type Precision = keyof typeof ROUNDED_TO;

const formedTables = new Map<Precision, SoftmaxTables>();

/** Formed when they are first needed. */
function tablesIn(precision: Precision): SoftmaxTables {
  const formed = formedTables.get(precision);
  if (formed !== undefined) return formed;
  const round = ROUNDED_TO[precision];
  const tables = {
    exponentials: interpolatedTable((x) => round(Math.exp(x)), -10, 0, round),
    reciprocals: interpolatedTable((x) => round(1 / round(1 + x)), 0, 1, round),
  };
  formedTables.set(precision, tables);
  return tables;
}

/** The factor in double. */
export function prepareSoftmaxInt16(
  inputScale: number,
  beta: number,
  build: TfliteBuild,
  precision: Precision = 'float32',
): SoftmaxInt16 {
  const rescale = quantizeMultiplierFor((inputScale * beta) / (10 / 65535), build);
  return { rescale, build, tables: tablesIn(precision) };
}

/**
 * One row:
 *
 *     Eᵢ = exp(−10 … 0) of the rescaled difference to the maximum, in Q0.15;   S = Σ Eᵢ in Q16.15
 *     S  = m · 2^(16 − c) with c its leading zeros and m in [1, 2);   R = 1 / m in Q0.15
 *     yᵢ = Eᵢ · R / 2^(31 − c), half up, clamped to [0, 32767]
 */
export function softmaxInt16Row(row: readonly number[], { rescale, build, tables }: SoftmaxInt16): number[] {
  const exponentials = differencesToMaximum(row).map((difference) => {
    const { multiplier, leftShift } = rescale;
    const scaled = multiplyByQuantizedMultiplier(BigInt(difference), multiplier, leftShift, build);
    return lookUp(tables.exponentials, Number(saturate(scaled + 32767n, INT16)));
  });
  const sum = BigInt(exponentials.reduce((total, e) => total + e, 0));
  const leadingZeros = INT32.bits - bitLength(sum);
  const mantissa = roundShift(sum << BigInt(leadingZeros - 1), 14, 'halfUp'); // in Q15.16, 2^16 is 1
  const inverse = lookUp(tables.reciprocals, Number(saturate(mantissa - 98304n, INT16)));
  return exponentials.map((e) => {
    const code = roundShift(BigInt(e) * BigInt(inverse), 31 - leadingZeros, 'halfUp');
    return Math.max(Number(saturate(code, INT16)), 0);
  });
}
