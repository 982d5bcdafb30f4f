import type { AffineGrid } from '../../arith/affine.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import type { QuantizedMultiplier } from '../../arith/multipliers/tflite.js';
import { quantizeMultiplier } from '../../arith/multipliers/tflite.js';
import type { Requantizer } from '../../arith/requantizer.js';
import type { RuleName } from '../../arith/requantizers/names.js';
import { softmaxScaling } from '../../arith/softmax-scaling.js';
import { codesWithin } from '../../arith/tflite/activation-range.js';
import { meanMultiplier } from '../../arith/tflite/mean.js';
import { bilinearTaps, BILINEAR_FRACTION_BITS, nearestPositions } from '../../arith/tflite/resize.js';
import { float32ProductFactor, productFactor, quotientFactor } from '../../arith/tflite/scales.js';
import { addScaling } from '../../arith/tflite/sums.js';
import type { AxisTaps } from '../../ir/ops/resize.js';
import type {
  BinaryOperands,
  IntOperator,
  ProductOperands,
  ProductOperator,
  StackOperators,
} from './stack-operators.js';
import { tfliteTable } from './tflite-tables.js';

/** TFLite's requantizer with parameters that were derived already. */
export function tfliteRequantizer(
  quantized: readonly QuantizedMultiplier[],
  rule: RuleName = 'tflite-double',
): Requantizer {
  return {
    kind: 'stack',
    rule,
    channels: quantized.map(({ multiplier, leftShift }) => ({ multiplier, leftShift })),
  };
}

const ofFactor = (factor: number): Requantizer => tfliteRequantizer([quantizeMultiplier(factor)]);

const sameGrid = (a: AffineGrid, b: AffineGrid): boolean =>
  a.scale === b.scale && a.zeroPoint === b.zeroPoint;

/** CONV_2D and its kin, and FULLY_CONNECTED with a scale per channel: factors in double. Of one scale, its product with the input's is a float32. */
function product(operator: ProductOperator, { input, weightScales, output }: ProductOperands): Requantizer {
  const isMatrix = operator === 'fullyConnected' || operator === 'matMul';
  const factorOf = isMatrix && weightScales.length === 1 ? float32ProductFactor : productFactor;
  const quantized = weightScales.map((scale) =>
    quantizeMultiplier(factorOf(input.scale, scale, output.scale)),
  );
  return tfliteRequantizer(quantized, input.format.bits > 8 ? 'tflite-int64' : 'tflite-double');
}

/** ADD and SUB on one scale, with the fraction bits that the operands' format leaves. */
export function tfliteSum(
  op: 'add' | 'sub',
  { inputs, output, clamp }: BinaryOperands,
  scalingOf = addScaling,
): IntOperator {
  const [a, b] = inputs;
  const { leftShift, inputFactors, outputFactor } = scalingOf(a, b, output);
  return {
    op,
    inputZeroPoints: [a.zeroPoint, b.zeroPoint],
    leftShift,
    inputRequantizers: [ofFactor(inputFactors[0]), ofFactor(inputFactors[1])],
    requantizer: ofFactor(outputFactor),
    outputZeroPoint: output.zeroPoint,
    clamp,
  };
}

/** The kernels that TensorFlow Lite Micro and the reference build of TensorFlow Lite have in common. */
export const tfliteOperators: StackOperators = {
  clamp: (range, output) => codesWithin([range?.min ?? -Infinity, range?.max ?? Infinity], output),
  product,
  sum: (op, operands) => tfliteSum(op, operands),
  multiply: ({ inputs: [a, b], output, clamp }) => ({
    op: 'mul',
    inputZeroPoints: [a.zeroPoint, b.zeroPoint],
    requantizer: ofFactor(productFactor(a.scale, b.scale, output.scale)),
    outputZeroPoint: output.zeroPoint,
    clamp,
  }),
  divide: () => null,
  prelu: ({ inputs, output, clamp }) => ({
    op: 'stackBinary',
    rule: 'tflite-prelu',
    inputGrids: inputs,
    outputGrid: output,
    clamp,
  }),
  table: tfliteTable,
  requantize: (input, output) => ({
    op: 'requantize',
    inputZeroPoint: input.zeroPoint,
    requantizer: ofFactor(quotientFactor(input.scale, output.scale)),
    outputZeroPoint: output.zeroPoint,
    clamp: { min: minOf(output.format), max: maxOf(output.format) },
  }),
  averagePool: (node, { input, output, clamp }) =>
    sameGrid(input, output) ? { ...poolOf(node), inputZeroPoint: input.zeroPoint, clamp } : null,
  mean: ({ axes, keepDims }, { input, output, count, clamp }) => ({
    op: 'mean',
    axes,
    keepDims,
    inputZeroPoint: input.zeroPoint,
    requantizer: tfliteRequantizer([
      meanMultiplier(quotientFactor(input.scale, output.scale), count, 'double'),
    ]),
    outputZeroPoint: output.zeroPoint,
    clamp,
  }),
  softmax: ({ input, output, beta }) => {
    if (input.format.bits > 8) {
      return beta === 1
        ? { op: 'stackSoftmax', rule: 'tflite-softmax-int16', inputGrid: input, outputGrid: output }
        : null;
    }
    return { op: 'softmax', ...softmaxScaling(input.scale, beta) };
  },
  logSoftmax: ({ input, output }) => ({
    op: 'stackSoftmax',
    rule: 'tflite-log-softmax',
    inputGrid: input,
    outputGrid: output,
  }),
  resize: (node, { inputHeight, inputWidth }) => {
    const { rule, rows, columns } = node;
    if (rule === undefined) return null;
    const taps = (input: number, { lower }: AxisTaps): AxisTaps => {
      const axis = { ...rule, input, output: lower.length };
      if (rule.mode === 'nearest') {
        const positions = nearestPositions(axis);
        return { lower: positions, upper: positions, upperWeight: positions.map(() => 0) };
      }
      const all = bilinearTaps(axis);
      return {
        lower: all.map((tap) => tap.lower),
        upper: all.map((tap) => tap.upper),
        upperWeight: all.map((tap) => tap.fraction),
      };
    };
    return {
      op: 'resize',
      rows: taps(inputHeight, rows),
      columns: taps(inputWidth, columns),
      weightBits: rule.mode === 'nearest' ? 0 : BILINEAR_FRACTION_BITS,
    };
  },
};

function poolOf(node: Parameters<StackOperators['averagePool']>[0]) {
  const { name: _name, inputs: _inputs, output: _output, ...operator } = node;
  return operator;
}

/** The reference kernels of TensorFlow Lite on a desktop. */
export const tfliteReferenceOperators: StackOperators = tfliteOperators;
