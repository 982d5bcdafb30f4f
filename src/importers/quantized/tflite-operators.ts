import type { AffineGrid } from '../../arith/affine.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import { quantizeMultiplier, type QuantizedMultiplier } from '../../arith/multipliers/tflite.js';
import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import type { RuleName } from '../../arith/requantizers/names.js';
import { softmaxScaling } from '../../arith/softmax-scaling.js';
import { codesWithin } from '../../arith/tflite/activation-range.js';
import { concatenatedCode } from '../../arith/tflite/concatenate.js';
import { floatBilinearTaps } from '../../arith/tflite/resize-float.js';
import { meanMultiplier } from '../../arith/tflite/mean.js';
import {
  bilinearTaps,
  BILINEAR_FRACTION_BITS,
  nearestPositions,
  type BilinearTap,
  type ResizeAxis,
} from '../../arith/tflite/resize.js';
import {
  float32MulFactor,
  float32ProductFactor,
  productFactor,
  quotientFactor,
} from '../../arith/tflite/scales.js';
import { addScaling, subScaling, type SumScaling } from '../../arith/tflite/sums.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import type { AxisTaps, FloatResize } from '../../ir/ops/resize.js';
import { sameGrid } from './conversion.js';
import { isLogSoftmaxGrid, isSoftmaxGrid } from './fixed-grids.js';
import type {
  BinaryOperands,
  IntOperator,
  ProductOperands,
  ProductOperator,
  ProductStage,
  ResizeOperands,
  StackOperators,
} from './stack-operators.js';
import { microTable } from './tflite-micro-tables.js';
import { tabulate, tfliteTable } from './tflite-tables.js';

/** TFLite's requantizer with parameters that were derived already. */
function requantizerOf(
  quantized: readonly QuantizedMultiplier[],
  rule: RuleName = 'tflite-double',
): Requantizer {
  return {
    kind: 'stack',
    rule,
    channels: quantized.map(({ multiplier, leftShift }) => ({ multiplier, leftShift })),
  };
}

const ofFactor = (factor: number): Requantizer => requantizerOf([quantizeMultiplier(factor)]);

/** The bounds of a fused activation on codes. */
export const tfliteClamp = (range: RealRange | null, output: AffineGrid): CodeRange =>
  codesWithin([range?.min ?? -Infinity, range?.max ?? Infinity], output);

type FactorOf = (input: number, weight: number, output: number) => number;

/** One multiplier a weight scale. */
function productStage(
  factorOf: FactorOf,
  { input, weightScales, output, range }: ProductOperands,
  rule: RuleName,
): ProductStage {
  const quantized = weightScales.map((scale) =>
    quantizeMultiplier(factorOf(input.scale, scale, output.scale)),
  );
  return { requantizer: requantizerOf(quantized, rule), clamp: tfliteClamp(range, output) };
}

/**
 * The product of two scales is a float32 in FULLY_CONNECTED with one weight scale and in BATCH_MATMUL, and in convolutions of uint8
 * (`GetQuantizedConvolutionMultipler`); else a double. Sums of codes wider than 8 bits have 64 bits, but where a rule is given.
 */
export function multipliedProduct(
  operator: ProductOperator,
  operands: ProductOperands,
  rule: RuleName = operands.input.format.bits > 8 ? 'tflite-int64' : 'tflite-double',
): ProductStage {
  const isMatrix = operator === 'fullyConnected' || operator === 'matMul';
  const isFloat32 = isMatrix ? !operands.isPerChannel : !operands.input.format.signed;
  return productStage(isFloat32 ? float32ProductFactor : productFactor, operands, rule);
}

/** ADD and SUB on one scale, with the fraction bits that the operands' format leaves. */
function sum(
  op: 'add' | 'sub',
  { leftShift, inputFactors, outputFactor }: SumScaling,
  operands: BinaryOperands,
): IntOperator {
  const { inputs, output, range } = operands;
  return {
    op,
    inputZeroPoints: [inputs[0].zeroPoint, inputs[1].zeroPoint],
    leftShift,
    inputRequantizers: [ofFactor(inputFactors[0]), ofFactor(inputFactors[1])],
    requantizer: ofFactor(outputFactor),
    outputZeroPoint: output.zeroPoint,
    clamp: tfliteClamp(range, output),
  };
}

/** Integer taps of the rule that a resize names; null for resizes of other formats. */
export function integerResize(
  { rule, rows, columns }: FloatResize,
  { inputHeight, inputWidth }: ResizeOperands,
  bilinear: (axis: ResizeAxis) => readonly BilinearTap[],
  arithmetic: { readonly weightBits: number; readonly rounding: 'halfAwayFromZero' | 'halfUp' },
): IntOperator | null {
  if (rule === undefined) return null;
  const taps = (input: number, { lower }: AxisTaps): AxisTaps => {
    const axis = { ...rule, input, output: lower.length };
    if (rule.mode === 'nearest') {
      const positions = nearestPositions(axis);
      return { lower: positions, upper: positions, upperWeight: positions.map(() => 0) };
    }
    const all = bilinear(axis);
    return {
      lower: all.map((tap) => tap.lower),
      upper: all.map((tap) => tap.upper),
      upperWeight: all.map((tap) => tap.fraction),
    };
  };
  const { weightBits, rounding } = rule.mode === 'nearest' ? { ...arithmetic, weightBits: 0 } : arithmetic;
  return {
    op: 'resize',
    rows: taps(inputHeight, rows),
    columns: taps(inputWidth, columns),
    weightBits,
    rounding,
  };
}

/** MUL by one factor. */
const multiplyBy =
  (factorOf: FactorOf) =>
  ({ inputs: [a, b], output, range }: BinaryOperands): IntOperator => ({
    op: 'mul',
    inputZeroPoints: [a.zeroPoint, b.zeroPoint],
    requantizer: ofFactor(factorOf(a.scale, b.scale, output.scale)),
    outputZeroPoint: output.zeroPoint,
    clamp: tfliteClamp(range, output),
  });

/** TensorFlow Lite Micro's kernels, in the build that rounds twice. */
export const tfliteMicroOperators: StackOperators = {
  product: (operator, operands) => multipliedProduct(operator, operands),
  sum: (op, operands) => {
    const { inputs, output } = operands;
    return sum(op, (op === 'add' ? addScaling : subScaling)(inputs[0], inputs[1], output), operands);
  },
  multiply: multiplyBy(productFactor),
  divide: () => null,
  prelu: ({ inputs, output, range }) => ({
    op: 'stackBinary',
    rule: 'tflite-prelu',
    inputGrids: inputs,
    outputGrid: output,
    clamp: tfliteClamp(range, output),
  }),
  table: microTable,
  requantize: (input, output) => ({
    op: 'requantize',
    inputZeroPoint: input.zeroPoint,
    requantizer: ofFactor(quotientFactor(input.scale, output.scale)),
    outputZeroPoint: output.zeroPoint,
    clamp: { min: minOf(output.format), max: maxOf(output.format) },
  }),
  concatenate: (input, output) => tabulate(input, (code) => concatenatedCode(code, input, output)),
  averagePool: ({ name: _name, inputs: _inputs, output: _output, ...pool }, { input, output, range }) =>
    sameGrid(input, output)
      ? { ...pool, inputZeroPoint: input.zeroPoint, clamp: tfliteClamp(range, output) }
      : null,
  mean: ({ axes, keepDims }, { input, output, count, range }) => ({
    op: 'mean',
    axes,
    keepDims,
    inputZeroPoint: input.zeroPoint,
    requantizer: requantizerOf([meanMultiplier(quotientFactor(input.scale, output.scale), count, 'double')]),
    outputZeroPoint: output.zeroPoint,
    clamp: tfliteClamp(range, output),
  }),
  softmax: ({ input, output, beta }) => {
    if (!isSoftmaxGrid(input, output)) return null;
    return input.format.bits > 8
      ? { op: 'stackSoftmax', rule: 'tflite-softmax-int16', inputGrid: input, outputGrid: output, beta }
      : { op: 'softmax', ...softmaxScaling(input.scale, beta) };
  },
  logSoftmax: ({ input, output, beta }) =>
    isLogSoftmaxGrid(input, output)
      ? { op: 'stackSoftmax', rule: 'tflite-log-softmax', inputGrid: input, outputGrid: output, beta }
      : null,
  resize: (node, operands) =>
    integerResize(node, operands, bilinearTaps, {
      weightBits: BILINEAR_FRACTION_BITS,
      rounding: 'halfAwayFromZero',
    }),
  quantize: 'halfAwayFromZero',
};

/**
 * The reference kernels of TensorFlow Lite 2.21 on a desktop (`BUILTIN_REF`). Beside Micro: SUB forms its ratios in double, MUL its factor in
 * float32, SOFTMAX of int16 its tables in double, LOGISTIC and TANH of
 * int8 are tables made in float32, RESIZE_BILINEAR of uint8 blends in float32, and FULLY_CONNECTED multiplies by its real factor.
 */
export const tfliteReferenceOperators: StackOperators = {
  ...tfliteMicroOperators,
  product: (operator, operands) => {
    if (operator !== 'fullyConnected') return multipliedProduct(operator, operands);
    const { input, weightScales, output, range } = operands;
    const rule = input.format.bits > 8 ? 'tflite-float64-int64' : 'tflite-float64';
    const channels = weightScales.map((weight) => ({
      scale: productFactor(input.scale, weight, output.scale),
    }));
    return {
      requantizer: { kind: 'stack', rule, channels },
      clamp: tfliteClamp(range, output),
    };
  },
  multiply: multiplyBy(float32MulFactor),
  softmax: (operands) => {
    const made = tfliteMicroOperators.softmax(operands);
    return made?.op === 'stackSoftmax' ? { ...made, rule: 'tflite-softmax-int16-desktop' } : made;
  },
  table: tfliteTable,
  sum: (op, operands) => {
    const { inputs, output } = operands;
    return sum(op, addScaling(inputs[0], inputs[1], output), operands);
  },
  resize: (node, operands) =>
    operands.input.format.signed || node.rule?.mode !== 'bilinear'
      ? tfliteMicroOperators.resize(node, operands)
      : floatResize(node, operands),
};

function floatResize({ rule, rows, columns }: FloatResize, operands: ResizeOperands): IntOperator | null {
  if (rule === undefined) return null;
  const taps = (input: number, { lower }: AxisTaps): AxisTaps => {
    const all = floatBilinearTaps({ ...rule, input, output: lower.length });
    return {
      lower: all.map((tap) => tap.lower),
      upper: all.map((tap) => tap.upper),
      upperWeight: all.map((tap) => tap.fraction),
    };
  };
  return {
    op: 'stackResize',
    rule: 'tflite-float-resize',
    rows: taps(operands.inputHeight, rows),
    columns: taps(operands.inputWidth, columns),
  };
}
