/** Drawing requantizers and their cases with fast-check, and properties of them: what the package exports as `bitmac/testing`. */
export { anyAccumulator, anyInteger } from './integers.js';
export { anyClamp, anyCode, anyOutput } from './codes.js';
export { anyMultiplier, anyMultiplierShift, anyParameters } from './parameters.js';
export { anyGenericRequantizer, anyRequantizer } from './requantizers.js';
export { anyRequantizerCase, type CaseOptions } from './cases.js';
export type { RequantizerContract, RequantizerSubject } from './contract.js';
export { requantizerProperties, type RequantizerProperties } from './properties/index.js';
export type { Bias } from './properties/bias.js';
export type {
  AnsweredCase,
  CheckOptions,
  PropertyOutcome,
  RequantizerProperty,
} from './properties/property.js';
