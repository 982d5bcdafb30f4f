import { assert } from '../core/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Shape } from '../tensor/shape.js';
import type { Graph, Port, Value, ValueId, ValueType } from './graph.js';
import { FLOAT32 } from './graph.js';
import { rulesOf, type FloatNode, type IntNode } from './operators.js';
import { verified } from './verify.js';

/**
 * Assembles a graph node by node. Shapes of results come from the operators' rules, so a caller states only what the
 * rules cannot know. `finish` verifies.
 */
export class GraphBuilder<N extends FloatNode | IntNode> {
  readonly #values = new Map<ValueId, Value>();
  readonly #constants = new Map<ValueId, Tensor>();
  readonly #nodes: N[] = [];
  readonly #nodeNames = new Set<string>();
  readonly #idCounts = new Map<string, number>();
  readonly #nameCounts = new Map<string, number>();

  /** The value of this id; it must exist. */
  value(id: ValueId): Value {
    const value = this.#values.get(id);
    assert(value !== undefined, 'the value exists', { id });
    return value;
  }

  constant(id: ValueId): Tensor | undefined {
    return this.#constants.get(id);
  }

  has(id: ValueId): boolean {
    return this.#values.has(id);
  }

  /** An id that is not taken: the stem itself where it is free, else `stem.1`, `stem.2`, … */
  freshId(stem: string): ValueId {
    return fresh(stem, (id) => this.#values.has(id), this.#idCounts);
  }

  freshNodeName(stem: string): string {
    return fresh(stem, (name) => this.#nodeNames.has(name), this.#nameCounts);
  }

  /** Declares a value that no node makes: a graph input. */
  addInput(id: ValueId, shape: Shape, type: ValueType = FLOAT32): ValueId {
    return this.#declare({ id, shape, type });
  }

  addConstant(id: ValueId, data: Tensor, type: ValueType = FLOAT32): ValueId {
    this.#declare({ id, shape: data.shape, type });
    this.#constants.set(id, data);
    return id;
  }

  /** Appends a node; its result's shape follows from its operands. The operands must fit. */
  addNode(node: N, type: ValueType = FLOAT32): ValueId {
    const shapes = node.inputs.map((id) => this.value(id).shape);
    const problems = rulesOf(node).problems(node, shapes);
    assert(problems.length === 0, `operands of '${node.name}' (${node.op}) do not fit`, { problems });
    this.#nodeNames.add(node.name);
    this.#nodes.push(node);
    return this.#declare({ id: node.output, shape: rulesOf(node).shape(node, shapes), type });
  }

  finish<G extends Graph<N>>(
    dialect: G['dialect'],
    name: string,
    inputs: readonly Port[],
    outputs: readonly Port[],
    metadata: Readonly<Record<string, string>>,
  ): G {
    const graph: Graph<N> = {
      dialect,
      name,
      inputs,
      outputs,
      nodes: [...this.#nodes],
      values: new Map(this.#values),
      constants: new Map(this.#constants),
      metadata,
    };
    return verified(graph as G, 'GraphBuilder');
  }

  #declare(value: Value): ValueId {
    assert(!this.#values.has(value.id), 'a value is declared once', { id: value.id });
    this.#values.set(value.id, value);
    return value.id;
  }
}

/** `counts` remembers how far each stem has got: what is taken once stays taken. */
function fresh(stem: string, taken: (name: string) => boolean, counts: Map<string, number>): string {
  if (!taken(stem)) return stem;
  let count = counts.get(stem) ?? 1;
  while (taken(`${stem}.${count}`)) count += 1;
  counts.set(stem, count);
  return `${stem}.${count}`;
}
