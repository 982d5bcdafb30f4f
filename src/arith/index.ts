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
  type GenericRequantizer,
  type MultiplyShift,
  type Requantizer,
  type RequantizerStyle,
  type ShiftOnly,
  type StackRequantizer,
} from './requantizer.js';
export { requantize, requantizeToCode } from './requantize.js';
export { quantizeMultiplier, type QuantizedMultiplier } from './multipliers/tflite.js';
export { requantizerFor } from './requantizer-for.js';
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
export { REQUANTIZER_RULES, findRule, ruleOf } from './requantizers/registry.js';
export type { RuleName } from './requantizers/names.js';
export type {
  Dyadic,
  Equality,
  Factor,
  OutputGrid,
  ParameterSpec,
  Parameters,
  RequantizerCase,
  RequantizerRule,
  ZeroPointAddition,
} from './requantizers/rule.js';
export {
  accumulate,
  type Accumulation,
  type AccumulatorFormat,
  type OverflowPolicy,
  type Trap,
} from './accumulator.js';
