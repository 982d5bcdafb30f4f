import { UINT8 } from '../../../arith/int-format.js';
import { shapeText } from '../../../tensor/shape.js';
import { codeFormat } from '../codes.js';
import { transpose } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { Operand } from '../operand.js';
import { leakyRelu, unary } from './activations.js';
import { binary } from './arithmetic.js';
import { concat } from './concat-split.js';
import { conv } from './conv.js';
import { statedGrid, type StatedGrid } from './grids.js';
import { gemm, matMul } from './matrix.js';
import { softmax } from './normalization.js';
import type { ImportOperator } from './operator.js';
import { averagePool } from './pool.js';
import { checkZeroPointType, dequantizeOperand, formatOf, quantizeOperand } from './quantized-operands.js';
import { globalAveragePool } from './reduce.js';

/**
 * Operators on codes, expanded into what they mean: dequantize, the operator on real numbers, quantize. ONNX's own are in
 * docs/Operators.md of onnx/onnx; those of com.microsoft in docs/ContribOperators.md of microsoft/onnxruntime.
 */

/** QLinearConv-10: x, w and y each with scale and zero point, w's per output channel; B in units of x's scale · w's scale. */
export const qLinearConv: ImportOperator = (node) => {
  const x = realInput(node, 0, 'x');
  const weightGrid = gridOfInput(node, 3, 0);
  const weight = dequantizeOperand(node, node.input(3), weightGrid, { suffix: 'w' });
  const bias = realBias(node, node.optionalInput(8), gridOfInput(node, 0, null), weightGrid, 'B');
  return [quantizedOutput(node, only(conv(node.part({ inputs: [x, weight, bias] }))), 6)];
};

/** QLinearMatMul-10, -21: a and y with one scale and zero point, b with one or one per column. */
export const qLinearMatMul: ImportOperator = (node) => {
  const a = realInput(node, 0, 'a');
  const b = realInput(node, 3, 'b', -1);
  return [quantizedOutput(node, only(matMul(node.part({ inputs: [a, b] }))), 6)];
};

/**
 * com.microsoft.QGemm: `alpha · A' · B' + C` with B's scale one or per column, C in units of alpha · A's scale · B's scale;
 * real numbers where y has no scale.
 */
export const qGemm: ImportOperator = (node) => {
  const a = realInput(node, 0, 'A');
  const transposed = node.attributes.flag('transB', false);
  const weightGrid = gridOfInput(node, 3, transposed ? 0 : -1);
  const b = dequantizeOperand(node, node.input(3), weightGrid, { suffix: 'B' });
  const alpha = node.attributes.float('alpha', 1);
  const c = realBias(node, node.optionalInput(6), gridOfInput(node, 0, null), weightGrid, 'C', alpha);
  const y = only(gemm(node.part({ inputs: [a, b, c] })));
  return [node.optionalInput(7) === null ? y : quantizedOutput(node, y, 7)];
};

/** com.microsoft.QLinearAdd, QLinearMul: A, B and C each with scale and zero point. */
export function qLinearBinary(name: 'Add' | 'Mul'): ImportOperator {
  return (node) => {
    const inputs = [realInput(node, 0, 'A'), realInput(node, 3, 'B')];
    return [quantizedOutput(node, only(binary(name)(node.part({ inputs }))), 6)];
  };
}

/** com.microsoft.QLinearSigmoid, QLinearLeakyRelu: X and Y each with scale and zero point. */
const qLinearUnary =
  (operator: ImportOperator): ImportOperator =>
  (node) => [quantizedOutput(node, only(operator(node.part({ inputs: [realInput(node, 0, 'X')] }))), 3)];

export const qLinearSigmoid = qLinearUnary(unary(() => ({ kind: 'sigmoid' })));
export const qLinearLeakyRelu = qLinearUnary(leakyRelu);

/** com.microsoft.QLinearSoftmax: attribute opset says which clause of Softmax holds. */
export const qLinearSoftmax: ImportOperator = (node) => {
  const opset = node.attributes.int('opset', node.opset);
  const part = node.part({ inputs: [realInput(node, 0, 'X')], opset });
  return [quantizedOutput(node, only(softmax('softmax')(part)), 3)];
};

/** com.microsoft.QLinearAveragePool, QLinearGlobalAveragePool: channels second, or with channels_last last. */
const qLinearPool =
  (operator: ImportOperator): ImportOperator =>
  (node) => {
    const x = realInput(node, 0, 'X');
    if (!node.attributes.flag('channels_last', false)) {
      return [quantizedOutput(node, only(operator(node.part({ inputs: [x] }))), 3)];
    }
    const rank = x.shape.length;
    const axes = x.shape.map((_, axis) => axis);
    const part = node.part({ inputs: [x] });
    const first = transpose(part, x, [0, rank - 1, ...axes.slice(1, -1)], { suffix: 'first' });
    const pooled = only(operator(node.part({ inputs: [first] })));
    const last = transpose(part, pooled, [0, ...axes.slice(2), 1], { suffix: 'last' });
    return [quantizedOutput(node, last, 3)];
  };

export const qLinearAveragePool = qLinearPool(averagePool);
export const qLinearGlobalAveragePool = qLinearPool(globalAveragePool);

/** com.microsoft.QLinearConcat: Y's scale and zero point, then each part with its own. */
export const qLinearConcat: ImportOperator = (node) => {
  const parts = Array.from({ length: Math.ceil((node.inputCount - 2) / 3) }, (_, part) =>
    realInput(node, 2 + 3 * part, `x${part}`),
  );
  const format = formatOf(node.input(2));
  const y = only(concat(node.part({ inputs: parts })));
  return [quantizedBy(node, y, 0, format)];
};

/** The node that makes the source's output; the operator itself has the source's name. */
const result = { nodeSuffix: 'quantized' } as const;

/** The one result of an operator. */
function only(results: readonly Operand[]): Operand {
  return results[0]!;
}

/** The grid of input `index`, which the two inputs after it state. */
function gridOfInput(node: NodeImport, index: number, axis: number | null): StatedGrid {
  const x = node.input(index);
  const zeroPoint = node.optionalConstant(index + 2, 'a zero point');
  checkZeroPointType(node, zeroPoint, formatOf(x));
  return statedGrid(node, node.constant(index + 1, 'a scale'), zeroPoint, x.shape, axis);
}

function realInput(node: NodeImport, index: number, suffix: string, axis: number | null = null): Operand {
  return dequantizeOperand(node, node.input(index), gridOfInput(node, index, axis), { suffix });
}

/**
 * A bias that is in units of a product: `factor · scale of x · scale of the weight`, in float32, and zero point 0. Where the
 * weight has scales per output, they are those of the bias's last axis.
 */
function realBias(
  node: NodeImport,
  bias: Operand | null,
  x: StatedGrid,
  weight: StatedGrid,
  suffix: string,
  factor = 1,
): Operand | null {
  if (bias === null) return null;
  const scales = weight.scales.map((scale) => Math.fround(Math.fround(factor * x.scales[0]!) * scale));
  const outside = scales.find((scale) => !(scale > 0 && Number.isFinite(scale)));
  if (outside !== undefined) {
    throw node.refuse({ found: `a bias in steps of ${outside}`, expected: 'positive, finite steps' });
  }
  if (scales.length > 1 && bias.shape.at(-1) !== scales.length) {
    throw node.refuse({
      found: `a bias of shape ${shapeText(bias.shape)}`,
      expected: `${scales.length} elements along its last axis, one per scale of the weights`,
    });
  }
  const axis = weight.axis === null ? null : bias.shape.length - 1;
  return dequantizeOperand(node, bias, { scales, zeroPoints: scales.map(() => 0), axis }, { suffix });
}

/** The result as codes: scale and zero point are inputs `index` and the next; the type is that of the zero point, else of input 0. */
function quantizedOutput(node: NodeImport, y: Operand, index: number): Operand {
  return quantizedBy(node, y, index, formatOf(node.input(0)));
}

function quantizedBy(
  node: NodeImport,
  y: Operand,
  index: number,
  fallback: ReturnType<typeof formatOf>,
): Operand {
  const zeroPoint = node.optionalConstant(index + 1, 'a zero point');
  const grid = statedGrid(node, node.constant(index, 'a scale'), zeroPoint, y.shape, null);
  const format = (zeroPoint === null ? fallback : codeFormat(zeroPoint.array.type)) ?? UINT8;
  return quantizeOperand(node, y, format, grid, result);
}
