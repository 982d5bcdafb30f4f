import { lowestWhereBeyond32, saturate32 } from '../saturate.js';
import type { FastRule } from './fast-rule.js';
import { addExactly, addInUint8, addWrapping, clampOnly } from './finish.js';
import { awayFromZero, nearestOfMacro, nearestProduct, nearestSum } from './float-scale.js';
import { chain } from './round.js';

/** Rules that multiply by a scale in floating point. */

/** Clamping before the rounding, as XNNPACK and ONNX Runtime do, gives the same: bounds are integers. */
const nearest: FastRule = { round: (p) => nearestProduct(p.scale), finish: addExactly };

/** The same for sums of either width: doubles hold both. */
const tfliteFloat64: FastRule = {
  round: (p) => chain(awayFromZero(p.scale), lowestWhereBeyond32),
  finish: addWrapping,
};

export const floatRules = {
  'tflite-float64': tfliteFloat64,
  'tflite-float64-int64': tfliteFloat64,
  'xnnpack-fp32': nearest,
  'qnnpack-fp32': nearest,
  'fbgemm-float': nearest,
  'fbgemm-float-avx2': {
    round: (p) => chain(nearestProduct(p.scale), lowestWhereBeyond32),
    finish: addInUint8,
  },
  pytorch: nearest,
  onnxruntime: nearest,
  'onnx-reference': { round: (p, { zeroPoint }) => nearestSum(p.scale, zeroPoint), finish: clampOnly },
  'gemmini-scale': {
    round: (p) => chain(nearestProduct(p.scale), saturate32),
    finish: clampOnly,
  },
  'gemmini-scale-c-model': { round: (p) => nearestOfMacro(p.scale), finish: clampOnly },
} satisfies Record<string, FastRule>;
