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
  const toSteps = stridesOf(shape);
  const [read, write] = [source.data, output.data];
  // The longest axis is the inner loop, wherever it lies.
  const inner = shape.indexOf(Math.max(...shape));
  const line = { length: shape[inner] ?? 1, step: steps[inner] ?? 0, toStep: toSteps[inner] ?? 0 };
  const copy = (axis: number, from: number, to: number): void => {
    if (axis === inner) return copy(axis + 1, from, to);
    if (axis === shape.length) return copyLine(read, from, write, to, line);
    for (let i = 0; i < shape[axis]!; i += 1)
      copy(axis + 1, from + i * steps[axis]!, to + i * toSteps[axis]!);
  };
  copy(0, 0, 0);
  return output;
}

interface Line {
  readonly length: number;
  readonly step: number;
  readonly toStep: number;
}

function copyLine(
  read: Tensor['data'],
  from: number,
  write: Tensor['data'],
  to: number,
  { length, step, toStep }: Line,
): void {
  for (let i = 0; i < length; i += 1) write[to + i * toStep] = read[from + i * step]!;
}
