import { broadcastShapes, broadcastStrides, elementCount } from '../../../tensor/shape.js';
import type { PlainArray } from '../../../formats/elements.js';
import { arrayOf, computeArray, stridedCopy, type Elements } from '../../arrays.js';
import { expand as expandConstant } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import { constantOperand, type ConstantOperand } from '../operand.js';
import type { ImportOperator } from './operator.js';
import { integersOf, scalarOf } from './parameters.js';

/** Constant-1, -9, -11: a tensor. Constant-12, -13, -19: or plain numbers. */
export const constant: ImportOperator = (node) => {
  const { attributes } = node;
  const tensor = attributes.tensor('value');
  const [float, floats] = [attributes.optionalFloat('value_float'), attributes.floats('value_floats')];
  const [int, ints] = [attributes.optionalInt('value_int'), attributes.bigInts('value_ints')];
  const name = node.outputNames[0]!;
  if (tensor !== null) return [constantOperand(name, node.decode(tensor))];
  if (float !== null) return [constantOperand(name, arrayOf('float32', [], Float32Array.of(float)))];
  if (int !== null) return [constantOperand(name, int64Array([], [BigInt(int)]))];
  if (floats !== null) {
    return [constantOperand(name, arrayOf('float32', [floats.length], Float32Array.from(floats)))];
  }
  if (ints !== null) return [constantOperand(name, int64Array([ints.length], ints))];
  throw node.refuse({ found: 'a constant without a value', expected: 'a dense tensor or numbers' });
};

function int64Array(shape: readonly number[], values: readonly bigint[]): PlainArray {
  return arrayOf('int64', shape, BigInt64Array.from(values));
}

/** Shape-1, -13, -15 (start and end): known at import, since every shape is. */
export const shape: ImportOperator = (node) => {
  const extents = node.input(0).shape;
  const start = node.opset < 15 ? 0 : node.attributes.int('start', 0);
  const end = node.opset < 15 ? null : node.attributes.optionalInt('end');
  const part = extents.slice(start, end ?? extents.length); // slice clamps and counts from the back, as the clause asks
  return [foldIntegers(node, [part.length], (index) => BigInt(part[index]!))];
};

export const size: ImportOperator = (node) => {
  const count = BigInt(elementCount(node.input(0).shape));
  return [foldIntegers(node, [], () => count)];
};

/** ConstantOfShape-9: float32 zeros unless `value` says otherwise. */
export const constantOfShape: ImportOperator = (node) => {
  const extents = integersOf(node, node.constant(0, 'a shape'), 'shape');
  const tensor = node.attributes.tensor('value');
  const value = tensor === null ? arrayOf('float32', [1], Float32Array.of(0)) : node.decode(tensor);
  if (value.data.length !== 1) {
    throw node.refuse({ found: `a value of ${value.data.length} elements`, expected: 'one' });
  }
  const one = arrayOf(value.type, [], value.data);
  const strides = broadcastStrides([], extents);
  return [node.fill(node.outputNames[0]!, extents, () => stridedCopy(one, extents, strides))];
};

/** Range-11: `start`, `start + delta`, … before `limit`. */
export const range: ImportOperator = (node) => {
  const operands = ['start', 'limit', 'delta'].map((role, index) => node.constant(index, role));
  const [start, limit, delta] = operands.map((operand) => scalarOf(operand) ?? NaN);
  const count = Math.max(Math.ceil((limit! - start!) / delta!), 0);
  if (!Number.isFinite(count)) {
    throw node.refuse({ found: `a range from ${start} to ${limit} by ${delta}`, expected: 'finite numbers' });
  }
  const { type } = operands[0]!.array;
  return [
    node.fold(node.outputNames[0]!, [count], () =>
      computeArray(type, [count], (index) => {
        const value = start! + index * delta!;
        return type === 'int64' || type === 'uint64' ? BigInt(value) : value;
      }),
    ),
  ];
};

/** Expand-8, -13 of constants: NumPy's broadcast of the operand and a shape. */
export const expand: ImportOperator = (node) => {
  const x = node.constant(0, 'an operand of Expand');
  const target = integersOf(node, node.constant(1, 'a shape'), 'shape');
  const broadcast = broadcastShapes(x.shape, target);
  if (broadcast !== null) return [expandConstant(node, x, broadcast)];
  throw node.refuse({ found: `shape ${target.join(', ')}`, expected: `a broadcast of ${x.shape.join('x')}` });
};

/** Where-9, -16 of constants. */
export const where: ImportOperator = (node) => {
  const [condition, yes, no] = ['a condition', 'a choice', 'a choice'].map((role, index) =>
    node.constant(index, role),
  ) as [ConstantOperand, ConstantOperand, ConstantOperand];
  const choices = broadcastShapes(yes.shape, no.shape);
  const result = choices === null ? null : broadcastShapes(condition.shape, choices);
  if (result === null || yes.array.type !== no.array.type) {
    throw node.refuse({
      found: 'operands that do not go together',
      expected: 'one type, broadcastable shapes',
    });
  }
  const [test, left, right] = [condition, yes, no].map(
    (operand) => expandConstant(node, operand, result).array.data as Elements,
  );
  return [
    node.fold(yes.name, result, () =>
      computeArray(yes.array.type, result, (index) =>
        Number(test![index]) === 0 ? right![index]! : left![index]!,
      ),
    ),
  ];
};

function foldIntegers(
  node: NodeImport,
  extents: readonly number[],
  element: (index: number) => bigint,
): ConstantOperand {
  return node.fold(node.outputNames[0]!, extents, () => computeArray('int64', extents, element));
}
