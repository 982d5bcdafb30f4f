import { sameShape, type Shape } from '../../../tensor/shape.js';
import { withShape, type FloatTensor } from '../../../tensor/tensor.js';
import { GraphBuilder } from '../../../ir/builder.js';
import type { FloatGraph, ValueId, ValueType } from '../../../ir/graph.js';
import type { FloatNode } from '../../../ir/operators.js';
import { withoutDeadNodes } from '../../../ir/use.js';
import { movesOnlyOnes } from './view.js';

/**
 * The same computation with reshapes as late as can be: operators that go from element to element work on the shape
 * before, so that an activation or a sum follows its layer directly. Of reshapes in a row only the last one is left, and
 * one that changes nothing goes.
 */
export function sinkReshapes(graph: FloatGraph): FloatGraph {
  const sinking = new Sinking(graph);
  for (const node of graph.nodes) sinking.add(node);
  return sinking.finish();
}

class Sinking {
  readonly #graph: FloatGraph;
  readonly #builder = new GraphBuilder<FloatNode>();
  /** Values that are still to be reshaped: what holds their elements, in the same order. */
  readonly #pending = new Map<ValueId, ValueId>();
  readonly #reshaped = new Map<ValueId, ValueId>();

  constructor(graph: FloatGraph) {
    this.#graph = graph;
    for (const { value } of graph.inputs)
      this.#builder.addInput(value, this.#shape(value), this.#type(value));
    for (const [id, data] of graph.constants) this.#builder.addConstant(id, data, this.#type(id));
  }

  add(node: FloatNode): void {
    if (this.#isReshape(node)) {
      this.#pending.set(node.output, this.#elements(node.inputs[0]!));
      return;
    }
    const sunk = this.#sunkInputs(node);
    const inputs = sunk ?? node.inputs.map((id) => this.#whole(id));
    this.#builder.addNode({ ...node, inputs }, this.#type(node.output));
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

  #elements(id: ValueId): ValueId {
    return this.#pending.get(id) ?? id;
  }

  /** The value in its own shape, reshaped here and now if it has to be. */
  #whole(id: ValueId): ValueId {
    const elements = this.#elements(id);
    const shape = this.#shape(id);
    if (sameShape(this.#builder.value(elements).shape, shape)) return elements;
    const known = this.#reshaped.get(id);
    if (known !== undefined) return known;
    const stem = elements === id ? `${id}.reshaped` : id;
    const output = this.#builder.addNode(
      {
        op: 'reshape',
        name: this.#builder.freshNodeName(stem),
        inputs: [elements],
        output: this.#builder.freshId(stem),
        shape,
      },
      this.#type(id),
    );
    this.#reshaped.set(id, output);
    return output;
  }

  /** What a node reads where it works on the shape before a reshape; null where it does not. */
  #sunkInputs(node: FloatNode): readonly ValueId[] | null {
    const inputs = node.inputs.filter((id) => !this.#graph.constants.has(id));
    const [first] = inputs;
    if (first === undefined || !this.#pending.has(first)) return null;
    const before = this.#builder.value(this.#elements(first)).shape;
    const keepsLast = before.at(-1) === this.#shape(first).at(-1);
    switch (node.op) {
      case 'unary':
      case 'quantizeLinear':
      case 'dequantizeLinear':
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
        const sunk = node.inputs.map((id) =>
          this.#graph.constants.has(id) ? this.#alongLast(id, keepsLast) : this.#elements(id),
        );
        return alike && sunk.every((id) => id !== null) ? sunk : null;
      }
      default:
        return null;
    }
  }

  /** A constant that is one number or varies along the last axis only, without further axes; else null. */
  #alongLast(id: ValueId, keepsLast: boolean): ValueId | null {
    const constant = this.#graph.constants.get(id) as FloatTensor;
    const count = constant.data.length;
    if (count !== 1 && (!keepsLast || count !== constant.shape.at(-1))) return null;
    if (constant.shape.length === 1) return id;
    return this.#builder.addConstant(this.#builder.freshId(id), withShape(constant, [count]));
  }
}
