import type { AffineGrid } from '../../arith/affine.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import type { BinaryRuleName } from '../../arith/operators/names.js';
import {
  leakyRelu,
  logisticCpu,
  qLinearActivation,
  type Float32Function,
} from '../../arith/onnxruntime/activations.js';
import { dequantizeLinear, quantizeLinear } from '../../arith/onnxruntime/quantize-linear.js';
import { qLinearScale } from '../../arith/requantizers/onnxruntime.js';
import type { CodeRange } from '../../arith/requantizer.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import type { FloatAveragePool } from '../../ir/ops/pooling.js';
import type { UnaryFunction } from '../../ir/ops/elementwise.js';
import type { Fusion } from './qdq-fusion.js';
import type {
  BinaryOperands,
  IntOperator,
  MeanOperator,
  StackOperators,
  UnaryOperands,
} from './stack-operators.js';
import { tabulate } from './tflite-tables.js';
import { floatScaleRequantizer } from './xnnpack-operators.js';

const ofRule =
  (rule: BinaryRuleName) =>
  ({ inputs, output, range }: BinaryOperands): IntOperator => ({
    op: 'stackBinary',
    rule,
    inputGrids: inputs,
    outputGrid: output,
    clamp: clampOf(range, output),
  });

/** A clip before QuantizeLinear is a clamp after it: rounding keeps the order. */
const clampOf = (range: RealRange | null, output: AffineGrid): CodeRange => ({
  min: range === null ? minOf(output.format) : quantizeLinear(range.min, output),
  max: range === null ? maxOf(output.format) : quantizeLinear(range.max, output),
});

const BINARY_RULES = {
  add: { operator: 'onnxruntime-add', unsigned: 'onnxruntime-qdq-add', none: 'float32-add' },
  mul: { operator: 'onnxruntime-mul', unsigned: 'onnxruntime-qdq-mul', none: 'float32-mul' },
} as const satisfies Record<string, Record<Fusion, BinaryRuleName>>;

/**
 * ONNX Runtime's CPU kernels, as its optimizer fuses a QDQ graph into them: QLinearConv, QLinearMatMul, QGemm, QLinearAdd, QLinearMul,
 * QLinearAveragePool, QLinearGlobalAveragePool, QLinearSigmoid, QLinearLeakyRelu, QLinearConcat, QLinearSoftmax. What it has no
 * such kernel for stays as it is written: dequantize, a float32 operator, quantize, which for codes is a function of codes.
 */
export const onnxRuntimeOperators: StackOperators = {
  product: (_operator, { input, weightScales, output, range }) => ({
    requantizer: floatScaleRequantizer(
      'onnxruntime',
      weightScales.map((scale) => qLinearScale(input.scale, scale, output.scale)),
    ),
    clamp: clampOf(range, output),
  }),
  sum: (op, operands) => ofRule(op === 'sub' ? 'float32-sub' : BINARY_RULES.add[operands.fusion])(operands),
  multiply: (operands) => ofRule(BINARY_RULES.mul[operands.fusion])(operands),
  divide: ofRule('float32-div'),
  prelu: () => null,
  table: (f, input, output) => {
    const float32 = float32Function(f);
    return float32 === null
      ? null
      : tabulate(input, (code) => qLinearActivation(code, float32, input, output));
  },
  requantize: (input, output) => (input.format.bits > 16 ? null : requantized(input, output)),
  concatenate: requantized,
  averagePool: (node, operands) =>
    coversImage(node, operands)
      ? mean({ axes: [1, 2], keepDims: true }, operands, operands.shape[1]! * operands.shape[2]!)
      : areBytes(operands.input, operands.output)
        ? windowed(node, operands)
        : null,
  mean: (node, { count, ...operands }) => mean(node, operands, count),
  softmax: ({ input, output, beta }) =>
    beta === 1 && output.zeroPoint === minOf(output.format) && areBytes(input, output)
      ? { op: 'stackSoftmax', rule: 'onnxruntime-softmax', inputGrid: input, outputGrid: output, beta }
      : null,
  logSoftmax: () => null,
  resize: () => null,
  quantize: 'halfEven',
};

/** QLinearSoftmax and QLinearAveragePool work on codes of 8 bits only. */
const areBytes = (...grids: readonly AffineGrid[]): boolean => grids.every(({ format }) => format.bits === 8);

/** A window as large as the image, without padding: QLinearAveragePool is QLinearGlobalAveragePool there. */
function coversImage(node: FloatAveragePool, { shape }: UnaryOperands): boolean {
  const isUnpadded = node.padTop + node.padBottom + node.padLeft + node.padRight === 0;
  return isUnpadded && node.kernelHeight === shape[1] && node.kernelWidth === shape[2];
}

function windowed(
  { name: _name, inputs: _inputs, output: _output, ...node }: FloatAveragePool,
  { input, output, range, fusion }: UnaryOperands,
): IntOperator {
  return {
    ...node,
    op: 'stackAveragePool',
    rule: fusion === 'operator' ? 'onnxruntime-average-pool' : 'onnxruntime-qdq-average-pool',
    inputGrid: input,
    outputGrid: output,
    clamp: clampOf(range, output),
  };
}

function mean(
  { axes, keepDims }: MeanOperator,
  { input, output, range }: UnaryOperands,
  count: number,
): IntOperator {
  return {
    op: 'mean',
    axes,
    keepDims,
    inputZeroPoint: input.zeroPoint,
    requantizer: floatScaleRequantizer('onnxruntime', [meanScale(input, output, count)]),
    outputZeroPoint: output.zeroPoint,
    clamp: clampOf(range, output),
  };
}

/** DequantizeLinear and QuantizeLinear, which QLinearConcat does too. */
function requantized(input: AffineGrid, output: AffineGrid): number[] {
  return tabulate(input, (code) => quantizeLinear(dequantizeLinear(code, input), output));
}

/** QLinearGlobalAveragePool: `f32(sx / f32(sy · n))`. */
const meanScale = (input: AffineGrid, output: AffineGrid, count: number): number =>
  Math.fround(input.scale / Math.fround(output.scale * count));

/** A function in float32; null where a float32 evaluation is not pinned down. */
function float32Function(f: UnaryFunction): Float32Function | null {
  switch (f.kind) {
    case 'clip':
      return (x) => Math.max(f.min, Math.min(f.max, x));
    case 'leakyRelu':
      return leakyRelu(f.slope);
    case 'sigmoid':
      return logisticCpu;
    case 'tanh':
      return (x) => Math.fround(Math.tanh(x));
    case 'abs':
      return Math.abs;
    case 'sqrt':
      return (x) => Math.fround(Math.sqrt(x));
    case 'affine':
      return (x) => Math.fround(Math.fround(f.scale * x) + f.offset);
    default:
      return null;
  }
}
