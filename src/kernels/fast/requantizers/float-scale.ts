import { roundHalfEven } from '../../../arith/float-rounding.js';
import type { Round } from './round.js';

/**
 * Requantizers that multiply in floating point, as `arith/float-scale.ts`: the accumulator becomes a float32, its product
 * with the scale another. The product of two float32 values has 48 bits and is exact in a double, so `Math.fround` rounds
 * it once, as the instruction does.
 */
const multiply = (acc: number, scale: number): number => Math.fround(Math.fround(acc) * scale);

/** To the nearest integer, ties to even. */
export function nearestProduct(scale: number): Round {
  return (acc) => roundHalfEven(multiply(acc, scale));
}

/** ONNX's reference evaluator: product and sum are doubles, rounded once each, and the zero point is part of the value. */
export function nearestSum(scale: number, zeroPoint: number): Round {
  return (acc) => roundHalfEven(acc * scale + zeroPoint);
}

/**
 * The product is one double, rounded to the nearest integer with ties away from zero. The rest of the magnitude is exact;
 * adding 1/2 instead would round 1/2 − 2^−54 up.
 */
export function awayFromZero(scale: number): Round {
  return (acc) => {
    const product = acc * scale;
    const magnitude = Math.abs(product);
    const below = Math.floor(magnitude);
    const rounded = magnitude - below >= 0.5 ? below + 1 : below;
    return product < 0 ? -rounded : rounded;
  };
}

/**
 * Gemmini's C model: the neighbour away from zero is `v ± 1` in float32, which may round up itself. `v − trunc(v)` is
 * exact.
 */
export function nearestOfMacro(scale: number): Round {
  return (acc) => {
    const v = multiply(acc, scale);
    const toward = Math.trunc(v);
    const remainder = Math.abs(v - toward);
    if (remainder < 0.5 || (remainder === 0.5 && toward % 2 === 0)) return toward;
    return Math.trunc(Math.fround(v < 0 ? v - 1 : v + 1));
  };
}
