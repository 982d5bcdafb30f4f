import type { AffineGrid } from '../../../arith/affine.js';
import type { BinaryRuleName } from '../../../arith/operators/names.js';
import { onnxDataType } from '../../../formats/onnx.js';
import type { NodeBase, ValueId } from '../../../ir/graph.js';
import type { ArgMax } from '../../../ir/ops/arg-max.js';
import type { StackAveragePool, StackBinary, StackMean, StackSoftmax } from '../../../ir/ops/stack.js';
import { int, type OnnxAssembly } from '../assembly.js';
import { inexpressible } from '../grid.js';
import { NCHW, withoutAxes } from '../order.js';
import type { QdqValues } from '../values.js';
import { broadcastOperand, commonOrder } from './elementwise.js';
import { averagePool } from './pooling.js';
import { meanOf, softmaxOf } from './reductions.js';

/** Operators that name a stack's rule: the file says the function and the grids, and no more of the rule than of a requantizer. */
const BINARY_OPERATORS: Readonly<Record<BinaryRuleName, string>> = {
  'tflite-prelu': 'PRelu',
  'xnnpack-add': 'Add',
  'xnnpack-sub': 'Sub',
  'xnnpack-mul': 'Mul',
  'onnxruntime-add': 'Add',
  'onnxruntime-mul': 'Mul',
  'onnxruntime-qdq-add': 'Add',
  'onnxruntime-qdq-mul': 'Mul',
  'float32-add': 'Add',
  'float32-sub': 'Sub',
  'float32-mul': 'Mul',
  'float32-div': 'Div',
};

export function emitStackBinary(values: QdqValues, assembly: OnnxAssembly, node: StackBinary): void {
  node.inputGrids.forEach((grid, i) => requireGrid(values, node, grid, node.inputs[i]!));
  requireGrid(values, node, node.outputGrid, node.output);
  const order = commonOrder(values, node.inputs, values.shape(node.output).length);
  const operands = node.inputs.map((id) => broadcastOperand(values, id, order));
  const y = assembly.node(BINARY_OPERATORS[node.rule], node.name, operands);
  values.quantize(node.output, y, order, node.clamp);
}

export function emitStackSoftmax(values: QdqValues, assembly: OnnxAssembly, node: StackSoftmax): void {
  requireEnds(values, node);
  const opType = node.rule === 'tflite-log-softmax' ? 'LogSoftmax' : 'Softmax';
  const y = softmaxOf(values, assembly, opType, node, node.beta);
  values.quantize(node.output, y, values.orderOf(node.inputs[0]!));
}

export function emitStackAveragePool(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: StackAveragePool,
): void {
  requireEnds(values, node);
  values.quantize(node.output, averagePool(values, assembly, node), NCHW, node.clamp);
}

export function emitStackMean(values: QdqValues, assembly: OnnxAssembly, node: StackMean): void {
  requireEnds(values, node);
  const { real, order } = meanOf(values, assembly, node);
  values.quantize(node.output, real, order, node.clamp);
}

/** Indices as int32, of codes or real numbers; ArgMax gives int64. */
export function emitArgMax(values: QdqValues, assembly: OnnxAssembly, node: ArgMax): void {
  const x = node.inputs[0]!;
  const order = values.orderOf(x);
  const attributes = { axis: int(order.indexOf(node.axis)), keepdims: int(node.keepDims ? 1 : 0) };
  const indices = assembly.node('ArgMax', node.name, [values.real(x, order)], attributes);
  const to = int(onnxDataType('int32'));
  const narrow = assembly.node('Cast', `${node.name}_Cast`, [indices], { to });
  values.define(node.output, narrow, node.keepDims ? order : withoutAxes(order, [node.axis]));
}

type Ends = NodeBase & {
  readonly op: string;
  readonly inputGrid: AffineGrid;
  readonly outputGrid: AffineGrid;
};

function requireEnds(values: QdqValues, node: Ends): void {
  requireGrid(values, node, node.inputGrid, node.inputs[0]!);
  requireGrid(values, node, node.outputGrid, node.output);
}

/** The grid that a node computes on must be its value's: that is the one the file says. */
function requireGrid(
  values: QdqValues,
  node: NodeBase & { readonly op: string },
  { scale, zeroPoint }: AffineGrid,
  id: ValueId,
): void {
  const grid = values.grid(id);
  if (Math.fround(scale) === grid.scale && zeroPoint === grid.zeroPoint) return;
  throw inexpressible(
    node,
    `a grid of scale ${scale}, zero point ${zeroPoint} for '${id}'`,
    `its own: scale ${grid.scale}, zero point ${grid.zeroPoint}`,
  );
}
