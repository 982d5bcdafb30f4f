import { roundHalfEven } from '../float-rounding.js';
import { factsOf, defineRule } from './define.js';
import { clamp } from './output.js';
import { scaled } from './parameters.js';
import type { RequantizerRule } from './rule.js';
import { deriveScale, floatScale } from './xnnpack.js';

const LEAST = 2 ** -64;
const MOST = 2 ** 31;

/** `f32(f32(xScale · wScale) / yScale)`: how QLinearConv and QLinearMatMul form the scale of their requantizer. */
export function qLinearScale(xScale: number, wScale: number, yScale: number): number {
  return Math.fround(Math.fround(xScale * wScale) / yScale);
}

const parameters = scaled(LEAST, MOST);

const referenceDefinition = {
  name: 'onnx-reference',
  stack: 'ONNX reference evaluator',
  formula: 'clamp(rne(f64(f64(acc * scale) + zp))), scale as in onnxruntime',
  source: 'onnx/onnx@f7546912001b onnx/reference/ops/op_qlinear_conv.py',
  parameters,
  zeroPoint: 'beforeRounding',
  derive: deriveScale(MOST, LEAST),
} as const;

/** The product with the float32 scale and the sum with the zero point are doubles: an odd zero point turns every tie. */
const reference: RequantizerRule = {
  ...factsOf(referenceDefinition),
  contract: '',
  holds: () => true,
  factor: (p) => parameters.factor({ scale: p['scale']! }),
  exact: (acc, p) => {
    const { multiplier, rightShift } = parameters.factor({ scale: p['scale']! });
    return { numerator: acc * multiplier, shift: rightShift };
  },
  code: ({ acc, parameters: p, output: { zeroPoint, min, max } }) =>
    clamp(BigInt(roundHalfEven(Number(acc) * p['scale']! + zeroPoint)), BigInt(min), BigInt(max)),
};

export const onnxRuntimeRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'onnxruntime',
    stack: 'ONNX Runtime',
    formula: 'rne(clamp(f32(f32(acc) * scale), qmin - zp, qmax - zp)) + zp, scale = f32(f32(xs * ws) / ys)',
    source: 'onnxruntime-node 1.30.0 and onnxruntime-web 1.30.0, QLinearConv and QLinearMatMul (executed)',
    parameters,
    raw: floatScale,
    zeroPoint: 'exact',
    derive: deriveScale(MOST, LEAST),
    equalTo: [
      {
        rule: 'xnnpack-fp32',
        when: '2^-32 <= scale < 256',
        holds: ({ parameters }) => parameters['scale']! >= 2 ** -32 && parameters['scale']! < 256,
      },
    ],
  }),
  reference,
];
