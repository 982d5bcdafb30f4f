import { shapeText } from '../../../tensor/shape.js';
import { concat as concatOperands, slice } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { Operand } from '../operand.js';
import type { ImportOperator } from './operator.js';
import { integersFrom, normalizedAxis } from './parameters.js';

/** Concat-4, -11, -13. */
export const concat: ImportOperator = (node) => {
  const parts = Array.from({ length: node.inputCount }, (_, index) => node.input(index));
  const first = node.input(0);
  const axis = normalizedAxis(node, node.attributes.int('axis', NaN), first.shape.length);
  const misfit = parts.find((part) => !fitsBeside(part, first, axis));
  if (misfit !== undefined) {
    throw node.refuse({
      found: `${shapeText(misfit.shape)} beside ${shapeText(first.shape)}`,
      expected: `operands of one type that differ along axis ${axis} only`,
    });
  }
  return [parts.length === 1 ? first : concatOperands(node, parts, axis)];
};

function fitsBeside(part: Operand, first: Operand, axis: number): boolean {
  const sameType =
    part.kind === 'runTime' || first.kind === 'runTime' || part.array.type === first.array.type;
  const sameRank = part.shape.length === first.shape.length;
  return sameType && sameRank && part.shape.every((extent, i) => i === axis || extent === first.shape[i]);
}

/** Split-2 (attribute split), -11, -13 (input split), -18 (num_outputs; a smaller last part). */
export const split: ImportOperator = (node) => {
  const x = node.input(0);
  const axis = normalizedAxis(node, node.attributes.int('axis', 0), x.shape.length);
  let start = 0;
  return partSizes(node, x.shape[axis]!).map((size, output) => {
    const starts = x.shape.map((_, i) => (i === axis ? start : 0));
    const sizes = x.shape.map((extent, i) => (i === axis ? size : extent));
    start += size;
    return slice(node, x, { starts, sizes, steps: sizes.map(() => 1) }, { output });
  });
};

function partSizes(node: NodeImport, extent: number): readonly number[] {
  const stated = integersFrom(node, 'split', 1, 13);
  const outputs = node.outputNames.length;
  const parts = node.opset < 18 ? outputs : node.attributes.int('num_outputs', outputs);
  const part = Math.ceil(extent / outputs);
  const equal = node.outputNames.map((_, index) => Math.min(part, extent - index * part));
  const sizes = stated ?? equal;
  const isWhole = sizes.reduce((sum, size) => sum + size, 0) === extent && sizes.every((size) => size >= 0);
  const mayBeUneven = stated !== null || node.opset >= 18 || extent % outputs === 0;
  if (isWhole && mayBeUneven && sizes.length === outputs && parts === outputs) return sizes;
  throw node.refuse({
    found: `a split of ${extent} into ${sizes.join(', ')} for ${outputs} outputs`,
    expected: 'one size per output, adding up to the axis',
  });
}
