import { INT32, wrap } from '../int-format.js';
import type { OutputGrid } from './rule.js';

/** Bounds of a value, inclusive. */
export function clamp(value: bigint, min: bigint, max: bigint): bigint {
  if (value < min) return min;
  return value > max ? max : value;
}

/** Adds the zero point and clamps, in exact arithmetic. Clamping to `[min − zp, max − zp]` first gives the same. */
export function addExactly(raw: bigint, { zeroPoint, min, max }: OutputGrid): bigint {
  return clamp(raw + BigInt(zeroPoint), BigInt(min), BigInt(max));
}

/** Adds the zero point in int32, which wraps, and clamps: TFLite, ruy, CMSIS-NN, ESP-NN, gemmlowp in QNNPACK. */
export function addWrapping(raw: bigint, { zeroPoint, min, max }: OutputGrid): bigint {
  return clamp(wrap(raw + BigInt(zeroPoint), INT32), BigInt(min), BigInt(max));
}

/** Clamps, for hardware without a zero point. */
export function clampOnly(raw: bigint, { min, max }: OutputGrid): bigint {
  return clamp(raw, BigInt(min), BigInt(max));
}

/** Whether `raw + zeroPoint` stays in int32. */
export function sumFits(raw: bigint, { zeroPoint }: OutputGrid): boolean {
  const sum = raw + BigInt(zeroPoint);
  return wrap(sum, INT32) === sum;
}
