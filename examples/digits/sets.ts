/** A set of drawn digits: the same seed and count always give the same digits. */
export interface DigitSet {
  readonly seed: number;
  readonly count: number;
}

export const TRAINING_SET: DigitSet = { seed: 1, count: 48_000 };
export const CALIBRATION_SET: DigitSet = { seed: 2, count: 200 };
export const TEST_SET: DigitSet = { seed: 3, count: 1000 };

export const INITIAL_WEIGHTS_SEED = 4;
