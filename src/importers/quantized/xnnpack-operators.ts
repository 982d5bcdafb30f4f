import { xnnpackConvert, xnnpackLeakyRelu } from '../../arith/float-quantizers/xnnpack-elementwise.js';
import type { Requantizer } from '../../arith/requantizer.js';
import type { AffineGrid } from '../../arith/affine.js';
import type { BinaryRuleName } from '../../arith/operators/names.js';
import type { BinaryOperands, IntOperator, StackOperators } from './stack-operators.js';
import { tfliteOperators } from './tflite-operators.js';
import { tabulate } from './tflite-tables.js';

/** A float32 scale per output channel. */
export function floatScaleRequantizer(
  rule: 'xnnpack-fp32' | 'onnxruntime',
  scales: readonly number[],
): Requantizer {
  return { kind: 'stack', rule, channels: scales.map((scale) => ({ scale })) };
}

const ofRule = (rule: BinaryRuleName, { inputs, output, clamp }: BinaryOperands): IntOperator => ({
  op: 'stackBinary',
  rule,
  inputGrids: inputs,
  outputGrid: output,
  clamp,
});

/** Whether XNNPACK takes a sum: both ratios of scales lie in [2^−10, 2^8). */
function takesSum({ inputs, output }: BinaryOperands): boolean {
  return inputs.every(({ scale }) => within(Math.fround(scale / output.scale), 2 ** -10, 2 ** 8));
}

const within = (ratio: number, least: number, below: number): boolean => ratio >= least && ratio < below;

const takesConversion = (input: AffineGrid, output: AffineGrid): boolean =>
  input.format.signed === output.format.signed &&
  input.format.bits === output.format.bits &&
  within(Math.fround(input.scale / output.scale), 2 ** -8, 2 ** 7);

/**
 * The operators that the XNNPACK delegate takes over from TensorFlow Lite, on 8-bit codes; it leaves the others, and those
 * whose scales are out of its reach, to TensorFlow Lite's own kernels (tensorflow/tensorflow 2.21,
 * `lite/delegates/xnnpack/xnnpack_delegate.cc`).
 */
export const xnnpackOperators: StackOperators = {
  ...tfliteOperators,
  product: (operator, operands) => {
    const { input, weightScales, output } = operands;
    if (input.format.bits > 8 || operator === 'matMul') return tfliteOperators.product(operator, operands);
    const scales = weightScales.map((scale) => Math.fround(Math.fround(input.scale * scale) / output.scale));
    return floatScaleRequantizer('xnnpack-fp32', scales);
  },
  sum: (op, operands) =>
    operands.output.format.bits === 8 && takesSum(operands)
      ? ofRule(op === 'add' ? 'xnnpack-add' : 'xnnpack-sub', operands)
      : tfliteOperators.sum(op, operands),
  multiply: (operands) => {
    const { inputs, output } = operands;
    const scale = Math.fround(Math.fround(inputs[0].scale * inputs[1].scale) / output.scale);
    return output.format.bits === 8 && within(scale, 2 ** -16, 2 ** 8)
      ? ofRule('xnnpack-mul', operands)
      : tfliteOperators.multiply(operands);
  },
  table: (f, input, output) =>
    f.kind === 'leakyRelu' && takesConversion(input, output)
      ? tabulate(input, (code) => xnnpackLeakyRelu(code, Math.fround(f.slope), input, output))
      : tfliteOperators.table(f, input, output),
  requantize: (input, output) =>
    takesConversion(input, output)
      ? tabulate(input, (code) => xnnpackConvert(code, input, output))
      : tfliteOperators.requantize(input, output),
};
