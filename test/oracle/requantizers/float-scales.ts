import { abs, fraction, multiply, subtract, type Fraction } from 'mathjs';
import { exactly } from '../float32.js';
import { roundRational } from '../rational.js';
import { FLOAT32_BITS, FLOAT64_BITS, isLess, nearest, productInFloat32, sumInFloat } from '../floats.js';
import { clampedTo, inInt32, placed, placedInInt32, saturated, saturatedToUint8 } from './registers.js';
import type { Oracle } from './oracle.js';

/** Requantizers with a scale that compute in floating point. */

const product: (request: Parameters<Oracle>[0]) => Fraction = ({ acc, parameters }) =>
  productInFloat32(acc, parameters['scale']!);

const nearestCode: Oracle = (request) => roundRational(product(request), 'halfEven');

/** To nearest, ties to even; a clamp before the rounding, at integers, is a clamp after it. */
const fp32: Oracle = (request) => placed(nearestCode(request), request.output);

/** What the x86 conversion cannot express becomes the lowest int32; then 16 bits, 8 bits. */
const fbgemmAvx2: Oracle = (request) => {
  const code = nearestCode(request);
  const converted = inInt32(code) ? code : -(2n ** 31n);
  const sum = saturated(saturated(converted, 16) + BigInt(request.output.zeroPoint), 16);
  return clampedTo(saturatedToUint8(sum), request.output);
};

/** numpy: product and sum as doubles, rounded with the zero point inside. */
const onnxReference: Oracle = ({ acc, parameters, output }) => {
  const exact = multiply(fraction(acc, 1n), exactly(parameters['scale']!)) as Fraction;
  const sum = sumInFloat(nearest(exact, FLOAT64_BITS), fraction(BigInt(output.zeroPoint), 1n), FLOAT64_BITS);
  return clampedTo(roundRational(sum, 'halfEven'), output);
};

/**
 * The exact product to the nearest double, that to the nearest integer with ties away from zero; what the x86 conversion cannot
 * express becomes the lowest int32.
 */
const tfliteFloat64: Oracle = ({ acc, parameters, output }) => {
  const exact = multiply(fraction(acc, 1n), exactly(parameters['scale']!)) as Fraction;
  const code = roundRational(nearest(exact, FLOAT64_BITS), 'halfAwayFromZero');
  return placedInInt32(inInt32(code) ? code : -(2n ** 31n), output);
};

/** Hardware: to int32 with saturation first. */
const gemmini: Oracle = (request) => clampedTo(saturated(nearestCode(request), 32), request.output);

/** The C model: the value cut toward zero, or the value moved on by 1 as a float32 and cut toward zero. */
const gemminiModel: Oracle = (request) => {
  const value = product(request);
  const cut = roundRational(value, 'towardZero');
  const one = fraction(value.s < 0n ? -1n : 1n, 1n);
  const next = roundRational(sumInFloat(value, one, FLOAT32_BITS), 'towardZero');
  const rest = abs(subtract(value, fraction(cut, 1n)));
  const half = fraction(1n, 2n);
  const stays = isLess(rest, half) || (!isLess(half, rest) && cut % 2n === 0n);
  return clampedTo(stays ? cut : next, request.output);
};

export const floatScaleOracles = {
  'tflite-float64': tfliteFloat64,
  'tflite-float64-int64': tfliteFloat64,
  'xnnpack-fp32': fp32,
  'qnnpack-fp32': fp32,
  'fbgemm-float': fp32,
  'fbgemm-float-avx2': fbgemmAvx2,
  pytorch: fp32,
  onnxruntime: fp32,
  'onnx-reference': onnxReference,
  'gemmini-scale': gemmini,
  'gemmini-scale-c-model': gemminiModel,
} satisfies Record<string, Oracle>;
