import { fraction, type Fraction } from 'mathjs';
import { roundRational } from './rational.js';

/** A finite double as an exact fraction. */
export function exactly(value: number): Fraction {
  let denominator = 1n;
  let numerator = value;
  for (; !Number.isInteger(numerator); numerator *= 2) denominator *= 2n;
  return fraction(BigInt(numerator), denominator);
}

/** The float32 nearest to a rational of the normal or subnormal range, ties to even, by the definition of the format. */
export function nearestFloat32(value: Fraction): number {
  const { n, d } = value;
  if (n === 0n) return 0;
  let exponent = n.toString(2).length - d.toString(2).length;
  if (exponent >= 0 ? n < d << BigInt(exponent) : n << BigInt(-exponent) < d) exponent -= 1; // 2^exponent <= |value|
  const lastPlace = Math.max(exponent - 23, -149);
  const places =
    lastPlace >= 0
      ? fraction(value.s * n, d << BigInt(lastPlace))
      : fraction((value.s * n) << BigInt(-lastPlace), d);
  return Number(roundRational(places, 'halfEven')) * 2 ** lastPlace;
}
