import type { CodeRange, Requantizer } from '../../arith/requantizer.js';

/**
 * Integer parameters of an operator with constant weights on the MAC array (white paper 2.4.1, eq. 13):
 *
 *     acc = bias + Σ (weight − weightZeroPoint) · x          int32, bias = b − inputZeroPoint · Σ (weight − weightZeroPoint)
 *     y   = clamp(requantize(acc) + outputZeroPoint)
 *
 * The bias constant already contains the input's zero point. The data-dependent term of asymmetric weights stays.
 */
export interface ArrayArithmetic {
  readonly inputZeroPoint: number;
  readonly weightZeroPoint: number;
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}
