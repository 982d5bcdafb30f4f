import type { NodeImport } from '../node-import.js';
import type { ConstantOperand, Operand } from '../operand.js';

/** An axis of a tensor of `rank` axes; negative ones count from the back. */
export function normalizedAxis(node: NodeImport, axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw node.refuse({ found: `axis ${axis}`, expected: `an axis of a tensor of rank ${rank}` });
}

export function normalizedAxes(node: NodeImport, axes: readonly number[], rank: number): number[] {
  const normalized = axes.map((axis) => normalizedAxis(node, axis, rank));
  if (new Set(normalized).size === axes.length) return normalized;
  throw node.refuse({ found: `axes ${axes.join(', ')}`, expected: 'distinct axes' });
}

/** The integers of a constant. Those beyond 2^53 are rounded: they only ever say "to the end". */
export function integersOf(node: NodeImport, constant: ConstantOperand, role: string): number[] {
  const { type, data } = constant.array;
  if (type !== 'float32' && type !== 'float64' && type !== 'bool') return Array.from(data, Number);
  throw node.refuse({ found: `${role} of type ${type}`, expected: `integer ${role}` });
}

/** Integers that are an attribute in early opsets and an input from `inputSince` on; null where they were left out. */
export function integersFrom(
  node: NodeImport,
  attribute: string,
  inputIndex: number,
  inputSince: number,
): readonly number[] | null {
  if (node.opset < inputSince) return node.attributes.bigInts(attribute)?.map(Number) ?? null;
  const constant = node.optionalConstant(inputIndex, attribute);
  return constant === null ? null : integersOf(node, constant, attribute);
}

/** The one number of a constant, or null where it has more. */
export function scalarOf(operand: Operand): number | null {
  return operand.kind === 'constant' && operand.array.data.length === 1
    ? Number(operand.array.data[0])
    : null;
}

/** An input that must be one constant number; null where it was left out. */
export function optionalScalar(node: NodeImport, index: number, role: string): number | null {
  const constant = node.optionalConstant(index, role);
  if (constant === null) return null;
  const value = scalarOf(constant);
  if (value !== null && !Number.isNaN(value)) return value;
  throw node.refuse({ found: `${role} of ${constant.array.data.length} elements`, expected: 'one number' });
}
