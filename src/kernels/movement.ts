import { padSource } from '../tensor/pad.js';
import { elementCount, stridesOf, type Shape } from '../tensor/shape.js';
import { withShape, zeros } from '../tensor/tensor.js';
import type { Concat, Gather, Pad, Reshape, Slice, Transpose } from '../ir/ops/movement.js';
import type { BindKernel, KernelSet, Operand, Result } from './kernel.js';
import type { MovementNode } from '../ir/operators.js';

/**
 * Operators that copy elements, for every element type and both dialects: an output index maps to an input index.
 * */

/** Where the elements of an output come from, one after another; −1 stands for the fill value. */
export interface Sources {
  readonly table: Int32Array;
  readonly fill: number;
}

/** Made when the kernel is bound. */
export type SourcesOf<N> = (node: N, x: Operand, result: Result) => Sources;

/** Copies one operand through a table of source indices. */
const copying =
  <N>(sourcesOf: SourcesOf<N>): BindKernel<N> =>
  (node, [operand], result) => {
    const { table, fill } = sourcesOf(node, operand!, result);
    return ([x]) => {
      const output = zeros(x!.type, result.shape);
      const from = x!.data;
      const to = output.data;
      for (let i = 0; i < table.length; i += 1) to[i] = table[i]! < 0 ? fill : from[table[i]!]!;
      return output;
    };
  };

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

const transposeSources: SourcesOf<Transpose> = (node, x, result) => {
  const position = Array.from(node.permutation, () => 0);
  const table = sourceTable(result.shape, x.shape, (index) => {
    node.permutation.forEach((axis, outputAxis) => {
      position[axis] = index[outputAxis]!;
    });
    return position;
  });
  return { table, fill: 0 };
};

const sliceSources: SourcesOf<Slice> = (node, x, result) => {
  const table = sourceTable(result.shape, x.shape, (index) =>
    index.map((i, axis) => node.starts[axis]! + i * node.steps[axis]!),
  );
  return { table, fill: 0 };
};

const gatherSources: SourcesOf<Gather> = (node, x, result) => {
  const inner = node.indicesShape.length;
  const indexStrides = stridesOf(node.indicesShape);
  const table = sourceTable(result.shape, x.shape, (index) => {
    const chosen = indexStrides.reduce((sum, stride, axis) => sum + stride * index[node.axis + axis]!, 0);
    return [...index.slice(0, node.axis), node.indices[chosen]!, ...index.slice(node.axis + inner)];
  });
  return { table, fill: 0 };
};

const padSources: SourcesOf<Pad> = (node, x, result) => {
  const extents = x.shape;
  const table = sourceTable(result.shape, extents, (index) => {
    const position = index.map((i, axis) => padSource(i - node.before[axis]!, extents[axis]!, node.mode));
    return position.includes(-1) ? null : position;
  });
  return { table, fill: node.value };
};

export const sources = {
  transpose: transposeSources,
  slice: sliceSources,
  gather: gatherSources,
  pad: padSources,
} as const;

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
export const movementKernels: KernelSet<MovementNode> = {
  reshape,
  transpose: copying(sources.transpose),
  slice: copying(sources.slice),
  gather: copying(sources.gather),
  pad: copying(sources.pad),
  concat,
};
