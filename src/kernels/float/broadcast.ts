import { broadcastStrides, elementCount, type Shape } from '../../tensor/shape.js';

/**
 * A walk over the elements of a shape, in order, in runs along which each operand either advances one by one or stands
 * still. `starts[operand][run]` is where the operand's run begins; `steps[operand]` is 1 or 0.
 */
export interface BroadcastRuns {
  readonly length: number;
  readonly count: number;
  readonly steps: readonly number[];
  readonly starts: readonly Int32Array[];
}

/** The longest runs over `target` of operands that broadcast to it. */
export function broadcastRuns(operands: readonly Shape[], target: Shape): BroadcastRuns {
  const aligned = operands.map((shape) => [
    ...Array.from({ length: target.length - shape.length }, () => 1),
    ...shape,
  ]);
  let inner = target.length;
  while (inner > 0 && aligned.every((shape) => isUniform(shape, target, inner - 1))) inner -= 1;
  const outer = target.slice(0, inner);
  const length = elementCount(target.slice(inner));
  return {
    length,
    count: elementCount(outer),
    steps: aligned.map((shape) => (elementCount(shape.slice(inner)) === length ? 1 : 0)),
    starts: aligned.map((shape) => broadcastOffsets(broadcastStrides(shape, target).slice(0, inner), outer)),
  };
}

/** Whether from `axis` on a shape has all extents of the target or none. */
function isUniform(shape: Shape, target: Shape, axis: number): boolean {
  const size = elementCount(shape.slice(axis));
  return size === 1 || size === elementCount(target.slice(axis));
}

/** `Σ index[axis] · strides[axis]` for every index of a shape, in row-major order. */
export function broadcastOffsets(strides: readonly number[], shape: Shape): Int32Array {
  let offsets = [0];
  shape.forEach((extent, axis) => {
    offsets = offsets.flatMap((offset) =>
      Array.from({ length: extent }, (_, index) => offset + index * strides[axis]!),
    );
  });
  return Int32Array.from(offsets);
}
