import {
  expOnNegativeValues,
  oneMinusOverOnePlus,
  oneOverOnePlus,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul,
} from './gemmlowp.js';
import { INT32, saturate } from './int-format.js';
import { bitLength } from './integer-math.js';

/**
 * Functions TFLite builds from gemmlowp's 32-bit fixed point, bit for bit. Qi.f is an int32 of value `raw · 2^−f`, f = 31 − i.
 *
 * `logistic` and `tanh` are `fixedpoint/fixedpoint.h` at google/gemmlowp@16e8662c3491, the others
 * `kernels/internal/common.h` at tensorflow/tflite-micro@90b983c2b3f1.
 */

const ONE_Q31 = (1n << 31n) - 1n; // the largest Q0.31, which stands for 1
const SQRT_HALF_Q31 = 1518500250n;

const multiply = saturatingRoundingDoublingHighMul;
const magnitude = (a: bigint): bigint => (a < 0n ? -a : a);
const shiftLeft = (a: bigint, bits: number): bigint => saturate(a << BigInt(bits), INT32);

/**
 * `logistic`: 1 / (1 + exp(−a)) in Q0.31 of a with `integerBits` integer bits, 0 to 5. TFLite's int8 LOGISTIC has 4.
 *
 * @example
 * logistic(0n); // 1073741824n: 1/2
 */
export function logistic(a: bigint, integerBits = 4): bigint {
  if (a === 0n) return 1n << 30n;
  const positive = oneOverOnePlus(expOnNegativeValues(-magnitude(a), integerBits));
  return a > 0n ? positive : ONE_Q31 - positive;
}

/**
 * `tanh`: (1 − exp(−2a)) / (1 + exp(−2a)) in Q0.31 of a with `integerBits` integer bits, 0 to 4. TFLite's int8 TANH has 4.
 * Doubling a costs nothing: the same bits are read with one integer bit more.
 *
 * @example
 * tanh(0n); // 0n
 */
export function tanh(a: bigint, integerBits = 4): bigint {
  if (a === 0n) return 0n;
  const positive = oneMinusOverOnePlus(expOnNegativeValues(-magnitude(a), integerBits + 1));
  return a > 0n ? positive : -positive;
}

/** `1 / sqrt(value) = multiplier · 2^(leftShift − 31)`. */
export interface InverseSquareRoot {
  readonly multiplier: number;
  /** At most 0. */
  readonly leftShift: number;
}

/**
 * `GetInvSqrtQuantizedMultiplierExp` with its shift turned to the left: five Newton steps in Q3.28 from 1. 0 counts as 1.
 *
 * @example
 * inverseSquareRoot(4n); // { multiplier: 1073741828, leftShift: 0 }: 1/2, four units too large
 */
export function inverseSquareRoot(value: bigint): InverseSquareRoot {
  if (value <= 1n) return { multiplier: Number(ONE_Q31), leftShift: 0 };
  let scaled = value;
  let rightShift = 11;
  for (; scaled >= 1n << 29n; rightShift += 1) scaled /= 4n;
  const bitPairs = Math.floor((31 - bitLength(scaled)) / 2) - 1;
  rightShift -= bitPairs;
  scaled <<= BigInt(2 * bitPairs); // in [2^27, 2^29)

  const half = roundingDivideByPot(scaled >> 1n, 1);
  const threeHalves = 3n << 27n;
  let x = 1n << 28n;
  for (let step = 0; step < 5; step += 1) {
    const cube = shiftLeft(multiply(multiply(x, x), x), 6);
    x = shiftLeft(multiply(threeHalves, x) - multiply(half, cube), 3);
  }
  x = multiply(x, SQRT_HALF_Q31);
  return rightShift < 0
    ? { multiplier: Number(x << BigInt(-rightShift)), leftShift: 0 }
    : { multiplier: Number(x), leftShift: 0 - rightShift };
}

/** 2^(−1/4), the middle of the mantissas [2^(−1/2), 1) on a logarithmic scale; ln 2; all constants in Q0.31. */
const MIDDLE = 1805811301n;
const LN2 = 1488522236n;
/** Coefficients of the rational function of the logarithm around the middle, with u = 2^(1/4). */
const U_11_240 = 117049297n; // 11 u / 240
const U_1_20 = 127690142n; // u / 20
const TWO_OVER_U_MINUS_U = 1057819769n; // 2 / u − u
const U_1_4 = 638450708n; // u / 4

/**
 * `log_x_for_x_greater_than_or_equal_to_1_impl`: ln(x) with `outputIntegerBits` of x ≥ 1 with `inputIntegerBits`. LOG_SOFTMAX
 * takes Q12.19 and makes Q5.26.
 *
 *     x = r · 2^e,  e a multiple of 1/2 less 1/4,  r in [2^(−1/2), 1) beside rounding
 *     ln x = (e · ln 2) + ln(r · 2^(1/4)),  the second by a rational function of q = 2 (r − 2^(−1/4))
 *
 * Two candidates of (r, e) are formed, from x and from x / sqrt 2; the smaller r and the larger e win.
 */
export function naturalLogarithm(x: bigint, inputIntegerBits: number, outputIntegerBits: number): bigint {
  const sumIntegerBits = outputIntegerBits + 1; // head room for the sum
  const exponentOf = (whole: number): bigint => shiftLeft(BigInt(whole), 31 - sumIntegerBits);
  const quarter = roundingDivideByPot(1n << 29n, sumIntegerBits);

  const headroom = 31 - bitLength(x);
  const fromWhole = shiftLeft(multiply(shiftLeft(x, headroom), SQRT_HALF_Q31), 1);
  const wholeExponent = saturate(exponentOf(inputIntegerBits - headroom - 1) + quarter, INT32);
  const scaledHeadroom = 31 - bitLength(multiply(x, SQRT_HALF_Q31));
  const fromScaled = shiftLeft(x, scaledHeadroom);
  const scaledExponent = saturate(exponentOf(inputIntegerBits - scaledHeadroom) - quarter, INT32);

  const r = fromWhole < fromScaled ? fromWhole : fromScaled;
  const exponent = wholeExponent > scaledExponent ? wholeExponent : scaledExponent;
  const p = (r + MIDDLE + 1n) >> 1n;
  const q = 2n * (r - MIDDLE);
  const square = multiply(q, q);
  const numerator = multiply(q, r) + multiply(multiply(q, square), U_11_240);
  const denominatorMinusOne =
    multiply(p, TWO_OVER_U_MINUS_U + q + multiply(U_1_20, square)) + multiply(U_1_4, q);
  const mantissaPart = multiply(
    roundingDivideByPot(numerator, sumIntegerBits),
    oneOverOnePlus(denominatorMinusOne),
  );
  return shiftLeft(multiply(exponent, LN2) + mantissaPart, 1);
}
