/** The integer rules, without the simulator: what the package exports as `bitmac/arith`. */
export {
  INT16,
  INT32,
  INT8,
  UINT8,
  fits,
  formatName,
  maxOf,
  minOf,
  saturate,
  wrap,
  type IntFormat,
} from './int-format.js';
export { ROUNDING_MODES, roundQuotient, roundShift, type RoundingMode } from './rounding.js';
export {
  channelCount,
  type CodeRange,
  type DoubleRounding,
  type MultiplyShift,
  type Requantizer,
  type RequantizerStyle,
  type ShiftOnly,
} from './requantizer.js';
export { requantize, requantizeToCode } from './requantize.js';
export { quantizeMultiplier, requantizerFor, type QuantizedMultiplier } from './quantize-multiplier.js';
export {
  expOnNegativeValues,
  oneOverOnePlus,
  reciprocal,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul,
  type Reciprocal,
} from './gemmlowp.js';
export { softmaxScaling, type SoftmaxScaling } from './softmax-scaling.js';
export { fixedPointLn, integerSqrt } from './integer-math.js';
