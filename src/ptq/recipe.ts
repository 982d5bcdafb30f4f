import type { RequantizerStyle } from '../arith/requantizer.js';
import type { RuleName } from '../arith/requantizers/names.js';

/** How a float model becomes an integer one. Every choice is a field; the defaults are the white paper's W8A8 recipe. */
export interface Recipe {
  /** One weight scale per output channel, or one for the tensor (white paper 2.4.2). */
  readonly weightGranularity: 'perChannel' | 'perTensor';
  /** Range of a weight grid: the extremes, or the least squared error (white paper 3.1, eqs. 14 to 16). */
  readonly weightRange: RangeMethod;
  readonly activationRange: RangeMethod;
  /** 2 … 8. Weights are symmetric, signed and narrow: −(2^(bits−1) − 1) … 2^(bits−1) − 1. */
  readonly weightBits: number;
  /** 2 … 8. Activations are asymmetric and signed. */
  readonly activationBits: number;
  /**
   * The requantizer's family, or the rule of a stack that has a multiplier for any factor; `shift` restricts every scale to a
   * power of two (white paper 2.2.2).
   */
  readonly requantizer: RequantizerChoice;
}

/** One of our own families, or a rule of the registry. */
export type RequantizerChoice = RequantizerStyle | RuleName;

export type RangeMethod = 'minMax' | 'mse';

export const DEFAULT_RECIPE: Recipe = {
  weightGranularity: 'perChannel',
  weightRange: 'minMax',
  activationRange: 'minMax',
  weightBits: 8,
  activationBits: 8,
  requantizer: 'single',
};
