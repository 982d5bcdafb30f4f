import type { Shape } from '../../tensor/shape.js';
import type { NodeBase } from '../graph.js';

/**
 * Where each output position along one axis reads: a blend of two input positions. Nearest neighbour has
 * `lower = upper` and weight 0. The importer computes the taps from the source's coordinate rule, once.
 */
export interface AxisTaps {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Weight of `upper`: a real in [0, 1] in the float dialect, an integer in [0, 2^weightBits] in the integer dialect. */
  readonly upperWeight: readonly number[];
}

/** Where the source takes its coordinates from: a stack's integer operator derives its own taps from it. */
export interface ResizeRule {
  readonly stack: 'tflite';
  readonly mode: 'bilinear' | 'nearest';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Separable resize of x [batch, height, width, channels] to rows.lower.length x columns.lower.length. */
export interface FloatResize extends NodeBase {
  readonly op: 'resize';
  readonly rows: AxisTaps;
  readonly columns: AxisTaps;
  readonly rule?: ResizeRule | undefined;
}

/**
 * Same grid in and out. With h = 2^weightBits:
 * `y = round(((h − wr) · ((h − wc) · a + wc · b) + wr · ((h − wc) · c + wc · d)) / h²)` on codes.
 */
export interface IntResize extends NodeBase {
  readonly op: 'resize';
  readonly rows: AxisTaps;
  readonly columns: AxisTaps;
  readonly weightBits: number;
  readonly rounding: 'halfAwayFromZero' | 'halfUp';
}

export const resizeShape = (
  node: { readonly rows: AxisTaps; readonly columns: AxisTaps },
  [x]: readonly Shape[],
): Shape => [x![0]!, node.rows.lower.length, node.columns.lower.length, x![3]!];

export function resizeProblems(
  node: { readonly rows: AxisTaps; readonly columns: AxisTaps },
  [x]: readonly Shape[],
): string[] {
  if (x!.length !== 4) return [`input has rank ${x!.length}, expected 4 (NHWC)`];
  const inside = (taps: AxisTaps, extent: number): boolean =>
    taps.lower.length === taps.upper.length &&
    taps.lower.length === taps.upperWeight.length &&
    [...taps.lower, ...taps.upper].every((index) => Number.isInteger(index) && index >= 0 && index < extent);
  return inside(node.rows, x![1]!) && inside(node.columns, x![2]!) ? [] : ['a tap reads outside the input'];
}
