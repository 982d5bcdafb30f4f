import type { IntFullyConnected, IntMatMul } from '../../../ir/ops/matrix.js';
import { int, type OnnxAssembly } from '../assembly.js';
import { factorsOf, requireFactors, requireStage } from '../factor.js';
import { inexpressible, requireZeroPoint } from '../grid.js';
import { insideOrder } from '../order.js';
import { dequantizedConstant, type QdqValues } from '../values.js';
import { checkedScales, emitBias, present, weightArray } from './linear.js';

/**
 * How a bias that follows a MatMul is shaped: [channels], or, from opset 21 on, with as many axes as the product. ONNX Runtime
 * 1.30 makes a Gemm of the former and, with 16-bit codes about, a graph that it then refuses ("output_dtype INT8 does not
 * match y_zero_point type UINT8").
 */
function leadingAxes(assembly: OnnxAssembly, node: IntFullyConnected, rank: number): readonly number[] {
  if (assembly.opset < 21) return [];
  if (rank === 1) throw inexpressible(node, 'a single vector beside 16-bit codes', 'a batch of them');
  return insideOrder(rank - 1).map(() => 1);
}

/** Gemm for matrices; for tensors of another rank MatMul with the transposed weights, and the bias added. */
export function emitFullyConnected(values: QdqValues, assembly: OnnxAssembly, node: IntFullyConnected): void {
  const scales = checkedScales(values, node);
  const [xId, weightId] = node.inputs as [string, string];
  const rank = values.shape(xId).length;
  const order = insideOrder(rank);
  const x = values.real(xId, order);
  const isMatrix = rank === 2;
  const bias = emitBias(values, assembly, node, scales, isMatrix ? [] : leadingAxes(assembly, node, rank));
  const array = weightArray(values, node, isMatrix ? [0, 1] : [1, 0]);
  const weight = dequantizedConstant(
    assembly,
    weightId,
    array,
    scales,
    node.weightZeroPoint,
    isMatrix ? 0 : 1,
  );
  if (isMatrix) {
    const y = assembly.node('Gemm', node.name, [x, weight, ...present(bias)], { transB: int(1) });
    values.quantize(node.output, y, order, node.clamp);
    return;
  }
  const product = assembly.node('MatMul', node.name, [x, weight]);
  const y = bias === null ? product : assembly.node('Add', `${node.name}_bias`, [product, bias]);
  values.quantize(node.output, y, order, node.clamp);
}

export function emitMatMul(values: QdqValues, assembly: OnnxAssembly, node: IntMatMul): void {
  const grids = node.inputs.map((id) => values.grid(id));
  const output = values.grid(node.output);
  node.inputZeroPoints.forEach((zeroPoint, i) => requireZeroPoint(node, zeroPoint, grids[i]!));
  requireStage(node, output);
  requireFactors(node, factorsOf(node.requantizer), [(grids[0]!.scale * grids[1]!.scale) / output.scale]);
  const operands = node.inputs.map((id) => values.real(id, insideOrder(values.shape(id).length)));
  const y = assembly.node('MatMul', node.name, operands);
  values.quantize(node.output, y, insideOrder(values.shape(node.output).length), node.clamp);
}
