import type { AffineGrid } from '../../arith/affine.js';
import { xnnpackConvert, xnnpackLeakyRelu } from '../../arith/float-quantizers/xnnpack-elementwise.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import { quantizeMultiplier } from '../../arith/multipliers/tflite.js';
import type { BinaryRuleName } from '../../arith/operators/names.js';
import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import { exactSigmoidInt16 } from '../../arith/tflite/logistic-int16.js';
import { quotientFactor } from '../../arith/tflite/scales.js';
import { float32Elu, float32Tanh } from '../../arith/tflite/byte-table.js';
import { xnnpackLogistic, xnnpackTable } from '../../arith/xnnpack/unary-table.js';
import { xnnpackCodesWithin } from '../../arith/xnnpack/activation-range.js';
import { XNNPACK_BILINEAR_FRACTION_BITS, xnnpackBilinearTaps } from '../../arith/xnnpack/resize-bilinear.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import { isLogSoftmaxGrid, isSigmoidInt16Grid, isSoftmaxGrid } from './fixed-grids.js';
import type { BinaryOperands, IntOperator, StackOperators } from './stack-operators.js';
import { integerResize, multipliedProduct, tfliteReferenceOperators } from './tflite-operators.js';
import { tabulate } from './tflite-tables.js';

/** Every int32 rounds under this factor as under any smaller one: to 0. */
const LEAST_SCALE = 2 ** -32;

/** A float32 scale per output channel; those of channels with next to no weights are raised to the least that rules know. */
export function floatScaleRequantizer(
  rule: 'xnnpack-fp32' | 'onnxruntime',
  scales: readonly number[],
): Requantizer {
  return { kind: 'stack', rule, channels: scales.map((scale) => ({ scale: Math.max(scale, LEAST_SCALE) })) };
}

const clampOf = (range: RealRange | null, output: AffineGrid): CodeRange =>
  xnnpackCodesWithin([range?.min ?? -Infinity, range?.max ?? Infinity], output);

const ofRule = (rule: BinaryRuleName, { inputs, output, range }: BinaryOperands): IntOperator => ({
  op: 'stackBinary',
  rule,
  inputGrids: inputs,
  outputGrid: output,
  clamp: clampOf(range, output),
});

const within = (ratio: number, least: number, below: number): boolean => ratio >= least && ratio < below;

/** Whether XNNPACK takes a sum: both ratios of scales lie in [2^−10, 2^8). */
const takesSum = ({ inputs, output }: BinaryOperands): boolean =>
  output.format.bits === 8 &&
  inputs.every(({ scale }) => within(Math.fround(scale / output.scale), 2 ** -10, 2 ** 8));

function takesProduct({ inputs: [a, b], output }: BinaryOperands): boolean {
  const scale = Math.fround(Math.fround(a.scale * b.scale) / output.scale);
  return output.format.bits === 8 && within(scale, 2 ** -16, 2 ** 8);
}

/** Whether XNNPACK converts between two grids: of the same 8-bit format, the ratio of scales in [2^−8, 2^7]. */
function takesConversion(input: AffineGrid, output: AffineGrid): boolean {
  const ratio = Math.fround(input.scale / output.scale);
  const isByte = input.format.bits === 8 && output.format.bits === 8;
  return isByte && input.format.signed === output.format.signed && ratio >= 2 ** -8 && ratio <= 2 ** 7;
}

/** A slope is taken where its multiplier has not vanished. */
function takesSlope(slope: number, input: AffineGrid, output: AffineGrid): boolean {
  const ratio = Math.abs(Math.fround(Math.fround(input.scale / output.scale) * Math.fround(slope)));
  return takesConversion(input, output) && ratio >= 2 ** -8 && ratio <= 2 ** 7;
}

/**
 * What TensorFlow Lite 2.21 computes where its XNNPACK delegate is on, which is its default: the delegate's operators on 8-bit codes
 * (LiteRT@038d2a26d7eb, tflite/delegates/xnnpack/xnnpack_delegate.cc), and the optimized kernels for those that it does not take.
 * Those equal the reference kernels but for SOFTMAX, LOG_SOFTMAX, QUANTIZE between int8 and uint8, FULLY_CONNECTED of int16, and LOGISTIC
 * and TANH of int16 on grids that are powers of two.
 */
export const xnnpackOperators: StackOperators = {
  ...tfliteReferenceOperators,
  product: (operator, operands) => {
    const { input, weightScales, output, range } = operands;
    // The optimized FULLY_CONNECTED of int16 without a bias takes a multiplier and a shift.
    if (input.format.bits > 8) {
      return operator === 'fullyConnected' && !operands.hasBias
        ? multipliedProduct(operator, operands, 'tflite-neon-double')
        : tfliteReferenceOperators.product(operator, operands);
    }
    const scales = weightScales.map((scale) => Math.fround(Math.fround(input.scale * scale) / output.scale));
    const stage = {
      requantizer: floatScaleRequantizer('xnnpack-fp32', scales),
      clamp: clampOf(range, output),
    };
    // Seen of BATCH_MATMUL in 2.21.0, whatever the zero point of its second operand.
    return operator === 'matMul' ? { ...stage, secondZeroPoint: 0 } : stage;
  },
  sum: (op, operands) =>
    takesSum(operands)
      ? ofRule(op === 'add' ? 'xnnpack-add' : 'xnnpack-sub', operands)
      : tfliteReferenceOperators.sum(op, operands),
  multiply: (operands) =>
    takesProduct(operands) ? ofRule('xnnpack-mul', operands) : tfliteReferenceOperators.multiply(operands),
  table: (f, input, output) => {
    if (f.kind === 'leakyRelu' && takesSlope(f.slope, input, output))
      return tabulate(input, (code) => xnnpackLeakyRelu(code, Math.fround(f.slope), input, output));
    if ((f.kind === 'sigmoid' || f.kind === 'tanh') && isSigmoidInt16Grid(input, output)) {
      const codeOf = exactSigmoidInt16(f.kind, input.scale);
      if (codeOf !== null) return tabulate(input, codeOf);
    }
    if (input.format.bits === 8) {
      if (f.kind === 'elu') return xnnpackTable(float32Elu, input, output);
      if (f.kind === 'sigmoid') return xnnpackTable(xnnpackLogistic, input, output);
      if (f.kind === 'tanh') return xnnpackTable(float32Tanh, input, output);
    }
    return tfliteReferenceOperators.table(f, input, output);
  },
  requantize: (input, output) => {
    if (takesConversion(input, output)) return tabulate(input, (code) => xnnpackConvert(code, input, output));
    return input.format.bits > 8 || output.format.bits > 8
      ? tfliteReferenceOperators.requantize(input, output)
      : {
          op: 'requantize',
          inputZeroPoint: input.zeroPoint,
          requantizer: {
            kind: 'stack',
            rule: 'tflite-neon-double',
            channels: [{ ...quantizeMultiplier(quotientFactor(input.scale, output.scale)) }],
          },
          outputZeroPoint: output.zeroPoint,
          clamp: { min: minOf(output.format), max: maxOf(output.format) },
        };
  },
  mean: (node, operands) => {
    const { input, output, range } = operands;
    return input.format.bits === 8
      ? {
          op: 'stackMean',
          rule: 'xnnpack-mean',
          axes: node.axes,
          keepDims: node.keepDims,
          inputGrid: input,
          outputGrid: output,
          clamp: clampOf(range, output),
        }
      : tfliteReferenceOperators.mean(node, operands);
  },
  softmax: (operands) => {
    const { input, output, beta } = operands;
    return input.format.bits === 8 && output.format.bits === 8 && isSoftmaxGrid(input, output)
      ? { op: 'stackSoftmax', rule: 'tflite-softmax-table', inputGrid: input, outputGrid: output, beta }
      : tfliteReferenceOperators.softmax(operands);
  },
  logSoftmax: ({ input, output, beta }) =>
    isLogSoftmaxGrid(input, output)
      ? { op: 'stackSoftmax', rule: 'tflite-log-softmax-table', inputGrid: input, outputGrid: output, beta }
      : null,
  resize: (node, operands) =>
    node.rule?.mode === 'bilinear' && operands.input.format.bits === 8
      ? integerResize(node, operands, xnnpackBilinearTaps, {
          weightBits: XNNPACK_BILINEAR_FRACTION_BITS,
          rounding: 'halfUp',
        })
      : tfliteReferenceOperators.resize(node, operands),
  quantize: 'halfEvenOfProduct',
};
