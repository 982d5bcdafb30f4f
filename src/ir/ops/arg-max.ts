import type { Shape } from '../../tensor/shape.js';
import type { NodeBase } from '../graph.js';

/** Index of the largest element along an axis, the first of equals, as int32; the same in both dialects. */
export interface ArgMax extends NodeBase {
  readonly op: 'argMax';
  readonly axis: number;
  readonly keepDims: boolean;
}

export const argMaxShape = ({ axis, keepDims }: ArgMax, [x]: readonly Shape[]): Shape =>
  x!.flatMap((extent, i) => (i === axis ? (keepDims ? [1] : []) : [extent]));

export const argMaxProblems = ({ axis }: ArgMax, [x]: readonly Shape[]): string[] =>
  axis >= 0 && axis < x!.length && x![axis]! > 0 ? [] : [`axis ${axis} of a rank-${x!.length} tensor`];
