import { assert } from '../../core/errors.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import type { FloatTensor, Tensor } from '../../tensor/tensor.js';
import type { Operand } from '../kernel.js';

/** The range of a node without a fused activation. */
export const UNBOUNDED: RealRange = { min: -Infinity, max: Infinity };

/** The nearest value from `min` to `max`; NaN stays NaN. */
export function clamp(value: number, min: number, max: number): number {
  return value < min ? min : value > max ? max : value;
}

/** The elements of a float32 operand. */
export function floats(operand: Tensor | undefined): Float32Array {
  return floatTensor(operand).data;
}

export function floatTensor(operand: Tensor | undefined): FloatTensor {
  assert(operand !== undefined && operand.type === 'float32', 'an operand of a float kernel is float32', {
    type: operand?.type,
  });
  return operand;
}

/** What a kernel derives from an operand: made when the kernel is bound where the operand is constant, else per call. */
export function derived<T>(
  operand: Operand,
  make: (values: Float32Array) => T,
): (operand: Tensor | undefined) => T {
  if (operand.constant === null) return (values) => make(floats(values));
  const made = make(floats(operand.constant));
  return () => made;
}
