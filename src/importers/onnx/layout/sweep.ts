import { assert } from '../../../core/errors.js';
import {
  inversePermutation,
  movesOnlyOnes,
  permuteShape,
  sameShape,
  type Shape,
} from '../../../tensor/shape.js';
import { GraphBuilder } from '../../../ir/builder.js';
import type { FloatGraph, Port, ValueId } from '../../../ir/graph.js';
import type { FloatNode } from '../../../ir/operators.js';
import {
  addKnown,
  dequantization,
  knownValuesOf,
  transposedKnown,
  type KnownValue,
} from '../../known-values.js';
import { identityOrder, isIdentity, type View } from './view.js';

/** Orders of axes, by the value of an input port. */
export type InputOrders = ReadonlyMap<ValueId, readonly number[]>;

/**
 * A graph being rebuilt in one pass from inputs to outputs. A transpose of the source becomes a `View`: a note on how the
 * value really lies. Operators work on what lies underneath where they can; only one that insists on an order makes a
 * transpose node, once per value and order.
 */
export class LayoutSweep {
  readonly graph: FloatGraph;
  /** Constants, and those that are dequantized: they lie as they are, and are moved where somebody reads them. */
  readonly known: (id: ValueId) => KnownValue | null;
  readonly #inputOrders: InputOrders;
  readonly #builder = new GraphBuilder<FloatNode>();
  readonly #views = new Map<ValueId, View>();
  readonly #ordered = new Map<string, ValueId>();
  /** The codes that values of the new graph are dequantized from: moved in their stead. */
  readonly #codes = new Map<ValueId, ValueId>();
  /** Values of the new graph that a reshape makes. */
  readonly #reshapes = new Set<ValueId>();

  /** `inputOrders`: the order of axes in which an input is to arrive, where it is not the source's own. */
  constructor(graph: FloatGraph, inputOrders: InputOrders) {
    this.graph = graph;
    this.known = knownValuesOf(graph);
    this.#inputOrders = inputOrders;
    for (const { value } of graph.inputs) {
      const { shape, type } = graph.values.get(value)!;
      const order = inputOrders.get(value) ?? identityOrder(shape.length);
      const id = this.#builder.addInput(value, permuteShape(shape, order), type);
      this.#views.set(value, { id, permutation: inversePermutation(order) });
    }
  }

  shape(id: ValueId): Shape {
    return this.graph.values.get(id)!.shape;
  }

  isKnown(id: ValueId): boolean {
    return this.known(id) !== null;
  }

  /** How a value lies; a constant lies as it is. */
  view(id: ValueId): View {
    const view = this.#views.get(id);
    if (view !== undefined) return view;
    return { id: this.plain(id), permutation: identityOrder(this.shape(id).length) };
  }

  /** The value in its own order. */
  plain(id: ValueId): ValueId {
    return this.inOrder(id, identityOrder(this.shape(id).length));
  }

  /** `transpose(value, order)`: constants are moved now, values of run time by a node, unless they lie so already. */
  inOrder(id: ValueId, order: readonly number[]): ValueId {
    const known = this.known(id);
    if (known === null) {
      const view = this.#views.get(id)!;
      return this.transposed(
        view.id,
        order.map((axis) => view.permutation[axis]!),
      );
    }
    return this.#once(`constant ${id}|${order.join()}`, () =>
      this.addKnown(id, transposedKnown(known, order)),
    );
  }

  /** A transpose of a value of the new graph; a reshape where only extents of 1 change places. */
  transposed(id: ValueId, permutation: readonly number[]): ValueId {
    if (isIdentity(permutation)) return id;
    return this.#once(`${id}|${permutation.join()}`, () => {
      const codes = this.#codes.get(id);
      if (codes !== undefined)
        return this.#dequantized(`${id}.transposed`, this.transposed(codes, permutation));
      const { shape, type } = this.#builder.value(id);
      return movesOnlyOnes(shape, permutation)
        ? this.reshaped(id, permuteShape(shape, permutation))
        : this.#builder.addNode({ op: 'transpose', permutation, ...this.#movement(id, 'transposed') }, type);
    });
  }

  /** A value of the new graph under another shape. */
  reshaped(id: ValueId, shape: Shape): ValueId {
    const before = this.#builder.value(id);
    if (sameShape(before.shape, shape)) return id;
    const node = { op: 'reshape', shape, ...this.#movement(id, 'reshaped') } as const;
    const reshaped = this.#builder.addNode(node, before.type);
    this.#reshapes.add(reshaped);
    return reshaped;
  }

  addKnown(stem: string, known: KnownValue): ValueId {
    return addKnown(this.#builder, stem, known);
  }

  /** Appends a node whose inputs are of the new graph; its source value is a transpose of its result. */
  emit(node: FloatNode, permutation: readonly number[]): void {
    const name = this.#builder.freshNodeName(node.name);
    const { type } = this.graph.values.get(node.output)!;
    const id = this.#builder.addNode({ ...node, name, output: this.#builder.freshId(node.output) }, type);
    assert(this.#builder.value(id).shape.length === permutation.length, 'a view orders every axis');
    if (node.op === 'reshape') this.#reshapes.add(id);
    if (node.op === 'dequantizeLinear') this.#codes.set(id, node.inputs[0]!);
    this.#views.set(node.output, { id, permutation });
  }

  /** Makes a source value stand for another view, without a node. */
  alias(id: ValueId, view: View): void {
    this.#views.set(id, view);
  }

  /** The new graph; what lies in another order at an output is noted in its port. */
  finish(): FloatGraph {
    const { dialect, name, metadata } = this.graph;
    const inputs = this.graph.inputs.map((port): Port => ({
      ...port,
      permutation: this.#inputOrders.get(port.value) ?? null,
    }));
    const outputs = this.graph.outputs.map((port): Port => {
      const { id, permutation } = this.view(port.value);
      const shape = this.#builder.value(id).shape;
      // A reshape is needed here anyway: it can as well give the source's own order.
      const reshapes = this.#reshapes.has(id) && movesOnlyOnes(shape, permutation);
      return reshapes || isIdentity(permutation)
        ? { ...port, value: this.plain(port.value) }
        : { ...port, value: id, permutation };
    });
    return this.#builder.finish<FloatGraph>(dialect, name, inputs, outputs, metadata);
  }

  #dequantized(stem: string, codes: ValueId): ValueId {
    const node = dequantization(codes, this.#builder.freshNodeName(stem), this.#builder.freshId(stem));
    const id = this.#builder.addNode(node);
    this.#codes.set(id, codes);
    return id;
  }

  #movement(id: ValueId, suffix: string): { name: string; inputs: ValueId[]; output: ValueId } {
    const stem = `${id}.${suffix}`;
    return {
      name: this.#builder.freshNodeName(stem),
      inputs: [id],
      output: this.#builder.freshId(stem),
    };
  }

  #once(key: string, make: () => ValueId): ValueId {
    const known = this.#ordered.get(key);
    if (known !== undefined) return known;
    const id = make();
    this.#ordered.set(key, id);
    return id;
  }
}
