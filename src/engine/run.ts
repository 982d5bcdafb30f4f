import type { FloatGraph, IntGraph } from '../ir/graph.js';
import { Executor, type ValueObserver } from '../kernels/executor.js';
import { fastKernels } from '../kernels/fast/index.js';
import { floatKernels } from '../kernels/float/index.js';
import type { KernelSet } from '../kernels/kernel.js';
import { toInside, toOutside } from '../kernels/ports.js';
import type { IntNode } from '../ir/operators.js';
import type { FloatTensor, Tensor } from '../tensor/tensor.js';
import { toCodes, toReals } from './edges.js';

/** Exact results of an integer graph, in the axes of the source model. */
export interface IntegerOutputs {
  readonly codes: readonly Tensor[];
  /** The real numbers the codes stand for. */
  readonly reals: readonly FloatTensor[];
}

/** An integer graph ready to run, as often as wanted. */
export class IntegerRunner {
  readonly #graph: IntGraph;
  readonly #executor: Executor<IntNode>;

  constructor(graph: IntGraph, kernels: KernelSet<IntNode> = fastKernels) {
    this.#graph = graph;
    this.#executor = new Executor(graph, kernels);
  }

  /**
   * @param inputs one tensor a port, in the axes of the source model: real numbers (float32) or codes.
   * @param observe sees every value on the way, as codes in inside layout.
   */
  run(inputs: readonly Tensor[], observe?: ValueObserver): IntegerOutputs {
    const { values } = this.#graph;
    const codes = this.#graph.inputs.map((port, index) =>
      toCodes(values.get(port.value)!, toInside(port, inputs[index]!)),
    );
    const results = this.#executor.run(codes, observe);
    const outside = this.#graph.outputs.map((port, index) => toOutside(port, results[index]!));
    return {
      codes: outside,
      reals: this.#graph.outputs.map((port, index) => toReals(values.get(port.value)!, outside[index]!)),
    };
  }
}

/** A float graph ready to run: inputs and outputs in the axes of the source model. */
export class FloatRunner {
  readonly #graph: FloatGraph;
  readonly #executor: Executor<FloatGraph['nodes'][number]>;

  constructor(graph: FloatGraph) {
    this.#graph = graph;
    this.#executor = new Executor(graph, floatKernels);
  }

  run(inputs: readonly FloatTensor[]): readonly FloatTensor[] {
    const inside = this.#graph.inputs.map((port, index) => toInside(port, inputs[index]!));
    const results = this.#executor.run(inside);
    return this.#graph.outputs.map((port, index) => toOutside(port, results[index]!) as FloatTensor);
  }
}
