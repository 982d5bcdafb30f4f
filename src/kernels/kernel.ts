import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { ValueType } from '../ir/graph.js';
import type { WorkspacePart } from '../wasm/workspace.js';

/** What a kernel is told of an operand when it is bound: its type and shape, and its values where they are constant. */
export interface Operand {
  readonly shape: Shape;
  readonly type: ValueType;
  readonly constant: Tensor | null;
}

/** What a kernel is told of its result. */
export interface Result {
  readonly shape: Shape;
  readonly type: ValueType;
}

/** Computes one node for one set of operand values (constants included, in the node's order). */
export type BoundKernel = (operands: readonly Tensor[]) => Tensor;

/**
 * Prepares a node once (packing weights, choosing a tile) and returns what runs it. Reference, fast and float kernels
 * all come behind this one interface; the executor does not know which it runs.
 */
export type BindKernel<N> = (node: N, operands: readonly Operand[], result: Result) => BoundKernel;

/** One kernel per operator of a dialect. */
export type KernelSet<N extends { readonly op: string }> = {
  readonly [Op in N['op']]: BindKernel<Extract<N, { readonly op: Op }>>;
};

/** Of the memory of kernels, for the same kernels in another thread. */
export interface MemoryPart extends WorkspacePart {
  /** What was chosen while they were bound, in order. */
  readonly decisions: readonly unknown[];
}

/** Threads that take parts of a piece of work; each knows the piece by some numbers. */
export interface Partners {
  /** How many there are, this one among them. */
  readonly threads: number;
  /** Has every part done, in any order, in this thread by `here` or elsewhere. */
  share(numbers: readonly number[], parts: number, here: (part: number) => void): void;
}

/** Where kernels keep the values that they make, if not on the heap of JavaScript; they are overwritten once they are released. */
export interface ValueStore {
  /** Forgets all values of earlier runs. */
  begin(): void;
  /** Gives back the room of a value, unless one of the others shares it. */
  release(value: Tensor, others: Iterable<Tensor>): void;
  /** The value, where it cannot be overwritten. */
  kept(value: Tensor): Tensor;
  /** Parts of its memory for the same kernels in at most `count` other threads; after a run, which shows what one needs. */
  parts?(count: number): MemoryPart[];
  /** As `parts`, for threads that do nothing but parts of the work of these kernels; between runs, before any `parts`. */
  partnerParts?(count: number): MemoryPart[];
  /** From the next run on kernels share what pays; without partners they do not. */
  shareWith?(partners: Partners | null): void;
  /** Does a part of a piece of work that the same kernels share in another thread. */
  doPart?(numbers: readonly number[], part: number): void;
}
