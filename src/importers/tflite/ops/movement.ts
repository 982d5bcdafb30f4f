import { fits, formatName } from '../../../arith/int-format.js';
import type { ValueId } from '../../../ir/graph.js';
import { elementCount, shapeText, type Shape } from '../../../tensor/shape.js';
import type { OperatorImport } from '../operator-import.js';
import { fusedRange } from './activation.js';
import type { ImportOperator } from './operator.js';
import { axisOf } from './parameters.js';

/** RESHAPE, SQUEEZE, EXPAND_DIMS: the shape that the file gives the result. */
export const reshape = (node: OperatorImport): void => {
  const x = node.value(0);
  const shape = node.outputShape();
  if (elementCount(shape) !== elementCount(node.shape(x))) {
    throw node.refuse({
      found: `a reshape of ${shapeText(node.shape(x))} to ${shapeText(shape)}`,
      expected: 'as many elements',
    });
  }
  node.result({ op: 'reshape', shape }, [x]);
};

/** TRANSPOSE. */
export const transpose: ImportOperator<'TRANSPOSE'> = (node) => {
  const x = node.value(0);
  const rank = node.shape(x).length;
  const permutation = node.integers(1, 'the permutation').map((axis) => axisOf(node, axis, rank));
  node.result({ op: 'transpose', permutation }, [x]);
};

/** The pads of a constant [rank, 2]. */
function padsOf(node: OperatorImport): { before: readonly number[]; after: readonly number[] } {
  const pads = node.integers(1, 'pads');
  const bad = pads.find((pad) => pad < 0);
  if (bad !== undefined) throw node.refuse({ found: `a pad of ${bad}`, expected: 'pads of at least 0' });
  return {
    before: pads.filter((_, index) => index % 2 === 0),
    after: pads.filter((_, index) => index % 2 === 1),
  };
}

/** PAD writes real 0: the zero point of codes. */
export const pad: ImportOperator<'PAD'> = (node) => {
  const type = node.outputType();
  const value = type.kind === 'int' ? (type.quantization?.zeroPoint ?? 0) : 0;
  node.result({ op: 'pad', ...padsOf(node), mode: 'constant', value }, [node.value(0)]);
};

/** PADV2 writes its third input: a code where the others are codes. */
export const padV2: ImportOperator<'PADV2'> = (node) => {
  const x = node.value(0);
  const value = node.scalar(2, 'the value to pad with');
  const type = node.type(x);
  if (type.kind === 'int' && !fits(value, type.format)) {
    throw node.refuse({ found: `${value} to pad with`, expected: `a code of ${formatName(type.format)}` });
  }
  node.result({ op: 'pad', ...padsOf(node), mode: 'constant', value }, [x]);
};

export const mirrorPad: ImportOperator<'MIRROR_PAD'> = (node) => {
  const mode = node.source.options.mode === 'REFLECT' ? 'reflect' : 'symmetric';
  node.result({ op: 'pad', ...padsOf(node), mode, value: 0 }, [node.value(0)]);
};

/** CONCATENATION: of codes on one grid the codes, of others the real numbers. */
export const concatenation: ImportOperator<'CONCATENATION'> = (node) => {
  const { axis, fusedActivationFunction } = node.source.options;
  const values = node.source.inputs.map((_, input) => node.value(input));
  const concat = {
    op: 'concat',
    axis: axisOf(node, axis, node.shape(values[0] ?? node.value(0)).length),
  } as const;
  const range = fusedRange(node, fusedActivationFunction);
  if (range !== null) {
    const joined = node.step(
      concat,
      values.map((id) => node.asReal(id)),
      'joined',
    );
    return node.result({ op: 'unary', function: { kind: 'clip', ...range } }, [joined]);
  }
  const target = JSON.stringify(node.outputType());
  const isCopy = values.every((id) => JSON.stringify(node.type(id)) === target);
  return node.result(concat, isCopy ? values : values.map((id) => node.asReal(id)));
};

/** PACK: tensors of one shape along a new axis. */
export const pack: ImportOperator<'PACK'> = (node) => {
  const values = node.source.inputs.map((_, input) => node.value(input));
  const shape = node.shape(values[0] ?? node.value(0));
  const axis = axisOf(node, node.source.options.axis, shape.length + 1);
  const slab: Shape = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
  const slabs = values.map((id, index) =>
    node.step({ op: 'reshape', shape: slab }, [id], `part${index}`, node.type(id)),
  );
  node.result({ op: 'concat', axis }, slabs);
};

/** Part of a tensor as an output: `sizes` elements from `starts`, in steps. */
function part(
  node: OperatorImport,
  x: ValueId,
  starts: readonly number[],
  sizes: readonly number[],
  steps: readonly number[],
  output = 0,
): void {
  node.result({ op: 'slice', starts, sizes, steps }, [x], output);
}

/** UNPACK: the parts along an axis, without it. */
export const unpack: ImportOperator<'UNPACK'> = (node) => {
  const x = node.value(0);
  const shape = node.shape(x);
  const axis = axisOf(node, node.source.options.axis, shape.length);
  node.source.outputs.forEach((_, index) => {
    const starts = shape.map((_extent, i) => (i === axis ? index : 0));
    const sizes = shape.map((extent, i) => (i === axis ? 1 : extent));
    part(node, x, starts, sizes, onesLike(shape), index);
  });
};

const onesLike = (shape: Shape): number[] => shape.map(() => 1);

/** SLICE: a size of −1 is all that is left. */
export const slice: ImportOperator<'SLICE'> = (node) => {
  const x = node.value(0);
  const shape = node.shape(x);
  const starts = node.integers(1, 'where to begin');
  const given = node.integers(2, 'sizes');
  if (starts.length !== shape.length || given.length !== shape.length) {
    throw node.refuse({
      found: `${starts.length} begins and ${given.length} sizes for ${shapeText(shape)}`,
      expected: 'one of each for every axis',
    });
  }
  const sizes = given.map((size, axis) => (size === -1 ? shape[axis]! - starts[axis]! : size));
  part(node, x, starts, sizes, onesLike(shape));
};

/** Parts along an axis, of the sizes given. */
function splitInto(node: OperatorImport, x: ValueId, axis: number, sizes: readonly number[]): void {
  const shape = node.shape(x);
  if (
    sizes.length !== node.source.outputs.length ||
    sizes.reduce((sum, size) => sum + size, 0) !== shape[axis]
  ) {
    throw node.refuse({
      found: `a split of ${shape[axis]} into ${sizes.join(', ')} for ${node.source.outputs.length} outputs`,
      expected: 'a size for each output, adding up to the axis',
    });
  }
  let start = 0;
  sizes.forEach((size, output) => {
    const starts = shape.map((_, i) => (i === axis ? start : 0));
    part(
      node,
      x,
      starts,
      shape.map((extent, i) => (i === axis ? size : extent)),
      onesLike(shape),
      output,
    );
    start += size;
  });
}

/** SPLIT: equal parts; the axis comes first. */
export const split: ImportOperator<'SPLIT'> = (node) => {
  const x = node.value(1);
  const axis = axisOf(node, node.scalar(0, 'the axis'), node.shape(x).length);
  const count = node.source.outputs.length;
  if (count === 0 || node.shape(x)[axis]! % count !== 0) {
    throw node.refuse({
      found: `${node.shape(x)[axis]} elements for ${count} equal outputs`,
      expected: 'a split without a rest',
    });
  }
  splitInto(
    node,
    x,
    axis,
    Array.from({ length: count }, () => node.shape(x)[axis]! / count),
  );
};

/** SPLIT_V: parts of given sizes, one of which may be −1. */
export const splitV: ImportOperator<'SPLIT_V'> = (node) => {
  const x = node.value(0);
  const axis = axisOf(node, node.scalar(2, 'the axis'), node.shape(x).length);
  const sizes = node.integers(1, 'sizes');
  const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  splitInto(
    node,
    x,
    axis,
    sizes.map((size) => (size === -1 ? node.shape(x)[axis]! - known : size)),
  );
};

/** GATHER with constant indices. */
export const gather: ImportOperator<'GATHER'> = (node) => {
  const { axis, batchDims } = node.source.options;
  if (batchDims !== 0) throw node.refuse({ found: `batch_dims ${batchDims}`, expected: '0' });
  const x = node.value(0);
  node.result(
    {
      op: 'gather',
      axis: axisOf(node, axis, node.shape(x).length),
      indices: node.integers(1, 'indices'),
      indicesShape: node.tensor(1).shape,
    },
    [x],
  );
};

/**
 * STRIDED_SLICE as in NumPy: bits of `beginMask` and `endMask` leave an end open, those of `shrinkAxisMask` take one element
 * and drop the axis.
 */
export const stridedSlice: ImportOperator<'STRIDED_SLICE'> = (node) => {
  const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask, offset } = node.source.options;
  if (ellipsisMask !== 0 || newAxisMask !== 0 || offset) {
    throw node.refuse({
      found: 'an ellipsis, a new axis or an offset in a slice',
      expected: 'begin, end and strides for each axis',
    });
  }
  const x = node.value(0);
  const shape = node.shape(x);
  const begin = node.integers(1, 'where to begin');
  const end = node.integers(2, 'where to end');
  const strides = node.integers(3, 'strides');
  if (begin.length > shape.length || begin.length !== end.length || begin.length !== strides.length) {
    throw node.refuse({
      found: `${begin.length} begins, ${end.length} ends and ${strides.length} strides for ${shapeText(shape)}`,
      expected: 'as many of each, at most one for each axis',
    });
  }
  const axes = shape.map((extent, axis) => {
    const isSet = (mask: number): boolean => ((mask >> axis) & 1) === 1;
    const step = strides[axis] ?? 1;
    if (step === 0) throw node.refuse({ found: 'a stride of 0', expected: 'another' });
    if (axis >= begin.length) return { start: 0, size: extent, step: 1 };
    const first = begin[axis]! < 0 ? begin[axis]! + extent : begin[axis]!;
    if (isSet(shrinkAxisMask)) return { start: first, size: 1, step: 1 };
    const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
    const clamped = (position: number): number => Math.min(Math.max(position, low), high);
    const start = isSet(beginMask) ? (step > 0 ? low : high) : clamped(first);
    const last = end[axis]! < 0 ? end[axis]! + extent : end[axis]!;
    const stop = isSet(endMask) ? (step > 0 ? high : low) : clamped(last);
    return { start, size: Math.max(0, Math.ceil((stop - start) / step)), step };
  });
  part(
    node,
    x,
    axes.map(({ start }) => start),
    axes.map(({ size }) => size),
    axes.map(({ step }) => step),
  );
};
