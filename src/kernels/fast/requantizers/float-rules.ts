import type { Arithmetic } from './arithmetic.js';
import type { FastRule } from './fast-rule.js';
import { narrowingFinishes } from './finish.js';

/** Rules that multiply by a scale in floating point. */
export function floatRules<V>(arithmetic: Arithmetic<V>) {
  const { addExactly, addWrapping, awayFromZero, clampOnly, narrow, nearestProduct } = arithmetic;

  /** Clamping before the rounding, as XNNPACK and ONNX Runtime do, gives the same: bounds are integers. */
  const nearest: FastRule<V> = { round: (p) => nearestProduct(p.scale), finish: addExactly };

  /** The same for sums of either width: doubles hold both. */
  const tfliteFloat64: FastRule<V> = {
    round: (p) => narrow(awayFromZero(p.scale), 'lowestWhereBeyond32'),
    finish: addWrapping,
  };

  return {
    'tflite-float64': tfliteFloat64,
    'tflite-float64-int64': tfliteFloat64,
    'xnnpack-fp32': nearest,
    'qnnpack-fp32': nearest,
    'fbgemm-float': nearest,
    'fbgemm-float-avx2': {
      round: (p) => narrow(nearestProduct(p.scale), 'lowestWhereBeyond32'),
      finish: narrowingFinishes(arithmetic).addInUint8,
    },
    pytorch: nearest,
    onnxruntime: nearest,
    'onnx-reference': {
      round: (p, { zeroPoint }) => arithmetic.nearestSum(p.scale, zeroPoint),
      finish: clampOnly,
    },
    'gemmini-scale': {
      round: (p) => narrow(nearestProduct(p.scale), 'saturate32'),
      finish: clampOnly,
    },
    'gemmini-scale-c-model': { round: (p) => arithmetic.nearestOfMacro(p.scale), finish: clampOnly },
  } satisfies Record<string, FastRule<V>>;
}
