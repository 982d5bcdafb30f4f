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
import type { UnaryFunction } from '../../ir/ops/elementwise.js';
import type { BinaryOperands, IntOperator, StackOperators } from './stack-operators.js';
import { tabulate } from './tflite-tables.js';
import { floatScaleRequantizer } from './xnnpack-operators.js';

const ofRule =
  (rule: BinaryRuleName) =>
  ({ inputs, output, clamp }: BinaryOperands): IntOperator => ({
    op: 'stackBinary',
    rule,
    inputGrids: inputs,
    outputGrid: output,
    clamp,
  });

/**
 * ONNX Runtime's CPU kernels, as its optimizer fuses a QDQ graph into them: QLinearConv, QLinearMatMul, QGemm, QLinearAdd, QLinearMul,
 * QLinearAveragePool, QLinearGlobalAveragePool, QLinearSigmoid, QLinearLeakyRelu, QLinearConcat, QLinearSoftmax. What it has no
 * such kernel for stays as it is written: dequantize, a float32 operator, quantize, which for codes is a function of codes.
 */
export const onnxRuntimeOperators: StackOperators = {
  clamp: (range, output) => ({
    min: range === null ? minOf(output.format) : quantizeLinear(range.min, output),
    max: range === null ? maxOf(output.format) : quantizeLinear(range.max, output),
  }),
  product: (_operator, { input, weightScales, output }) =>
    floatScaleRequantizer(
      'onnxruntime',
      weightScales.map((scale) => qLinearScale(input.scale, scale, output.scale)),
    ),
  sum: (op, operands) => ofRule(op === 'add' ? 'onnxruntime-add' : 'float32-sub')(operands),
  multiply: ofRule('onnxruntime-mul'),
  divide: ofRule('float32-div'),
  prelu: () => null,
  table: (f, input, output) => {
    const float32 = float32Function(f);
    return float32 === null
      ? null
      : tabulate(input, (code) => qLinearActivation(code, float32, input, output));
  },
  requantize: (input, output) =>
    tabulate(input, (code) => quantizeLinear(dequantizeLinear(code, input), output)),
  averagePool: ({ name: _name, inputs: _inputs, output: _output, ...node }, { input, output, clamp }) => ({
    ...node,
    op: 'stackAveragePool',
    rule: 'onnxruntime-average-pool',
    inputGrid: input,
    outputGrid: output,
    clamp,
  }),
  mean: ({ axes, keepDims }, { input, output, count, clamp }) => ({
    op: 'mean',
    axes,
    keepDims,
    inputZeroPoint: input.zeroPoint,
    requantizer: floatScaleRequantizer('onnxruntime', [meanScale(input, output, count)]),
    outputZeroPoint: output.zeroPoint,
    clamp,
  }),
  softmax: ({ input, output, beta }) =>
    beta === 1 && output.zeroPoint === minOf(output.format)
      ? { op: 'stackSoftmax', rule: 'onnxruntime-softmax', inputGrid: input, outputGrid: output }
      : null,
  logSoftmax: () => null,
  resize: () => null,
};

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
