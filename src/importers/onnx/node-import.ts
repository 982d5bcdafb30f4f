import { UserError, type UserErrorDetails } from '../../core/errors.js';
import { formatName, type IntFormat } from '../../arith/int-format.js';
import { elementCount, shapeText, type Shape } from '../../tensor/shape.js';
import type { PlainArray } from '../../formats/elements.js';
import type { OnnxTensor } from '../../formats/onnx.js';
import { FLOAT32, type NodeBase, type Quantization, type ValueType } from '../../ir/graph.js';
import { rulesOf, type FloatNode } from '../../ir/operators.js';
import { Attributes } from './attributes.js';
import type { GraphImport } from './graph-import.js';
import { placeOf, type SourceNode } from './node-order.js';
import { maxElements } from './options.js';
import {
  constantOperand,
  dequantizedOperand,
  type ConstantCodes,
  type ConstantOperand,
  type Operand,
  type RunTimeOperand,
} from './operand.js';

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
  /** Appended to the node's name in its stead: its result has the source's name, and another node does the work. */
  readonly nodeSuffix?: string;
  /** The source output it belongs to; the first where nothing is said. */
  readonly output?: number;
}

/** What a part of a source node sees of it, where one source operator is several of ours. */
export interface Part {
  /** What stands for the source's inputs; null where one is left out. */
  readonly inputs: readonly (Operand | null)[];
  /** The opset whose clauses hold; the model's own where nothing is said. */
  readonly opset?: number;
}

/** Operators that hand on what they are given, whatever type it has. */
const movesCodes: ReadonlySet<FloatNode['op']> = new Set([
  'reshape',
  'transpose',
  'concat',
  'slice',
  'pad',
  'gather',
  'maxPool',
]);

/** One source node as its importer sees it: opset, attributes and operands to read, nodes of ours to emit. */
export class NodeImport {
  readonly opset: number;
  readonly attributes: Attributes;
  readonly place: string;
  readonly outputNames: readonly string[];
  readonly #graph: GraphImport;
  readonly #source: SourceNode;
  readonly #part: Part | null;

  constructor(graph: GraphImport, source: SourceNode, whole?: NodeImport, part: Part | null = null) {
    this.#graph = graph;
    this.#source = source;
    this.#part = part;
    this.opset = part?.opset ?? graph.source.opset;
    this.place = placeOf(source);
    this.attributes = whole?.attributes ?? new Attributes(source.node, this.place);
    this.outputNames = source.node.outputs;
  }

  /** The same node with other operands: values that it makes are real numbers which the source does not name. */
  part(part: Part): NodeImport {
    return new NodeImport(this.#graph, this.#source, this, part);
  }

  get inputCount(): number {
    return this.#part?.inputs.length ?? this.#source.node.inputs.length;
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
    if (this.#part !== null) return this.#part.inputs[index] ?? null;
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

  /** Likewise of one number for all elements. */
  fill(name: string, shape: Shape, make: () => PlainArray): ConstantOperand {
    this.#graph.spendFilledElements(shape, this.place);
    return constantOperand(name, make());
  }

  /** Likewise of dequantized codes. */
  foldCodes(name: string, shape: Shape, make: () => ConstantCodes): ConstantOperand {
    this.#graph.spendElements(shape, this.place);
    const { array, quantization } = make();
    const { scales } = quantization;
    return dequantizedOperand(name, {
      array,
      quantization: { ...quantization, axis: scales.length === 1 ? null : quantization.axis },
    });
  }

  isOutputRead(index: number): boolean {
    const name = this.outputNames[index] ?? '';
    return name !== '' && this.#graph.isRead(name);
  }

  /**
   * Appends a node of ours. Refuses operands that do not fit, and results without elements. What moves codes gives codes;
   * what computes takes real numbers only.
   */
  emit(operator: Operator, operands: readonly Operand[], role: Role = {}): RunTimeOperand {
    const format = this.#formatOf(operands);
    if (format !== null && movesCodes.has(operator.op))
      return this.#moveCodes(operator, operands, format, role);
    const inputs = operands.map((operand) => {
      if (operand.kind === 'constant') return this.#graph.graphConstant(operand, this.place);
      if (operand.format === null) return operand.id;
      throw this.refuse({
        found: `operand '${operand.id}' of type ${formatName(operand.format)}`,
        expected: 'real numbers',
        suggestion: 'dequantize it first, or leave the operator out of the quantized part of the model',
      });
    });
    return this.#append({ ...operator, ...this.#names(role), inputs }, FLOAT32);
  }

  /** Real numbers → codes on a grid, ties to even. */
  quantize(
    x: RunTimeOperand,
    format: IntFormat,
    quantization: Quantization,
    role: Role = {},
  ): RunTimeOperand {
    const names = this.#names(role);
    const node = { op: 'quantizeLinear', rounding: 'halfEven', ...names, inputs: [x.id] } as const;
    const isSpelledOut = role.nodeSuffix === undefined;
    return this.#append(isSpelledOut ? { ...node, isSpelledOut } : node, {
      kind: 'int',
      format,
      quantization,
    });
  }

  /** Codes → the real numbers they stand for on a grid. Codes that already have another grid get a copy on this one. */
  dequantize(x: RunTimeOperand, quantization: Quantization, role: Role = {}): RunTimeOperand {
    const id = this.#graph.onGrid(x.id, quantization);
    return this.#append({ op: 'dequantizeLinear', ...this.#names(role), inputs: [id] }, FLOAT32);
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

  /** The format of the codes among operands; null where all are real. Refuses two kinds side by side. */
  #formatOf(operands: readonly Operand[]): IntFormat | null {
    const runTime = operands.filter((operand) => operand.kind === 'runTime');
    const first = runTime[0]?.format ?? null;
    const other = runTime.find(({ format }) => nameOf(format) !== nameOf(first));
    if (other === undefined) return first;
    throw this.refuse({
      found: `operands of types ${nameOf(first)} and ${nameOf(other.format)}`,
      expected: 'operands of one type',
    });
  }

  #moveCodes(
    operator: Operator,
    operands: readonly Operand[],
    format: IntFormat,
    role: Role,
  ): RunTimeOperand {
    const first = operands.find((operand) => operand.kind === 'runTime')!.id;
    const inputs = operands.map((operand) =>
      operand.kind === 'constant'
        ? this.#graph.codeConstant(operand, format, first, this.place)
        : this.#graph.besides(operand.id, first),
    );
    const node = { ...operator, ...this.#names(role), inputs } as FloatNode;
    const result = this.#append(node, { kind: 'int', format, quantization: null });
    this.#graph.besides(result.id, first);
    return result;
  }

  /** Names of a node and its result. Of a part the node may have the source's name, the result may not. */
  #names({ suffix, nodeSuffix = suffix, output = 0 }: Role): Pick<FloatNode, 'name' | 'output'> {
    const { builder } = this.#graph;
    const [ending, nodeEnding] = [suffix, nodeSuffix].map((text) => (text === undefined ? '' : `.${text}`));
    const inner = this.#part === null ? '' : '.real';
    const stem = this.outputNames[output] || this.#source.name;
    return {
      name: builder.freshNodeName(`${this.#source.name}${nodeEnding}`),
      output: builder.freshId(`${stem}${inner}${ending}`),
    };
  }

  #append(node: FloatNode, type: ValueType): RunTimeOperand {
    const shape = this.#resultShape(node);
    const id = this.#graph.append(node, type);
    return { kind: 'runTime', id, shape, format: type.kind === 'int' ? type.format : null };
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

const nameOf = (format: IntFormat | null): string => (format === null ? 'float32' : formatName(format));
