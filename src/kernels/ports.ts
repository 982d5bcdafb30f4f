import { assert } from '../core/errors.js';
import type { Port } from '../ir/graph.js';
import { permuteShape, stridesOf } from '../tensor/shape.js';
import { zeros, type Tensor } from '../tensor/tensor.js';

/** A tensor as a graph's input port takes it, from the axes of the source file. */
export function toInside(port: Port, outside: Tensor): Tensor {
  return port.permutation === null ? outside : transposed(outside, port.permutation);
}

/** What a graph's output port gives, in the axes of the source file. */
export function toOutside(port: Port, inside: Tensor): Tensor {
  return port.permutation === null ? inside : transposed(inside, port.permutation);
}

/** Output axis i is input axis `permutation[i]`. */
function transposed(source: Tensor, permutation: readonly number[]): Tensor {
  assert(permutation.length === source.shape.length, "a port's permutation orders all axes of its tensor", {
    permutation,
    shape: source.shape,
  });
  const strides = stridesOf(source.shape);
  const shape = permuteShape(source.shape, permutation);
  const steps = permutation.map((axis) => strides[axis]!);
  const output = zeros(source.type, shape);
  let to = 0;
  const copy = (axis: number, from: number): void => {
    if (axis === shape.length) {
      output.data[to] = source.data[from]!;
      to += 1;
      return;
    }
    for (let i = 0; i < shape[axis]!; i += 1) copy(axis + 1, from + i * steps[axis]!);
  };
  copy(0, 0);
  return output;
}
