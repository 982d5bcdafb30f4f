import type { RoundingMode } from '../../src/arith/rounding.js';

/** What each mode makes of −2.5, −1.5, −0.5, 0.5, 1.5 and 2.5. */
export const ROUNDED_TIES: readonly [RoundingMode, readonly number[]][] = [
  ['floor', [-3, -2, -1, 0, 1, 2]],
  ['ceil', [-2, -1, 0, 1, 2, 3]],
  ['towardZero', [-2, -1, 0, 0, 1, 2]],
  ['awayFromZero', [-3, -2, -1, 1, 2, 3]],
  ['halfUp', [-2, -1, 0, 1, 2, 3]],
  ['halfDown', [-3, -2, -1, 0, 1, 2]],
  ['halfAwayFromZero', [-3, -2, -1, 1, 2, 3]],
  ['halfTowardZero', [-2, -1, 0, 0, 1, 2]],
  ['halfEven', [-2, -2, 0, 0, 2, 2]],
  ['halfOdd', [-3, -1, -1, 1, 1, 3]],
  ['jam', [-3, -1, -1, 1, 1, 3]],
];
