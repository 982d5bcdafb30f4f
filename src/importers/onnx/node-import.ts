import { UserError, type UserErrorDetails } from '../../core/errors.js';
import { elementCount, shapeText, type Shape } from '../../tensor/shape.js';
import type { PlainArray } from '../../formats/elements.js';
import type { OnnxTensor } from '../../formats/onnx.js';
import type { NodeBase } from '../../ir/graph.js';
import { rulesOf, type FloatNode } from '../../ir/operators.js';
import { Attributes } from './attributes.js';
import type { GraphImport } from './graph-import.js';
import { placeOf, type SourceNode } from './node-order.js';
import { maxElements } from './options.js';
import { constantOperand, type ConstantOperand, type Operand, type RunTimeOperand } from './operand.js';

/** A node of ours without what the import fills in: its name, operands and result. */
export type Operator = FloatNode extends infer N
  ? N extends FloatNode
    ? Omit<N, keyof NodeBase>
    : never
  : never;

/** How a node of ours is told apart from others made of the same source node. */
export interface Role {
  /** Appended to the source's names; the node that does the work has none. */
  readonly suffix?: string;
  /** The source output it belongs to; the first where nothing is said. */
  readonly output?: number;
}

/** One source node as its importer sees it: opset, attributes and operands to read, nodes of ours to emit. */
export class NodeImport {
  readonly opset: number;
  readonly attributes: Attributes;
  readonly place: string;
  readonly outputNames: readonly string[];
  readonly #graph: GraphImport;
  readonly #source: SourceNode;

  constructor(graph: GraphImport, source: SourceNode) {
    this.#graph = graph;
    this.#source = source;
    this.opset = graph.source.opset;
    this.place = placeOf(source);
    this.attributes = new Attributes(source.node, this.place);
    this.outputNames = source.node.outputs;
  }

  get inputCount(): number {
    return this.#source.node.inputs.length;
  }

  input(index: number): Operand {
    const operand = this.optionalInput(index);
    if (operand !== null) return operand;
    throw this.refuse({
      found: `${this.inputCount} inputs without number ${index + 1}`,
      expected: 'all required inputs',
    });
  }

  /** The operand of an input, or null where it was left out. */
  optionalInput(index: number): Operand | null {
    const name = this.#source.node.inputs[index] ?? '';
    return name === '' ? null : (this.#graph.operand(name) ?? null);
  }

  /** An input that must be known at import; `role` says what it is in messages. */
  constant(index: number, role: string): ConstantOperand {
    return this.#known(this.input(index), role);
  }

  optionalConstant(index: number, role: string): ConstantOperand | null {
    const operand = this.optionalInput(index);
    return operand === null ? null : this.#known(operand, role);
  }

  /** The tensor of an attribute as a constant. */
  decode(tensor: OnnxTensor): PlainArray {
    return this.#graph.decode(tensor, this.place);
  }

  /** A constant that folding makes; `make` runs once its size is known to be affordable. */
  fold(name: string, shape: Shape, make: () => PlainArray): ConstantOperand {
    this.#graph.spendElements(shape, this.place);
    return constantOperand(name, make());
  }

  isOutputRead(index: number): boolean {
    const name = this.outputNames[index] ?? '';
    return name !== '' && this.#graph.isRead(name);
  }

  /** Appends a node of ours. Refuses operands that do not fit, and results without elements. */
  emit(operator: Operator, operands: readonly Operand[], role: Role = {}): RunTimeOperand {
    const { builder } = this.#graph;
    const suffix = role.suffix === undefined ? '' : `.${role.suffix}`;
    const stem = this.outputNames[role.output ?? 0] || this.#source.name;
    const node = {
      ...operator,
      name: builder.freshNodeName(`${this.#source.name}${suffix}`),
      inputs: operands.map((operand) =>
        operand.kind === 'constant' ? this.#graph.graphConstant(operand, this.place) : operand.id,
      ),
      output: builder.freshId(`${stem}${suffix}`),
    } as FloatNode;
    const shape = this.#resultShape(node);
    return { kind: 'runTime', id: this.#graph.append(node), shape };
  }

  /** Refuses a result without elements, or with more than anybody can hold. */
  checkResult(shape: Shape, operands: readonly Shape[]): void {
    const isEmpty = !shape.every((extent) => extent >= 1);
    if (!isEmpty && elementCount(shape) <= maxElements) return;
    throw this.refuse({
      found: `a result of shape ${shapeText(shape)} for inputs ${operands.map(shapeText).join(', ')}`,
      expected: isEmpty ? 'at least one element along every axis' : `at most ${maxElements} elements`,
    });
  }

  refuse(details: UserErrorDetails): UserError {
    return new UserError({ ...details, place: this.place });
  }

  #known(operand: Operand, role: string): ConstantOperand {
    if (operand.kind === 'constant') return operand;
    throw this.refuse({
      found: `${role} computed at run time ('${operand.id}')`,
      expected: `${role} that are constant`,
      suggestion: 'export the model with its parameters as initializers and with constant folding',
    });
  }

  #resultShape(node: FloatNode): Shape {
    const rules = rulesOf(node);
    const shapes = node.inputs.map((id) => this.#graph.builder.value(id).shape);
    const [fewest, most] = rules.arity;
    const problems =
      shapes.length < fewest || shapes.length > most
        ? [`${shapes.length} operands`]
        : rules.problems(node, shapes);
    if (problems.length > 0) {
      throw this.refuse({ found: problems.join(', '), expected: `operands that fit a ${node.op}` });
    }
    const shape = rules.shape(node, shapes);
    this.checkResult(shape, shapes);
    return shape;
  }
}
