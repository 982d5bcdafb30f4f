import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import type { Shape } from '../../tensor/shape.js';
import { outputHeight, outputWidth, type Window2d } from '../../tensor/window.js';
import type { NodeBase } from '../graph.js';

/** Maximum over a window of x [batch, height, width, channels]; padding never wins. Same grid in and out. */
export interface MaxPool extends NodeBase, Window2d {
  readonly op: 'maxPool';
}

export interface FloatAveragePool extends NodeBase, Window2d {
  readonly op: 'averagePool';
  /** Whether padded positions count in the divisor (they are real zero in the sum either way). */
  readonly countIncludePad: boolean;
}

/**
 * Average over a window; input and output share the grid (white paper 2.3.3). TFLite's rule (`integer_ops/pooling.h`):
 * the sum of codes over the counted positions, divided by their number, to nearest with ties away from zero. Where
 * padding counts, padded positions are code `inputZeroPoint`.
 */
export interface IntAveragePool extends NodeBase, Window2d {
  readonly op: 'averagePool';
  readonly countIncludePad: boolean;
  readonly inputZeroPoint: number;
  readonly clamp: CodeRange;
}

export function poolShape(node: Window2d, [x]: readonly Shape[]): Shape {
  return [x![0]!, outputHeight(x![1]!, node), outputWidth(x![2]!, node), x![3]!];
}

export function poolProblems(_node: Window2d, [x]: readonly Shape[]): string[] {
  return x!.length === 4 ? [] : [`input has rank ${x!.length}, expected 4 (NHWC)`];
}

/** Mean over whole axes. */
export interface FloatMean extends NodeBase {
  readonly op: 'mean';
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/**
 * `y = clamp(requantize(Σ (x − inputZeroPoint)) + outputZeroPoint)`, the sum in int32; the requantizer's factor contains
 * 1 / count.
 */
export interface IntMean extends NodeBase {
  readonly op: 'mean';
  readonly axes: readonly number[];
  readonly keepDims: boolean;
  readonly inputZeroPoint: number;
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}

export function meanShape(
  node: { axes: readonly number[]; keepDims: boolean },
  [x]: readonly Shape[],
): Shape {
  return x!.flatMap((extent, axis) => (node.axes.includes(axis) ? (node.keepDims ? [1] : []) : [extent]));
}

export function meanProblems(node: { axes: readonly number[] }, [x]: readonly Shape[]): string[] {
  const distinct = new Set(node.axes).size === node.axes.length;
  const inside = node.axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < x!.length);
  return distinct && inside
    ? []
    : [`axes ${node.axes.join(',')} are not distinct axes of a rank-${x!.length} tensor`];
}
