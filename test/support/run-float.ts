import type { FloatGraph, Graph } from '../../src/ir/graph.js';
import { Executor } from '../../src/kernels/executor.js';
import { floatKernels } from '../../src/kernels/float/index.js';
import { toInside, toOutside } from '../../src/kernels/ports.js';
import { inversePermutation, permuteShape, type Shape } from '../../src/tensor/shape.js';
import { storageType, tensor, zeros, type Tensor } from '../../src/tensor/tensor.js';

/** Shapes of a graph's inputs in the axes of the source file. */
export function outsideShapes(graph: Pick<Graph, 'inputs' | 'values'>): Shape[] {
  return graph.inputs.map(({ value, permutation }) => {
    const { shape } = graph.values.get(value)!;
    return permutation === null ? shape : permuteShape(shape, inversePermutation(permutation));
  });
}

/** What computes a float graph from data in the axes of the source file, in the order of its inputs and outputs. */
export function floatRunner(graph: FloatGraph): (inputs: readonly ArrayLike<number>[]) => Float32Array[] {
  const run = tensorRunner(graph);
  return (inputs) => run(inputs).map(({ data }) => Float32Array.from(data));
}

/** Likewise with outputs as they are: codes, where the graph gives codes. Inputs of codes take codes. */
export function tensorRunner(graph: FloatGraph): (inputs: readonly ArrayLike<number>[]) => Tensor[] {
  const executor = new Executor(graph, floatKernels);
  const shapes = outsideShapes(graph);
  return (inputs) => {
    const inside = graph.inputs.map((port, index) => {
      const { type } = graph.values.get(port.value)!;
      const given = inputs[index]!;
      if (type.kind === 'float32') {
        const data = given instanceof Float32Array ? given : Float32Array.from(given);
        return toInside(port, tensor('float32', shapes[index]!, data));
      }
      const codes = zeros(storageType(type.format), shapes[index]!);
      codes.data.set(given);
      return toInside(port, codes);
    });
    return executor.run(inside).map((output, index) => toOutside(graph.outputs[index]!, output));
  };
}
