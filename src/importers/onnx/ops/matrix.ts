import { broadcastShapes, elementCount, sameShape, shapeText, type Shape } from '../../../tensor/shape.js';
import { computeArray, float32Elements } from '../../arrays.js';
import { expand, reshape, transpose } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { ConstantOperand, Operand } from '../operand.js';
import { addOperands } from './arithmetic.js';
import type { ImportOperator } from './operator.js';

/** Gemm-7 … -13: `alpha · A' · B' + beta · C`, A' [M, K], B' [K, N], C broadcast to [M, N]. */
export const gemm: ImportOperator = (node) => {
  const [alpha, beta] = [node.attributes.float('alpha', 1), node.attributes.float('beta', 1)];
  const a = orientedMatrix(node, node.input(0), node.attributes.flag('transA', false), 'A');
  const transB = node.attributes.flag('transB', false);
  const given = node.optionalInput(2);
  const c = given === null || beta === 0 ? null : scaledOperand(node, given, beta, 'beta');
  const b = node.input(1);
  if (b.kind === 'runTime') {
    const product = node.emit({ op: 'matMul' }, [a, orientedMatrix(node, b, transB, 'B')]);
    const scaled = scaledOperand(node, product, alpha, 'alpha');
    return [c === null ? scaled : addOperands(node, scaled, c)];
  }
  const outputMajor = orientedMatrix(node, b, !transB, 'B') as ConstantOperand;
  const weight = scaledOperand(node, outputMajor, alpha, 'alpha');
  const outputFeatures = weight.shape[0]!;
  const bias = c === null ? null : biasOf(node, c, outputFeatures);
  const operator = { op: 'fullyConnected', activation: null } as const;
  if (c === null || bias !== null) {
    return [node.emit(operator, bias === null ? [a, weight] : [a, weight, bias])];
  }
  return [addOperands(node, node.emit(operator, [a, weight]), c)];
};

/** MatMul-1 … -13: NumPy's matmul. A right operand that is a constant matrix makes a fully connected layer. */
export const matMul: ImportOperator = (node) => {
  const [a, b] = [node.input(0), node.input(1)];
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw node.refuse({ found: 'a scalar operand', expected: 'at least one axis' });
  }
  const matrix = b.kind === 'constant' ? constantMatrix(node, b, a.shape.length) : null;
  if (matrix !== null) {
    const weight = transpose(node, matrix, [1, 0]);
    const y = node.emit({ op: 'fullyConnected', activation: null }, [a, weight]);
    return [b.shape.length === 1 ? reshape(node, y, y.shape.slice(0, -1), { suffix: 'vector' }) : y];
  }
  const left = a.shape.length === 1 ? reshape(node, a, [1, a.shape[0]!], { suffix: 'row' }) : a;
  const right = b.shape.length === 1 ? reshape(node, b, [b.shape[0]!, 1], { suffix: 'column' }) : b;
  const y = node.emit({ op: 'matMul' }, [left, right]);
  const rows = a.shape.length === 1 ? [] : [y.shape.at(-2)!];
  const columns = b.shape.length === 1 ? [] : [y.shape.at(-1)!];
  return [reshape(node, y, [...y.shape.slice(0, -2), ...rows, ...columns], { suffix: 'vector' })];
};

/** A constant right operand as [K, N] where it multiplies every leading index of the left one alike, else null. */
function constantMatrix(node: NodeImport, b: ConstantOperand, leftRank: number): Operand | null {
  if (b.shape.length === 1) return reshape(node, b, [b.shape[0]!, 1]);
  const shared = b.shape.slice(0, -2).every((extent) => extent === 1);
  const keepsRank = b.shape.length === 2 || b.shape.length <= leftRank;
  return shared && keepsRank ? reshape(node, b, b.shape.slice(-2)) : null;
}

function orientedMatrix(node: NodeImport, x: Operand, transposed: boolean, name: string): Operand {
  if (x.shape.length !== 2) {
    throw node.refuse({ found: `${name} of shape ${shapeText(x.shape)}`, expected: 'a matrix' });
  }
  return transposed ? transpose(node, x, [1, 0], { suffix: name }) : x;
}

/** `scale · x`, on the spot for constants; of dequantized ones the scales are multiplied. */
function scaledOperand(node: NodeImport, x: Operand, scale: number, suffix: string): Operand {
  if (scale === 1) return x;
  if (x.kind === 'runTime') {
    return node.emit({ op: 'unary', function: { kind: 'affine', scale, offset: 0 } }, [x], { suffix });
  }
  const { codes } = x;
  const scales = codes?.quantization.scales.map((step) => Math.fround(scale * step)) ?? [];
  if (codes !== null && scales.every((step) => step > 0 && Number.isFinite(step))) {
    return node.foldCodes(x.name, x.shape, () => ({
      ...codes,
      quantization: { ...codes.quantization, scales },
    }));
  }
  const values = float32Elements(x.array);
  return node.fold(x.name, x.shape, () =>
    computeArray('float32', x.shape, (index) => scale * values[index]!),
  );
}

/** C as a bias per output feature, or null where it varies along the rows or is not known. */
function biasOf(node: NodeImport, c: Operand, outputFeatures: number): Operand | null {
  if (c.kind === 'runTime') return null;
  const row: Shape = [1, outputFeatures];
  const broadcast = broadcastShapes(c.shape, row);
  if (broadcast === null || !sameShape(broadcast, row) || elementCount(c.shape) === 0) return null;
  return reshape(node, expand(node, c, row), [outputFeatures]);
}
