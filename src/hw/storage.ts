import type { Accelerator } from './accelerator.js';

/** Bytes that so many values of `bits` bits take side by side, in a row that ends on a whole byte. */
export function rowBytes(values: number, bits: number): number {
  return ceilDivide(values * bits, 8);
}

/** Bytes of a partial sum outside the accumulators: whole bytes. */
export function sumBytes({ bits }: { readonly bits: number }): number {
  return rowBytes(1, bits);
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
