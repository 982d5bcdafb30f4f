import { UserError } from '../../core/errors.js';
import { elementCount, shapeText, type Shape } from '../../tensor/shape.js';
import { tensor } from '../../tensor/tensor.js';
import type { PlainArray } from '../../formats/elements.js';
import type { OnnxTensor } from '../../formats/onnx.js';
import { GraphBuilder } from '../../ir/builder.js';
import type { FloatGraph, Port, ValueId } from '../../ir/graph.js';
import type { FloatNode } from '../../ir/operators.js';
import { withoutDeadNodes } from '../../ir/use.js';
import { float32Elements, isFloatType } from './arrays.js';
import { decodeTensor } from './external-data.js';
import { checkConstantInput, inputShape, refuseUnknownInputs } from './graph-inputs.js';
import type { SourceNode } from './node-order.js';
import { NodeImport } from './node-import.js';
import { constantOperand, type ConstantOperand, type Operand } from './operand.js';
import { operatorOf } from './ops/registry.js';
import { foldedElements, maxElements, type OnnxImportOptions } from './options.js';
import type { SourceModel } from './source-model.js';

/**
 * A source graph on its way to ours: what each of its names stands for so far, and the nodes made so far. Nodes come in
 * topological order, so every shape is concrete when an operator asks for it, and shape arithmetic is just constants.
 */
export class GraphImport {
  readonly source: SourceModel;
  readonly options: OnnxImportOptions;
  readonly builder = new GraphBuilder<FloatNode>();
  readonly #nodes: FloatNode[] = [];
  readonly #inputs: Port[] = [];
  readonly #operands = new Map<string, Operand>();
  readonly #read: ReadonlySet<string>;
  readonly #graphConstants = new Map<PlainArray, ValueId>();
  #elementsLeft: number = foldedElements.ofAnyModel;

  constructor(source: SourceModel, options: OnnxImportOptions) {
    this.source = source;
    this.options = options;
    const { nodes, outputs } = source.model.graph;
    this.#read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...outputs.map(({ name }) => name)]);
    refuseUnknownInputs(source.inputs, options);
  }

  /** Declares one graph input: a constant where the options say so, else a value of run time. */
  declareInput(index: number): void {
    const input = this.source.inputs[index]!;
    const array = this.options.constantInputs?.get(input.name);
    if (array !== undefined) {
      checkConstantInput(input, array);
      this.define(input.name, constantOperand(input.name, array));
    } else {
      this.placeholder(input.name, inputShape(input, this.options.inputShapes?.get(input.name)));
    }
  }

  /** Makes a name stand for a value that arrives from outside. */
  placeholder(name: string, shape: Shape): void {
    const id = this.builder.addInput(this.builder.freshId(name), shape);
    this.#inputs.push({ name, value: id, permutation: null });
    this.define(name, { kind: 'runTime', id, shape });
  }

  /** Imports one node; what it reads must be defined. */
  importNode(source: SourceNode): void {
    const operator = operatorOf(source);
    const node = new NodeImport(this, source);
    const results = operator(node);
    node.attributes.refuseUnread();
    source.node.outputs.forEach((name, index) => {
      const result = results[index];
      if (name === '' || (result === undefined && !this.isRead(name))) return;
      if (result === undefined) {
        throw node.refuse({
          found: `a reader of output '${name}' (number ${index + 1})`,
          expected: 'none: it is not computed',
        });
      }
      this.define(name, result);
    });
  }

  /** Appends a node of ours. */
  append(node: FloatNode): ValueId {
    this.#nodes.push(node);
    return this.builder.addNode(node);
  }

  /** The nodes of ours so far. */
  get nodes(): readonly FloatNode[] {
    return this.#nodes;
  }

  /** What a name stands for; undefined where nothing has made it yet. */
  operand(name: string): Operand | undefined {
    const known = this.#operands.get(name);
    const initializer = known === undefined ? this.source.initializers.get(name) : undefined;
    if (initializer === undefined) return known;
    const operand = constantOperand(name, this.decode(initializer, `initializer '${name}'`));
    this.define(name, operand);
    return operand;
  }

  /** The shape of what a name stands for; null where nothing has made it yet. */
  shapeOf(name: string): Shape | null {
    return this.#operands.get(name)?.shape ?? this.source.initializers.get(name)?.dims ?? null;
  }

  define(name: string, operand: Operand): void {
    this.#operands.set(name, operand);
  }

  /** Whether a node or a graph output reads the name. */
  isRead(name: string): boolean {
    return this.#read.has(name);
  }

  /** A tensor that the model holds, as an array. */
  decode(tensor: OnnxTensor, place: string): PlainArray {
    this.checkConstantSize(tensor.dims, place);
    const array = decodeTensor(tensor, this.options.readExternal);
    this.#elementsLeft += foldedElements.perStored * array.data.length;
    return array;
  }

  /** Accounts for a constant about to be made by folding. */
  spendElements(shape: Shape, place: string): void {
    this.checkConstantSize(shape, place);
    const count = elementCount(shape);
    if (count > this.#elementsLeft) {
      throw new UserError({
        place,
        found: `a constant of shape ${shapeText(shape)}, made by folding`,
        expected: `at most ${this.#elementsLeft} more elements of such constants`,
      });
    }
    this.#elementsLeft -= count;
  }

  checkConstantSize(shape: Shape, place: string): void {
    if (shape.every((extent) => extent >= 0) && elementCount(shape) <= maxElements) return;
    throw new UserError({
      place,
      found: `a constant of shape ${shapeText(shape)}`,
      expected: `extents of at least 0, and at most ${maxElements} elements`,
    });
  }

  /** The graph constant of a known value, as float32. Refuses NaN and infinities: they are no weights. */
  graphConstant({ name, array, shape }: ConstantOperand, place: string): ValueId {
    const known = this.#graphConstants.get(array);
    if (known !== undefined) return known;
    const data = float32Elements(array);
    const bad = firstInexact(data, array);
    if (bad !== null) {
      throw new UserError({
        place: `${place}, constant '${name}'`,
        found: bad,
        expected: isFloatType(array.type) ? 'finite float32 numbers' : 'integers that float32 holds exactly',
        suggestion: 'the model looks damaged: export it again, or train it again',
      });
    }
    const id = this.builder.addConstant(this.builder.freshId(name), tensor('float32', shape, data));
    this.#graphConstants.set(array, id);
    return id;
  }

  /** The finished graph, in the source's axis order. Every graph output must be defined. */
  finish(): FloatGraph {
    const { model, opset } = this.source;
    const outputs = model.graph.outputs.map(({ name }): Port => {
      const operand = this.operand(name)!;
      const place = `output '${name}'`;
      const value = operand.kind === 'constant' ? this.graphConstant(operand, place) : operand.id;
      return { name, value, permutation: null };
    });
    return withoutDeadNodes(
      this.builder.finish<FloatGraph>('float', model.graph.name, this.#inputs, outputs, {
        source: this.options.file,
        format: 'onnx',
        opset: `${opset}`,
        producer: `${model.producerName} ${model.producerVersion}`.trim(),
      }),
    );
  }
}

/** The first element that float32 does not hold as it should: finite, and of integers the very value. */
function firstInexact(data: Float32Array, array: PlainArray): string | null {
  const mayRound = isFloatType(array.type);
  for (let index = 0; index < data.length; index += 1) {
    const value = data[index]!;
    const isExact = mayRound || Number(array.data[index]) === value;
    if (!Number.isFinite(value) || !isExact) return `${array.data[index]}`;
  }
  return null;
}
