import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import type { Shape } from '../../tensor/shape.js';
import type { NodeBase } from '../graph.js';

/**
 * Inference-time batch normalization over the last axis (white paper eq. 9).
 * Inputs: x [..., channels], gamma, beta, mean, variance [channels].
 */
export interface FloatBatchNormalization extends NodeBase {
  readonly op: 'batchNormalization';
  readonly epsilon: number;
}

/** Softmax over the last axis of `beta · x`; beta is 1 where nothing is said. */
export interface FloatSoftmax extends NodeBase {
  readonly op: 'softmax' | 'logSoftmax';
  readonly beta?: number | undefined;
}

/**
 * Softmax over the last axis in fixed point, as TFLite computes it (`reference/softmax.h`): differences to the maximum,
 * rescaled by `multiplier · 2^(leftShift − 31)` to Q5.26, gemmlowp's exponential, a reciprocal, a rounding shift.
 * Differences below `smallestDifference` give the lowest output code. Output grid: scale 2^−bits, the lowest code is 0.
 */
export interface IntSoftmax extends NodeBase {
  readonly op: 'softmax';
  readonly multiplier: number;
  readonly leftShift: number;
  readonly smallestDifference: number;
}

/**
 * Log-softmax over the last axis: `y = clamp(requantize(d − ln Σ exp) + outputZeroPoint)`, the bracket in int32 with
 * `fractionBits` fraction bits, d = x − max. `differences` [codes of x] holds `round(scale · d · 2^fractionBits)` for d = 0, −1, …
 * and `exponentials` [codes of x] holds `round(exp(scale · d) · 2^fractionBits)`; their sum fits int32 and its logarithm is
 * `fixedPointLn` (`arith/integer-math.ts`). Inputs: x, differences, exponentials (int32 constants).
 */
export interface IntLogSoftmax extends NodeBase {
  readonly op: 'logSoftmax';
  readonly fractionBits: number;
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}

/** Inputs: x [..., features], gamma [features], beta [features] (optional). Over the last axis. */
export interface FloatLayerNormalization extends NodeBase {
  readonly op: 'layerNormalization';
  readonly epsilon: number;
}

/**
 * Layer normalization over the last axis in integers. Inputs: x [..., n], gamma [n] (int16 codes), beta [n] (int32).
 *
 *     d = n · x − Σ x                       (the zero point cancels)
 *     v = Σ d² / n + epsilon                integer division, rounded down; in units of (input scale / n)²
 *     r = isqrt(v · 2^(2 · fractionBits))   rounded down, at least 1
 *     t = round(d · 2^(2 · fractionBits) / r)   half away from zero: d / sqrt(v) with `fractionBits` fraction bits
 *     y = clamp(requantize(t · gamma + beta) + outputZeroPoint)
 */
export interface IntLayerNormalization extends NodeBase {
  readonly op: 'layerNormalization';
  /** The source's epsilon in units of (input scale / n)², rounded to an integer ≥ 0. */
  readonly epsilon: number;
  readonly fractionBits: number;
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}

export function perChannelProblems([x, ...parameters]: readonly Shape[]): string[] {
  return parameters
    .filter((shape) => shape.length !== 1 || shape[0] !== x!.at(-1))
    .map((shape) => `a parameter has shape ${shape.join('x')}, expected ${x!.at(-1)}`);
}
