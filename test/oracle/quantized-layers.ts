import type { OutputGrid } from '../../src/arith/requantizers/rule.js';
import { tflite } from './multipliers.js';
import { oracleCode } from './requantizers/index.js';

/** The scales of a layer, float32 values. */
export interface LayerScales {
  readonly input: number;
  readonly weight: number;
  readonly output: number;
}

export type LayerKind = 'convolution' | 'fullyConnected' | 'matMul';

/** A sum of products of int8 codes to a code. */
export type EndOfSum = (acc: number, scales: LayerScales, output: OutputGrid, kind: LayerKind) => number;

const { fround } = Math;
/** Double product and quotient. */
const factor = ({ input, weight, output }: LayerScales): number => (input * weight) / output;
/** The product of the scales is a float32. */
const floatFactor = ({ input, weight, output }: LayerScales): number => fround(input * weight) / output;
/** The quotient is one, too. */
const floatScale = (scales: LayerScales): number => fround(floatFactor(scales));

const doubleRounding = (rule: 'tflite-double' | 'cmsis-nn-double', real: number): EndOfSum => {
  const { multiplier, shift } = tflite(real);
  const parameters = { multiplier: Number(multiplier), leftShift: shift };
  return (acc, _scales, output) => Number(oracleCode(rule, { acc: BigInt(acc), parameters, output }));
};

const floating =
  (
    rule: 'onnxruntime' | 'xnnpack-fp32' | 'tflite-float64',
    scaleOf: (scales: LayerScales) => number,
  ): EndOfSum =>
  (acc, scales, output) =>
    Number(oracleCode(rule, { acc: BigInt(acc), parameters: { scale: scaleOf(scales) }, output }));

/** How layers of int8 codes end under each semantics, in exact arithmetic but for the factors. */
export const endsOfSums: Readonly<Record<string, EndOfSum>> = {
  onnxruntime: floating('onnxruntime', floatScale),
  'tflite-xnnpack': floating('xnnpack-fp32', floatScale),
  'tflite-reference': (acc, scales, output, kind) => {
    if (kind === 'fullyConnected') return floating('tflite-float64', factor)(acc, scales, output, kind);
    const real = kind === 'matMul' ? floatFactor(scales) : factor(scales);
    return doubleRounding('tflite-double', real)(acc, scales, output, kind);
  },
  'cmsis-nn-double': (acc, scales, output, kind) =>
    doubleRounding('cmsis-nn-double', factor(scales))(acc, scales, output, kind),
  'xnnpack-fp32': floating('xnnpack-fp32', (scales) => fround(factor(scales))),
};
