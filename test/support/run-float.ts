import type { FloatGraph, Graph } from '../../src/ir/graph.js';
import { Executor } from '../../src/kernels/executor.js';
import { floatKernels } from '../../src/kernels/float/index.js';
import { toInside, toOutside } from '../../src/kernels/ports.js';
import { inversePermutation, permuteShape, type Shape } from '../../src/tensor/shape.js';
import { tensor } from '../../src/tensor/tensor.js';

/** Shapes of a graph's inputs in the axes of the source file. */
export function outsideShapes(graph: Pick<Graph, 'inputs' | 'values'>): Shape[] {
  return graph.inputs.map(({ value, permutation }) => {
    const { shape } = graph.values.get(value)!;
    return permutation === null ? shape : permuteShape(shape, inversePermutation(permutation));
  });
}

/** What computes a float graph from data in the axes of the source file, in the order of its inputs and outputs. */
export function floatRunner(graph: FloatGraph): (inputs: readonly Float32Array[]) => Float32Array[] {
  const executor = new Executor(graph, floatKernels);
  const shapes = outsideShapes(graph);
  return (inputs) => {
    const inside = graph.inputs.map((port, index) =>
      toInside(port, tensor('float32', shapes[index]!, inputs[index]!)),
    );
    return executor
      .run(inside)
      .map((output, index) => Float32Array.from(toOutside(graph.outputs[index]!, output).data));
  };
}
