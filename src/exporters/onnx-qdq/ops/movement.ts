import type { MovementNode } from '../../../ir/operators.js';
import type { Concat, Gather, Pad, Reshape, Slice, Transpose } from '../../../ir/ops/movement.js';
import { permuteShape } from '../../../tensor/shape.js';
import { int, text, type OnnxAssembly } from '../assembly.js';
import { storageType, tensorFrom } from '../../../tensor/tensor.js';
import { insideOrder, isInMemoryOrder, withAxisExpanded, type Order } from '../order.js';
import { requireSharedGrid, type QdqValues } from '../values.js';
import { commonOrder } from './elementwise.js';

/**
 * What only moves elements, exact: of codes the float operator between one grid and the same grid, else the operator as it is.
 */
export function emitMovement(values: QdqValues, assembly: OnnxAssembly, node: MovementNode): void {
  requireSharedGrid(values, node);
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
  values.result(node.output, y, insideOrder(node.shape.length));
}

/** Nothing moves: the same codes are the result, in another order. */
function emitTranspose(values: QdqValues, node: Transpose): void {
  const x = node.inputs[0]!;
  const before = values.orderOf(x);
  const order = before.map((axis) => node.permutation.indexOf(axis));
  if (!values.isOnGrid(x) || values.grid(x).type === values.grid(node.output).type) {
    values.define(node.output, values.tensor(x, before), order);
  } else {
    values.result(node.output, values.real(x, before), order);
  }
}

function emitConcat(values: QdqValues, assembly: OnnxAssembly, node: Concat): void {
  const order = commonOrder(values, node.inputs, values.shape(node.output).length);
  const operands = node.inputs.map((id) => values.real(id, order));
  const y = assembly.node('Concat', node.name, operands, { axis: int(order.indexOf(node.axis)) });
  values.result(node.output, y, order);
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
  values.result(node.output, y, order);
}

function emitPad(values: QdqValues, assembly: OnnxAssembly, node: Pad): void {
  const x = node.inputs[0]!;
  const order = values.orderOf(x);
  if (node.mode === 'symmetric') {
    values.result(node.output, mirrored(values, assembly, node, order), order);
    return;
  }
  const pads = [...permuteShape(node.before, order), ...permuteShape(node.after, order)];
  const inputs = [values.real(x, order), assembly.int64s(`${node.name}_pads`, pads)];
  if (node.mode === 'constant') inputs.push(padValue(values, assembly, node));
  const y = assembly.node('Pad', node.name, inputs, { mode: text(node.mode) });
  values.result(node.output, y, order);
}

/** The element that padding writes: of codes the real number. */
function padValue(values: QdqValues, assembly: OnnxAssembly, node: Pad): string {
  const { type } = values.value(node.output);
  const stem = `${node.name}_value`;
  if (type.kind === 'float32') return assembly.floats(stem, [node.value]);
  if (type.quantization === null)
    return assembly.initializer(stem, tensorFrom(storageType(type.format), [], [node.value]));
  const { scale, zeroPoint } = values.grid(node.output);
  return assembly.floats(stem, [scale * (node.value - zeroPoint) + 0]);
}

/** ONNX has no padding that repeats the border element: a Gather along each axis that is padded. */
function mirrored(values: QdqValues, assembly: OnnxAssembly, node: Pad, order: Order): string {
  const shape = values.shape(node.inputs[0]!);
  return order.reduce(
    (real, axis, position) => {
      const [extent, before, after] = [shape[axis]!, node.before[axis]!, node.after[axis]!];
      if (before === 0 && after === 0) return real;
      const source = Array.from({ length: before + extent + after }, (_, index) => {
        const place = index - before;
        if (place < 0) return -1 - place;
        return place < extent ? place : 2 * extent - 1 - place;
      });
      const indices = assembly.int64s(`${node.name}_indices`, source);
      return assembly.node('Gather', node.name, [real, indices], { axis: int(position) });
    },
    values.real(node.inputs[0]!, order),
  );
}

function emitGather(values: QdqValues, assembly: OnnxAssembly, node: Gather): void {
  const x = node.inputs[0]!;
  const order: Order = values.orderOf(x);
  const indices = assembly.int64s(`${node.name}_indices`, node.indices, node.indicesShape);
  const axis = int(order.indexOf(node.axis));
  const y = assembly.node('Gather', node.name, [values.real(x, order), indices], { axis });
  values.result(node.output, y, withAxisExpanded(order, node.axis, node.indicesShape.length));
}
