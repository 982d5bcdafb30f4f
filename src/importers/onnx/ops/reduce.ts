import type { ImportOperator } from './operator.js';
import { integersFrom, normalizedAxes } from './parameters.js';

/** ReduceMean-1 … -13 (attribute axes), -18 (input axes, noop_with_empty_axes). No axes means all of them. */
export const reduceMean: ImportOperator = (node) => {
  const x = node.input(0);
  const rank = x.shape.length;
  const stated = integersFrom(node, 'axes', 1, 18) ?? [];
  const keepDims = node.attributes.flag('keepdims', true);
  const isNoOp = node.opset >= 18 && node.attributes.flag('noop_with_empty_axes', false);
  if (stated.length === 0 && isNoOp) return [x];
  const axes = stated.length === 0 ? x.shape.map((_, axis) => axis) : normalizedAxes(node, stated, rank);
  return [node.emit({ op: 'mean', axes, keepDims }, [x])];
};

/** GlobalAveragePool-1: the mean over the spatial axes, which stay with extent 1. */
export const globalAveragePool: ImportOperator = (node) => {
  const x = node.input(0);
  const axes = x.shape.map((_, axis) => axis).slice(2);
  return [node.emit({ op: 'mean', axes, keepDims: true }, [x])];
};
