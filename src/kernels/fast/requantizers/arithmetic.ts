import type { ApOverflow } from '../../../arith/requantizers/names.js';
import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import type { RoundingMode } from '../../../arith/rounding.js';
import type { Destination } from './overflow.js';
import type { Twice } from './twice.js';

/** How a rounded value is made to fit a narrower register before the zero point is added. */
export type Narrowing =
  | 'saturate8'
  | 'saturate16'
  | 'saturate17'
  | 'saturate32'
  /** −2^31 for whatever int32 does not hold. */
  | 'lowestWhereBeyond32'
  /** The low 8 bits, signed. */
  | 'wrap8';

/**
 * What the rules of the registry are made of, so that one table of rules (`exact-rules.ts`, `fixed-point-rules.ts`,
 * `float-rules.ts`) serves JavaScript functions (`closures.ts`) and emitted code (`kernels/simd`) alike.
 *
 * `V` is a value made of the accumulator: the first group makes one, the second changes it, the third makes the code of it.
 */
export interface Arithmetic<V> {
  /** `round(acc · multiplier / 2^shift)`; the ranges are those of `product.ts`. */
  readonly roundProduct: (multiplier: number, shift: number, mode: RoundingMode) => V;
  /** The same, cut to int32 as a register without a clamp does. */
  readonly wrapProduct: (multiplier: number, shift: number, mode: RoundingMode) => V;
  /** `floor((acc · multiplier + offset) / 2^shift)`, cut to int32. */
  readonly wrapAffine: (multiplier: number, offset: bigint, shift: number) => V;
  /** TOSA: ties up, and beyond a shift of 31 another 2^30 in the direction of the accumulator; cut to int32. */
  readonly wrapFusedTwice: (multiplier: number, shift: number) => V;
  /** CMSIS-NN's int64: rounded down one bit early, cut to int32, then halved with ties up in int32. */
  readonly halveAfterCut: (multiplier: number, shift: number) => V;
  readonly roundTwice: (twice: Twice, mode: RoundingMode) => V;
  readonly roundTwiceWrapping: (twice: Twice) => V;
  readonly floorThenUp: (twice: Twice) => V;
  readonly saturateFloorThenUp: (twice: Twice) => V;
  readonly addThenMultiply: (addend: number, multiplier: number, shift: number) => V;
  readonly moveThenMultiply16: (multiplier: number, exponent: number) => V;
  readonly addRandom: (random: number, shift: number) => V;
  readonly multiplyInInt32: (multiplier: number, offset: number, shift: number) => V;
  readonly shiftInInt32: (shift: number) => V;
  readonly nearestProduct: (scale: number) => V;
  readonly nearestSum: (scale: number, zeroPoint: number) => V;
  readonly awayFromZero: (scale: number) => V;
  readonly nearestOfMacro: (scale: number) => V;

  readonly narrow: (value: V, to: Narrowing) => V;
  readonly withOverflow: (value: V, destination: Destination, mode: ApOverflow) => V;

  readonly addExactly: Finish<V>;
  readonly addWrapping: Finish<V>;
  readonly clampOnly: Finish<V>;
}

/** A way from a rounded value to a code. */
export type Finish<V> = (value: V, output: OutputGrid) => V;
