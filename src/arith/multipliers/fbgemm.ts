import { assert } from '../../core/errors.js';
import { nearestEven } from '../float-scale.js';

/**
 * FBGEMM's `ChooseRequantizationMultiplier` with 32 bits of precision (pytorch/FBGEMM@71d6f8b229d9 src/QuantUtils.cc):
 * the float32 scale is brought to [0.5, 1] by powers of two (1 itself is left alone), then to 31 bits, ties to even. Where
 * that gives 2^31 it is halved. `scale ≈ multiplier / 2^rightShift`.
 */
export function chooseRequantizationMultiplier(factor: number): {
  readonly multiplier: number;
  readonly rightShift: number;
} {
  let scale = Math.fround(factor);
  assert(scale > 0 && scale < Infinity, 'a factor is a positive float32', { factor });
  let rightShift = 31;
  for (; scale < 0.5; rightShift += 1) scale = Math.fround(scale * 2);
  for (; scale > 1; rightShift -= 1) scale = Math.fround(scale / 2);
  const multiplier = Number(nearestEven(scale * 2 ** 31));
  return multiplier === 2 ** 31
    ? { multiplier: 2 ** 30, rightShift: rightShift - 1 }
    : { multiplier, rightShift };
}
