import { assertNever } from '../../core/errors.js';
import type { RoundingMode } from '../../arith/rounding.js';

/** A rounding mode as `round(x / 2^shift) = floor((x + addend) / 2^shift)`, the addend one of two. */
export interface RoundingAddends {
  /** `sign`: the second where x < 0. `parity`: the second where `floor(x / 2^shift)` is odd. */
  readonly chosenBy: 'sign' | 'parity';
  /** Both in [0, 2^shift), so x = 0 gives 0 under either. */
  readonly addends: readonly [bigint, bigint];
}

/**
 * Let q = floor(x / 2^shift) and r = x − 2^shift · q. Then floor((x + addend) / 2^shift) is q + 1 where r + addend reaches
 * 2^shift, else q. `almost` = 2^shift − 1 moves every r > 0 up, `half` every r from the tie on, `half − 1` every r above it.
 */
export function roundingAddends(mode: RoundingMode, shift: number): RoundingAddends {
  const almost = (1n << BigInt(shift)) - 1n;
  const half = (almost + 1n) / 2n;
  const aboveHalf = shift === 0 ? 0n : half - 1n;
  switch (mode) {
    case 'floor':
      return { chosenBy: 'sign', addends: [0n, 0n] };
    case 'ceil':
      return { chosenBy: 'sign', addends: [almost, almost] };
    case 'towardZero':
      return { chosenBy: 'sign', addends: [0n, almost] };
    case 'awayFromZero':
      return { chosenBy: 'sign', addends: [almost, 0n] };
    case 'halfUp':
      return { chosenBy: 'sign', addends: [half, half] };
    case 'halfDown':
      return { chosenBy: 'sign', addends: [aboveHalf, aboveHalf] };
    case 'halfAwayFromZero':
      return { chosenBy: 'sign', addends: [half, aboveHalf] };
    case 'halfTowardZero':
      return { chosenBy: 'sign', addends: [aboveHalf, half] };
    case 'halfEven':
      return { chosenBy: 'parity', addends: [aboveHalf, half] };
    case 'halfOdd':
      return { chosenBy: 'parity', addends: [half, aboveHalf] };
    case 'jam':
      return { chosenBy: 'parity', addends: [almost, 0n] };
    default:
      return assertNever(mode);
  }
}
