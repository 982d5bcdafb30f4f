import type { MovementNode } from '../../../ir/operators.js';
import type { Concat, Gather, Pad, Reshape, Slice, Transpose } from '../../../ir/ops/movement.js';
import { permuteShape } from '../../../tensor/shape.js';
import { int, text, type OnnxAssembly } from '../assembly.js';
import { requireSameGrid } from '../grid.js';
import { insideOrder, isInMemoryOrder, withAxisExpanded, type Order } from '../order.js';
import type { QdqValues } from '../values.js';
import { commonOrder } from './elementwise.js';

/** What only moves codes: the float operator between one grid and the same grid, exact. */
export function emitMovement(values: QdqValues, assembly: OnnxAssembly, node: MovementNode): void {
  const grid = values.grid(node.output);
  for (const id of node.inputs) requireSameGrid(node, values.grid(id), grid);
  switch (node.op) {
    case 'reshape':
      return emitReshape(values, assembly, node);
    case 'transpose':
      return emitTranspose(values, node);
    case 'concat':
      return emitConcat(values, assembly, node);
    case 'slice':
      return emitSlice(values, assembly, node);
    case 'pad':
      return emitPad(values, assembly, node);
    case 'gather':
      return emitGather(values, assembly, node);
  }
}

function emitReshape(values: QdqValues, assembly: OnnxAssembly, node: Reshape): void {
  const x = node.inputs[0]!;
  const shape = values.shape(x);
  const order = values.orderOf(x);
  const real = values.real(x, isInMemoryOrder(order, shape) ? order : insideOrder(shape.length));
  const wanted = assembly.int64s(`${node.name}_shape`, node.shape);
  const attributes = node.shape.includes(0) ? { allowzero: int(1) } : {};
  const y = assembly.node('Reshape', node.name, [real, wanted], attributes);
  values.quantize(node.output, y, insideOrder(node.shape.length));
}

/** Nothing moves: the same codes are the result, in another order. */
function emitTranspose(values: QdqValues, node: Transpose): void {
  const x = node.inputs[0]!;
  const before = values.orderOf(x);
  const order = before.map((axis) => node.permutation.indexOf(axis));
  if (values.grid(x).type === values.grid(node.output).type) {
    values.define(node.output, values.codes(x, before), order);
  } else {
    values.quantize(node.output, values.real(x, before), order);
  }
}

function emitConcat(values: QdqValues, assembly: OnnxAssembly, node: Concat): void {
  const order = commonOrder(values, node.inputs, values.shape(node.output).length);
  const operands = node.inputs.map((id) => values.real(id, order));
  const y = assembly.node('Concat', node.name, operands, { axis: int(order.indexOf(node.axis)) });
  values.quantize(node.output, y, order);
}

/** Where a walk backwards ends that includes element 0: ONNX clamps to "before the first". */
const BEFORE_ALL = -(2 ** 31);

function emitSlice(values: QdqValues, assembly: OnnxAssembly, node: Slice): void {
  const x = node.inputs[0]!;
  const order = values.orderOf(x);
  const axes = insideOrder(order.length);
  const bounds = order.map((axis) => {
    const [start, size, step] = [node.starts[axis]!, node.sizes[axis]!, node.steps[axis]!];
    if (size === 0) return { start: 0, end: 0, step: 1 };
    // One element is one element whichever way the next would lie, and ONNX has no step of 0.
    if (size === 1) return { start, end: start + 1, step: 1 };
    const end = start + size * step;
    return { start, end: end < 0 ? BEFORE_ALL : end, step };
  });
  const constant = (stem: string, numbers: readonly number[]): string =>
    assembly.int64s(`${node.name}_${stem}`, numbers);
  const y = assembly.node('Slice', node.name, [
    values.real(x, order),
    constant(
      'starts',
      bounds.map(({ start }) => start),
    ),
    constant(
      'ends',
      bounds.map(({ end }) => end),
    ),
    constant('axes', axes),
    constant(
      'steps',
      bounds.map(({ step }) => step),
    ),
  ]);
  values.quantize(node.output, y, order);
}

function emitPad(values: QdqValues, assembly: OnnxAssembly, node: Pad): void {
  const x = node.inputs[0]!;
  const order = values.orderOf(x);
  const pads = [...permuteShape(node.before, order), ...permuteShape(node.after, order)];
  const inputs = [values.real(x, order), assembly.int64s(`${node.name}_pads`, pads)];
  if (node.mode === 'constant') {
    const { scale, zeroPoint } = values.grid(node.output);
    inputs.push(assembly.floats(`${node.name}_value`, [scale * (node.value - zeroPoint) + 0]));
  }
  const y = assembly.node('Pad', node.name, inputs, { mode: text(node.mode) });
  values.quantize(node.output, y, order);
}

function emitGather(values: QdqValues, assembly: OnnxAssembly, node: Gather): void {
  const x = node.inputs[0]!;
  const order: Order = values.orderOf(x);
  const indices = assembly.int64s(`${node.name}_indices`, node.indices, node.indicesShape);
  const axis = int(order.indexOf(node.axis));
  const y = assembly.node('Gather', node.name, [values.real(x, order), indices], { axis });
  values.quantize(node.output, y, withAxisExpanded(order, node.axis, node.indicesShape.length));
}
