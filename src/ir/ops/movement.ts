import { elementCount, isPermutation, permuteShape, type Shape } from '../../tensor/shape.js';
import type { PadMode } from '../../tensor/pad.js';
import type { NodeBase } from '../graph.js';

/** Operators that move elements and compute nothing; the same in both dialects. Codes are copied, grids are shared. */

export interface Reshape extends NodeBase {
  readonly op: 'reshape';
  readonly shape: Shape;
}

export interface Transpose extends NodeBase {
  readonly op: 'transpose';
  /** Output axis i is input axis permutation[i]. */
  readonly permutation: readonly number[];
}

export interface Concat extends NodeBase {
  readonly op: 'concat';
  readonly axis: number;
}

/** Per axis: `sizes` elements from `starts`, `steps` apart (negative steps walk backwards). */
export interface Slice extends NodeBase {
  readonly op: 'slice';
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  readonly steps: readonly number[];
}

export interface Pad extends NodeBase {
  readonly op: 'pad';
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** `reflect` leaves the border element out, `symmetric` repeats it. */
  readonly mode: PadMode;
  /** What `constant` writes: a real number in the float dialect, a code in the integer dialect. */
  readonly value: number;
}

/** `output[i…, k…, j…] = x[i…, indices[k…], j…]` along `axis`; indices are fixed and within range. */
export interface Gather extends NodeBase {
  readonly op: 'gather';
  readonly axis: number;
  readonly indices: readonly number[];
  readonly indicesShape: Shape;
}

export const reshapeProblems = (node: Reshape, [x]: readonly Shape[]): string[] =>
  elementCount(node.shape) === elementCount(x!)
    ? []
    : [
        `shape ${node.shape.join('x')} has ${elementCount(node.shape)} elements, the input ${elementCount(x!)}`,
      ];

export const transposeShape = (node: Transpose, [x]: readonly Shape[]): Shape =>
  permuteShape(x!, node.permutation);

export const transposeProblems = (node: Transpose, [x]: readonly Shape[]): string[] =>
  node.permutation.length === x!.length && isPermutation(node.permutation)
    ? []
    : [`permutation ${node.permutation.join(',')} does not order ${x!.length} axes`];

export function concatShape(node: Concat, inputs: readonly Shape[]): Shape {
  const total = inputs.reduce((sum, shape) => sum + shape[node.axis]!, 0);
  return inputs[0]!.map((extent, axis) => (axis === node.axis ? total : extent));
}

export function concatProblems(node: Concat, inputs: readonly Shape[]): string[] {
  const [first, ...others] = inputs;
  if (node.axis < 0 || node.axis >= first!.length)
    return [`axis ${node.axis} of a rank-${first!.length} tensor`];
  return others
    .filter(
      (shape) =>
        shape.length !== first!.length ||
        shape.some((extent, axis) => axis !== node.axis && extent !== first![axis]),
    )
    .map((shape) => `shapes ${first!.join('x')} and ${shape.join('x')} differ beside axis ${node.axis}`);
}

export const sliceShape = (node: Slice): Shape => node.sizes;

export function sliceProblems(node: Slice, [x]: readonly Shape[]): string[] {
  return x!.flatMap((extent, axis) => {
    const size = node.sizes[axis] ?? -1;
    const first = node.starts[axis] ?? -1;
    const last = first + (size - 1) * (node.steps[axis] ?? 0);
    const inside = size === 0 || (first >= 0 && first < extent && last >= 0 && last < extent);
    return size >= 0 && inside
      ? []
      : [`axis ${axis}: ${size} elements from ${first} do not lie in ${extent}`];
  });
}

export const padShape = (node: Pad, [x]: readonly Shape[]): Shape =>
  x!.map((extent, axis) => extent + node.before[axis]! + node.after[axis]!);

/** How far a mode can look into the tensor for what it writes. */
function widestPad(mode: Pad['mode'], extent: number): number {
  if (mode === 'reflect') return extent - 1;
  return mode === 'symmetric' ? extent : Infinity;
}

export const padProblems = (node: Pad, [x]: readonly Shape[]): string[] =>
  node.before.length === x!.length && node.after.length === x!.length
    ? x!.some(
        (extent, axis) => Math.max(node.before[axis]!, node.after[axis]!) > widestPad(node.mode, extent),
      )
      ? [`${node.mode} padding is wider than the tensor`]
      : []
    : [`pads for ${node.before.length} axes of a rank-${x!.length} tensor`];

export const gatherShape = (node: Gather, [x]: readonly Shape[]): Shape => [
  ...x!.slice(0, node.axis),
  ...node.indicesShape,
  ...x!.slice(node.axis + 1),
];

export function gatherProblems(node: Gather, [x]: readonly Shape[]): string[] {
  const extent = x![node.axis];
  if (extent === undefined) return [`axis ${node.axis} of a rank-${x!.length} tensor`];
  if (elementCount(node.indicesShape) !== node.indices.length) return ['indices do not fill their shape'];
  const outside = node.indices.find((index) => !Number.isInteger(index) || index < 0 || index >= extent);
  return outside === undefined ? [] : [`index ${outside} is outside 0 … ${extent - 1}`];
}
