import { slice as sliceOperand } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { ImportOperator } from './operator.js';
import { integersFrom, normalizedAxes } from './parameters.js';

/** Slice-1 (attributes), -10, -11, -13 (inputs): starts, ends, axes and steps as in NumPy, clamped to the axis. */
export const slice: ImportOperator = (node) => {
  const x = node.input(0);
  const begin = required(node, 'starts', 1);
  const end = required(node, 'ends', 2);
  const axes = integersFrom(node, 'axes', 3, 10) ?? begin.map((_, axis) => axis);
  const strides = (node.opset < 10 ? null : integersFrom(node, 'steps', 4, 10)) ?? begin.map(() => 1);
  if ([end, axes, strides].some(({ length }) => length !== begin.length) || strides.includes(0)) {
    throw node.refuse({
      found: `${begin.length} starts, ${end.length} ends, ${axes.length} axes, steps ${strides.join(', ')}`,
      expected: 'as many of each, and no step of 0',
    });
  }
  const starts = x.shape.map(() => 0);
  const sizes = [...x.shape];
  const steps = x.shape.map(() => 1);
  normalizedAxes(node, axes, x.shape.length).forEach((axis, which) => {
    const range = clampedRange(begin[which]!, end[which]!, strides[which]!, x.shape[axis]!);
    starts[axis] = range.start;
    sizes[axis] = range.size;
    steps[axis] = strides[which]!;
  });
  return [sliceOperand(node, x, { starts, sizes, steps })];
};

function required(node: NodeImport, name: string, inputIndex: number): readonly number[] {
  const values = integersFrom(node, name, inputIndex, 10);
  if (values !== null) return values;
  throw node.refuse({ found: `no ${name}`, expected: 'one per sliced axis' });
}

/** NumPy's rule: negative positions count from the back, then both ends are clamped (to −1 going backwards). */
function clampedRange(
  begin: number,
  end: number,
  step: number,
  extent: number,
): { start: number; size: number } {
  const clamp = (position: number, low: number, high: number): number =>
    Math.min(Math.max(position < 0 ? position + extent : position, low), high);
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const start = clamp(begin, step > 0 ? low : 0, high);
  const size = Math.max(0, Math.ceil((clamp(end, low, high) - start) / step));
  return { start: size === 0 ? 0 : start, size };
}
