import type { Shape } from '../../../tensor/shape.js';

/** How a reshape of a transposed value is done without undoing the transpose. */
export interface ReshapedView {
  /** The order of the value's axes in which the reshape is a plain one. */
  readonly order: readonly number[];
  /** The shape to give it then. */
  readonly shape: Shape;
  /** The reshaped value is the transpose of that by this permutation. */
  readonly permutation: readonly number[];
}

/** Axes before and after a reshape that hold the same elements among themselves. */
interface AxisGroup {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * A reshape splits and merges axes group by group: in [1, 16, 4, 4] → [1, 2, 8, 4, 4] only the channels are split. So the
 * groups may stay in the order in which their innermost axes lie; only axes that are merged must be side by side. Extents of 1 come
 * first underneath, which leaves channels last.
 *
 * @param permutation how the value of shape `before` lies (`View`).
 */
export function reshapeView(before: Shape, after: Shape, permutation: readonly number[]): ReshapedView {
  const innermost = ({ from }: AxisGroup): number => Math.max(...from.map((axis) => permutation[axis]!));
  const groups = axisGroups(before, after).toSorted((a, b) => innermost(a) - innermost(b));
  const labels = [...axesOfOne(after), ...groups.flatMap(({ to }) => to)];
  return {
    order: [...axesOfOne(before), ...groups.flatMap(({ from }) => from)],
    shape: labels.map((axis) => after[axis]!),
    permutation: after.map((_, axis) => labels.indexOf(axis)),
  };
}

const axesOfOne = (shape: Shape): number[] => shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []));

/** The smallest runs of axes with equal products, extents of 1 left out. */
export function axisGroups(before: Shape, after: Shape): AxisGroup[] {
  const groups: AxisGroup[] = [];
  let [left, right] = [nextAxis(before, 0), nextAxis(after, 0)];
  while (left >= 0 && right >= 0) {
    const from = [left];
    const to = [right];
    let [product, other] = [before[left]!, after[right]!];
    while (product !== other) {
      if (product < other) {
        left = nextAxis(before, left + 1);
        from.push(left);
        product *= before[left]!;
      } else {
        right = nextAxis(after, right + 1);
        to.push(right);
        other *= after[right]!;
      }
    }
    groups.push({ from, to });
    [left, right] = [nextAxis(before, left + 1), nextAxis(after, right + 1)];
  }
  return groups;
}

/** The first axis from `axis` on with more than one element, or −1. */
const nextAxis = (shape: Shape, axis: number): number =>
  shape.findIndex((extent, candidate) => candidate >= axis && extent !== 1);
