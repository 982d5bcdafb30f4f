import { padSource } from '../tensor/pad.js';
import { elementCount, stridesOf, type Shape } from '../tensor/shape.js';
import { withShape, zeros, type Tensor } from '../tensor/tensor.js';
import type { Concat, Gather, Pad, Reshape, Slice, Transpose } from '../ir/ops/movement.js';
import type { BindKernel, KernelSet, Operand, Result } from './kernel.js';
import type { MovementNode } from '../ir/operators.js';

/**
 * Operators that copy elements, for every element type and both dialects: an output index maps to an input index.
 * `source[i]` is the input element that output element i copies, or −1 for the fill value.
 */

/** Copies one operand through a table of source indices made when the kernel is bound. */
function copyThrough(
  source: Int32Array,
  fill: number,
): (operands: readonly Tensor[], shape: Shape) => Tensor {
  return ([x], shape) => {
    const output = zeros(x!.type, shape);
    const from = x!.data;
    const to = output.data;
    for (let i = 0; i < source.length; i += 1) to[i] = source[i]! < 0 ? fill : from[source[i]!]!;
    return output;
  };
}

/** Builds the table from a rule per axis: input position along each input axis, given the output's index vector. */
function sourceTable(
  output: Shape,
  input: Shape,
  locate: (index: readonly number[]) => readonly number[] | null,
): Int32Array {
  const strides = stridesOf(input);
  const table = new Int32Array(elementCount(output));
  const index = Array.from(output, () => 0);
  for (let i = 0; i < table.length; i += 1) {
    const position = locate(index);
    table[i] = position === null ? -1 : position.reduce((sum, p, axis) => sum + p * strides[axis]!, 0);
    for (let axis = output.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      if (index[axis]! < output[axis]!) break;
      index[axis] = 0;
    }
  }
  return table;
}

const reshape: BindKernel<Reshape> = (_node, _operands, result) => (operands) =>
  withShape(operands[0]!, result.shape);

const transpose: BindKernel<Transpose> = (node, [x], result) => {
  const position = Array.from(node.permutation, () => 0);
  return bindCopy(x!, result, (index) => {
    node.permutation.forEach((axis, outputAxis) => {
      position[axis] = index[outputAxis]!;
    });
    return position;
  });
};

const slice: BindKernel<Slice> = (node, [x], result) =>
  bindCopy(x!, result, (index) => index.map((i, axis) => node.starts[axis]! + i * node.steps[axis]!));

const gather: BindKernel<Gather> = (node, [x], result) => {
  const inner = node.indicesShape.length;
  const indexStrides = stridesOf(node.indicesShape);
  return bindCopy(x!, result, (index) => {
    const chosen = indexStrides.reduce((sum, stride, axis) => sum + stride * index[node.axis + axis]!, 0);
    return [...index.slice(0, node.axis), node.indices[chosen]!, ...index.slice(node.axis + inner)];
  });
};

const pad: BindKernel<Pad> = (node, [x], result) => {
  const extents = x!.shape;
  return bindCopy(
    x!,
    result,
    (index) => {
      const position = index.map((i, axis) => padSource(i - node.before[axis]!, extents[axis]!, node.mode));
      return position.includes(-1) ? null : position;
    },
    node.value,
  );
};

function bindCopy(
  x: Operand,
  result: Result,
  locate: (index: readonly number[]) => readonly number[] | null,
  fill = 0,
): (operands: readonly Tensor[]) => Tensor {
  const copy = copyThrough(sourceTable(result.shape, x.shape, locate), fill);
  return (operands) => copy(operands, result.shape);
}

const concat: BindKernel<Concat> = (node, operands, result) => {
  const outer = elementCount(result.shape.slice(0, node.axis));
  const runs = operands.map(({ shape }) => elementCount(shape.slice(node.axis)));
  const outputRun = elementCount(result.shape.slice(node.axis));
  return (tensors) => {
    const output = zeros(tensors[0]!.type, result.shape);
    let offset = 0;
    tensors.forEach((part, which) => {
      const run = runs[which]!;
      for (let block = 0; block < outer; block += 1) {
        output.data.set(part.data.subarray(block * run, (block + 1) * run), block * outputRun + offset);
      }
      offset += run;
    });
    return output;
  };
};

/** Shared by the float, reference and fast kernel sets: a copy has no arithmetic to state twice. */
export const movementKernels: KernelSet<MovementNode> = { reshape, transpose, slice, gather, pad, concat };
