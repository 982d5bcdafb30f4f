import { UserError } from '../core/errors.js';
import type { FloatGraph, Graph, IntGraph } from '../ir/graph.js';
import { Executor, type ValueObserver } from '../kernels/executor.js';
import { fastestKernels } from '../kernels/integer-kernels.js';
import { floatKernels } from '../kernels/float/index.js';
import type { KernelSet, MemoryPart, ValueStore } from '../kernels/kernel.js';
import { toInside, toOutside } from '../kernels/ports.js';
import type { IntNode } from '../ir/operators.js';
import { inversePermutation, permuteShape, sameShape, shapeText } from '../tensor/shape.js';
import type { FloatTensor, Tensor } from '../tensor/tensor.js';
import { shareable } from '../threads/shareable.js';
import { Team } from '../threads/team.js';
import { toCodes, toReals } from './edges.js';

const PART_WORKER = new URL('./part-worker.js', import.meta.url);

/** Exact results of an integer graph, in the axes of the source model. */
export interface IntegerOutputs {
  readonly codes: readonly Tensor[];
  /** The real numbers the codes stand for. */
  readonly reals: readonly FloatTensor[];
}

/** What an integer runner like another begins with, in another thread. */
export interface IntegerTwin {
  readonly graph: IntGraph;
  /** Of the memory of the other, where its kernels have one. */
  readonly part: MemoryPart | undefined;
}

/** An integer graph ready to run, as often as wanted. */
export class IntegerRunner {
  readonly #graph: IntGraph;
  readonly #executor: Executor<IntNode>;
  readonly #isGivenKernels: boolean;
  readonly #store: ValueStore | undefined;
  #team: Team<IntegerTwin> | null = null;

  /** @param kernels the fastest where none are given. @param store where those that are given keep values. */
  constructor(graph: IntGraph, kernels?: KernelSet<IntNode>, store?: ValueStore) {
    const chosen = kernels === undefined ? fastestKernels() : { kernels, store };
    this.#graph = graph;
    this.#isGivenKernels = kernels !== undefined;
    this.#store = chosen.store;
    this.#executor = new Executor(graph, chosen.kernels, chosen.store);
  }

  /** A runner that shares the weights of one in another thread. */
  static twin({ graph, part }: IntegerTwin): IntegerRunner {
    const { kernels, store } = fastestKernels(part);
    return new IntegerRunner(graph, kernels, store);
  }

  /** For runners in at most `count` other threads, once this one has run; for none where kernels were given, which may be of any kind. */
  twins(count: number): IntegerTwin[] {
    if (this.#isGivenKernels) return [];
    const graph = shareable(this.#graph);
    const parts = this.#store?.parts?.(count) ?? Array.from({ length: count }, () => undefined);
    return parts.map((part) => ({ graph, part }));
  }

  /**
   * Has so many threads, this one among them, work on every large layer together: for one input at a time. Runs need not wait until the
   * others are ready. Between runs; what runs in kernels that were given stays in this thread, and `twins` come later or not at all.
   */
  splitLayers(threads: number): void {
    this.close();
    const parts = this.#isGivenKernels ? [] : (this.#store?.partnerParts?.(threads - 1) ?? []);
    if (parts.length === 0) return;
    const graph = shareable(this.#graph);
    this.#team = new Team(
      PART_WORKER,
      parts.map((part) => ({ graph, part })),
    );
    this.#store!.shareWith!(this.#team);
  }

  /** Waits until all threads that layers are split over are ready. */
  assemble(): void {
    this.#team?.assemble();
  }

  /** How many parts of layers others than this thread have made. */
  get partsElsewhere(): number {
    return this.#team?.partsElsewhere ?? 0;
  }

  /** Ends the threads that layers are split over; this one goes on alone. */
  close(): void {
    this.#team?.close();
    this.#team = null;
    this.#store?.shareWith?.(null);
  }

  /** The real numbers that inputs stand for: codes of a port on its grid, and real numbers as they are. */
  realInputs(inputs: readonly Tensor[]): FloatTensor[] {
    return inputs.map((input, index) =>
      toReals(this.#graph.values.get(this.#graph.inputs[index]!.value)!, input),
    );
  }

  /**
   * @param inputs one tensor a port, in the axes of the source model: real numbers (float32) or codes.
   * @param observe sees every value on the way, as codes in inside layout.
   * @throws UserError where an input is missing, has another shape or holds a number that is no code.
   */
  run(inputs: readonly Tensor[], observe?: ValueObserver): IntegerOutputs {
    const { values } = this.#graph;
    const inside = insideInputs(this.#graph, inputs);
    const codes = this.#graph.inputs.map((port, index) => toCodes(values.get(port.value)!, inside[index]!));
    const results = this.#executor.run(codes, observe);
    const outside = this.#graph.outputs.map((port, index) => toOutside(port, results[index]!));
    return {
      codes: outside,
      reals: this.#graph.outputs.map((port, index) => toReals(values.get(port.value)!, outside[index]!)),
    };
  }
}

/** The inputs as the graph takes them, each of the shape of its port. */
function insideInputs(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  if (inputs.length !== graph.inputs.length) {
    throw new UserError({
      place: 'inputs',
      found: `${inputs.length} tensors`,
      expected: `one for each of ${graph.inputs.map(({ name }) => name).join(', ')}`,
    });
  }
  return graph.inputs.map((port, index) => {
    const { shape } = graph.values.get(port.value)!;
    const order = port.permutation;
    const expected = order === null ? shape : permuteShape(shape, inversePermutation(order));
    const given = inputs[index]!;
    if (sameShape(given.shape, expected)) return toInside(port, given);
    throw new UserError({
      place: `input '${port.name}'`,
      found: `a tensor of ${shapeText(given.shape)}`,
      expected: shapeText(expected),
    });
  });
}

/**
 * A float graph ready to run: inputs and outputs in the axes of the source model. Where the graph holds codes they are
 * computed as written, node by node: quantized from float32, dequantized to float32.
 */
export class FloatRunner {
  readonly graph: FloatGraph;
  readonly #executor: Executor<FloatGraph['nodes'][number]>;

  constructor(graph: FloatGraph) {
    this.graph = graph;
    this.#executor = new Executor(graph, floatKernels);
  }

  /**
   * @param inputs one tensor a port: real numbers, or the codes that an input of codes takes.
   * @param observe sees every value on the way, in inside layout.
   * @returns real numbers; of an output that is codes those they stand for.
   * @throws UserError where an input is missing, has another shape or holds a number that is no code.
   */
  run(inputs: readonly Tensor[], observe?: ValueObserver): readonly FloatTensor[] {
    const { values } = this.graph;
    const inside = insideInputs(this.graph, inputs);
    const results = this.#executor.run(
      this.graph.inputs.map((port, index) => toCodes(values.get(port.value)!, inside[index]!)),
      observe,
    );
    return this.graph.outputs.map(
      (port, index) => toOutside(port, toReals(values.get(port.value)!, results[index]!)) as FloatTensor,
    );
  }
}
