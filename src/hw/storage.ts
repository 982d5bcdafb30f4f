import type { Accelerator, MacArray } from './accelerator.js';

/**
 * Bytes one activation occupies in a buffer and in DRAM: whole bytes, 1 up to 8 bits and 2 up to 16. Narrower values
 * are not packed.
 */
export function activationBytes(array: MacArray): number {
  return Math.ceil(array.activationBits / 8);
}

/** Bytes one weight occupies in a buffer and in DRAM, by the rule of `activationBytes`. */
export function weightBytes(array: MacArray): number {
  return Math.ceil(array.weightBits / 8);
}

/** Bytes of the buffers together; of a scratchpad, which is all of them, once. */
export function bufferBytes(
  machine: Pick<Accelerator, 'activationBuffer' | 'weightBuffer' | 'outputBuffer' | 'unified'>,
): number {
  const { activationBuffer, weightBuffer, outputBuffer, unified } = machine;
  if (unified === true) return activationBuffer.capacityBytes;
  return activationBuffer.capacityBytes + weightBuffer.capacityBytes + outputBuffer.capacityBytes;
}

/** Bytes that travel when `bytes` are moved to or from DRAM: whole bursts. */
export function burstBytes(bytes: number, dram: { readonly burstBytes: number }): number {
  return ceilDivide(bytes, dram.burstBytes) * dram.burstBytes;
}

/** `ceil(dividend / divisor)` without the rounding of a floating-point quotient; both safe integers, divisor positive. */
export function ceilDivide(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  return (dividend - remainder) / divisor + (remainder === 0 ? 0 : 1);
}
