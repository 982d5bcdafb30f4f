import { movesOnlyOnes, sameShape, type Shape } from '../../../tensor/shape.js';
import { GraphBuilder } from '../../../ir/builder.js';
import type { FloatGraph, ValueId, ValueType } from '../../../ir/graph.js';
import type { FloatNode } from '../../../ir/operators.js';
import { withoutDeadNodes } from '../../../ir/use.js';
import {
  addKnown,
  dequantization,
  knownValuesOf,
  reshapedKnown,
  type KnownValue,
} from '../../known-values.js';

/**
 * The same computation with reshapes as late as can be: operators that go from element to element work on the shape
 * before, so that an activation or a sum follows its layer directly. Of reshapes in a row only the last one is left, and
 * one that changes nothing goes. What is dequantized is reshaped as codes, so that it is dequantized where it is read.
 */
export function sinkReshapes(graph: FloatGraph): FloatGraph {
  const sinking = new Sinking(graph);
  for (const node of graph.nodes) sinking.add(node);
  return sinking.finish();
}

class Sinking {
  readonly #graph: FloatGraph;
  readonly #known: (id: ValueId) => KnownValue | null;
  readonly #builder = new GraphBuilder<FloatNode>();
  /** Values that are still to be reshaped: what holds their elements, in the same order. */
  readonly #pending = new Map<ValueId, ValueId>();
  readonly #made = new Map<string, ValueId>();
  /** Values that are still to be dequantized from codes that are still to be reshaped. */
  readonly #late = new Map<ValueId, ValueId>();
  /** The result of each node, by the node's name. */
  readonly #ownerOf: ReadonlyMap<string, ValueId>;
  /** The codes that values of the new graph are dequantized from. */
  readonly #codes = new Map<ValueId, ValueId>();

  constructor(graph: FloatGraph) {
    this.#graph = graph;
    this.#known = knownValuesOf(graph);
    this.#ownerOf = new Map(graph.nodes.map(({ name, output }) => [name, output]));
    for (const { value } of graph.inputs)
      this.#builder.addInput(value, this.#shape(value), this.#type(value));
    for (const [id, data] of graph.constants) this.#builder.addConstant(id, data, this.#type(id));
  }

  add(node: FloatNode): void {
    if (this.#isReshape(node)) {
      this.#pending.set(node.output, this.#elements(node.inputs[0]!));
      return;
    }
    if (node.op === 'dequantizeLinear' && this.#pending.has(node.inputs[0]!)) {
      this.#late.set(node.output, node.inputs[0]!);
      return;
    }
    const sunk = this.#sunkInputs(node);
    const inputs = sunk ?? node.inputs.map((id) => this.#whole(id));
    this.#builder.addNode({ ...node, inputs }, this.#type(node.output));
    if (node.op === 'dequantizeLinear') this.#codes.set(node.output, inputs[0]!);
    if (sunk !== null) this.#pending.set(node.output, node.output);
  }

  finish(): FloatGraph {
    const { dialect, name, inputs, outputs, metadata } = this.#graph;
    const ports = outputs.map((port) => ({ ...port, value: this.#whole(port.value) }));
    return withoutDeadNodes(this.#builder.finish<FloatGraph>(dialect, name, inputs, ports, metadata));
  }

  /** A transpose that only moves extents of 1 is one too. */
  #isReshape(node: FloatNode): boolean {
    if (node.op !== 'transpose') return node.op === 'reshape';
    return movesOnlyOnes(this.#shape(node.inputs[0]!), node.permutation);
  }

  #shape(id: ValueId): Shape {
    return this.#graph.values.get(id)!.shape;
  }

  #type(id: ValueId): ValueType {
    return this.#graph.values.get(id)!.type;
  }

  /** What holds the elements of a value, in whichever shape. */
  #elements(id: ValueId): ValueId {
    const codes = this.#late.get(id);
    if (codes === undefined) return this.#pending.get(id) ?? id;
    return this.#once(`elements ${id}`, () => this.#dequantized(`${id}.elements`, this.#elements(codes)));
  }

  /** The value in its own shape, reshaped here and now if it has to be. */
  #whole(id: ValueId): ValueId {
    const codes = this.#late.get(id);
    if (codes !== undefined) return this.#once(id, () => this.#dequantized(id, this.#whole(codes)));
    const elements = this.#elements(id);
    const shape = this.#shape(id);
    if (sameShape(this.#builder.value(elements).shape, shape)) return elements;
    const stem = elements === id ? `${id}.reshaped` : id;
    return this.#once(id, () => {
      const source = this.#codes.get(elements);
      return source === undefined
        ? this.#addReshape(stem, elements, shape)
        : this.#dequantized(stem, this.#addReshape(`${stem}.codes`, source, shape));
    });
  }

  #once(key: string, make: () => ValueId): ValueId {
    const made = this.#made.get(key) ?? make();
    this.#made.set(key, made);
    return made;
  }

  #dequantized(stem: string, codes: ValueId): ValueId {
    const { name, output } = this.#names(stem);
    this.#codes.set(output, codes);
    return this.#builder.addNode(dequantization(codes, name, output));
  }

  #addReshape(stem: string, input: ValueId, shape: Shape): ValueId {
    const { type } = this.#builder.value(input);
    return this.#builder.addNode({ op: 'reshape', ...this.#names(stem), inputs: [input], shape }, type);
  }

  /** Names that nothing has that is still to come either; a value that is put off has its own. */
  #names(stem: string): { name: string; output: ValueId } {
    const isPutOff = this.#pending.has(stem) || this.#late.has(stem);
    const isFree = (name: string): boolean =>
      this.#builder.freshId(name) === name &&
      this.#builder.freshNodeName(name) === name &&
      (this.#ownerOf.get(name) ?? stem) === stem &&
      (!this.#graph.values.has(name) || (name === stem && isPutOff));
    let name = stem;
    for (let count = 1; !isFree(name); count += 1) name = `${stem}.${count}`;
    return { name, output: name };
  }

  /** What a node reads where it works on the shape before a reshape; null where it does not. */
  #sunkInputs(node: FloatNode): readonly ValueId[] | null {
    const inputs = node.inputs.filter((id) => this.#known(id) === null);
    const [first] = inputs;
    if (first === undefined || !(this.#pending.has(first) || this.#late.has(first))) return null;
    const before = this.#builder.value(this.#elements(first)).shape;
    const keepsLast = before.at(-1) === this.#shape(first).at(-1);
    switch (node.op) {
      case 'unary':
      case 'quantizeLinear':
      case 'dynamicQuantize':
        return [this.#elements(first)];
      case 'batchNormalization':
        return keepsLast ? [this.#elements(first), ...node.inputs.slice(1)] : null;
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
      case 'pow':
      case 'prelu': {
        const alike = inputs.every(
          (id) =>
            sameShape(this.#shape(id), this.#shape(node.output)) &&
            sameShape(this.#builder.value(this.#elements(id)).shape, before),
        );
        const sunk = node.inputs.map((id) => {
          const known = this.#known(id);
          return known === null ? this.#elements(id) : this.#alongLast(id, known, keepsLast);
        });
        return alike && sunk.every((id) => id !== null) ? sunk : null;
      }
      default:
        return null;
    }
  }

  /** A known value that is one number or varies along the last axis only, without further axes; else null. */
  #alongLast(id: ValueId, known: KnownValue, keepsLast: boolean): ValueId | null {
    const { shape, data } = known.data;
    if (data.length !== 1 && (!keepsLast || data.length !== shape.at(-1))) return null;
    if (shape.length === 1) return id;
    return addKnown(
      this.#builder,
      id,
      reshapedKnown(known, [data.length], () => 0),
    );
  }
}
