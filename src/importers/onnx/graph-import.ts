import { isAbsent } from '../../core/absent.js';
import { assert, UserError } from '../../core/errors.js';
import { elementCount, shapeText, type Shape } from '../../tensor/shape.js';
import { tensor } from '../../tensor/tensor.js';
import type { PlainArray } from '../../formats/elements.js';
import type { OnnxTensor } from '../../formats/onnx.js';
import { GraphBuilder } from '../../ir/builder.js';
import { formatName, type IntFormat } from '../../arith/int-format.js';
import {
  FLOAT32,
  type FloatGraph,
  type Port,
  type Quantization,
  type ValueId,
  type ValueType,
} from '../../ir/graph.js';
import type { FloatNode } from '../../ir/operators.js';
import { withoutDeadNodes } from '../../ir/use.js';
import { float32Elements, isFloatType } from '../arrays.js';
import { CodeGrids } from './code-grids.js';
import { codeFormat, codeTensor, sameQuantization } from './codes.js';
import { decodeTensor } from './external-data.js';
import { checkConstantInput, inputFormat, inputShape, refuseUnknownInputs } from './graph-inputs.js';
import type { SourceNode } from './node-order.js';
import { NodeImport } from './node-import.js';
import { constantOperand, type ConstantCodes, type ConstantOperand, type Operand } from './operand.js';
import { operatorOf } from './ops/registry.js';
import { foldedElements, maxElements, maxFilledElements, type OnnxImportOptions } from './options.js';
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
  readonly #dequantized = new Map<PlainArray, { quantization: Quantization; id: ValueId }[]>();
  readonly #grids = new CodeGrids();
  #elementsLeft: number = foldedElements.ofAnyModel;
  #filledLeft: number = maxFilledElements;

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
      const shape = inputShape(input, this.options.inputShapes?.get(input.name));
      this.placeholder(input.name, shape, inputFormat(input));
    }
  }

  /** Makes a name stand for a value that arrives from outside: real numbers, or codes of a format. */
  placeholder(name: string, shape: Shape, format: IntFormat | null): void {
    const type: ValueType = format === null ? FLOAT32 : { kind: 'int', format, quantization: null };
    const id = this.builder.addInput(this.builder.freshId(name), shape, type);
    this.#inputs.push({ name, value: id, permutation: null, ...(format !== null && { takesCodes: true }) });
    this.define(name, { kind: 'runTime', id, shape, format });
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
  append(node: FloatNode, type: ValueType): ValueId {
    this.#nodes.push(node);
    const id = this.builder.addNode(node, type);
    if (type.kind === 'int' && type.quantization !== null) this.#grids.assign(id, type.quantization);
    return id;
  }

  /** The codes with this grid: themselves, or a copy where their grid is another one. */
  onGrid(id: ValueId, quantization: Quantization): ValueId {
    if (this.#grids.assign(id, quantization)) return id;
    const copy = this.#copy(id);
    this.#grids.assign(copy, quantization);
    return copy;
  }

  /** The codes on the grid of `other`, if only because nobody has said either: themselves, or a copy. */
  besides(id: ValueId, other: ValueId): ValueId {
    if (this.#grids.join(other, id)) return id;
    const copy = this.#copy(id);
    this.#grids.join(other, copy);
    return copy;
  }

  /** The same codes as another value. A slice of everything: a reshape to the same shape would be taken for nothing. */
  #copy(id: ValueId): ValueId {
    const { shape, type } = this.builder.value(id);
    assert(type.kind === 'int', 'only codes have a grid', { id });
    return this.append(
      {
        op: 'slice',
        name: this.builder.freshNodeName(`${id}.copy`),
        inputs: [id],
        output: this.builder.freshId(`${id}.copy`),
        starts: shape.map(() => 0),
        sizes: shape,
        steps: shape.map(() => 1),
      },
      { ...type, quantization: null },
    );
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
    this.#elementsLeft -= this.#affordable(shape, this.#elementsLeft, place);
  }

  /** Likewise of one that is filled with one number: weights, for all we know, which may be reordered once. */
  spendFilledElements(shape: Shape, place: string): void {
    const count = this.#affordable(shape, this.#filledLeft, place);
    this.#filledLeft -= count;
    this.#elementsLeft += count;
  }

  #affordable(shape: Shape, left: number, place: string): number {
    this.checkConstantSize(shape, place);
    const count = elementCount(shape);
    if (count <= left) return count;
    throw new UserError({
      place,
      found: `a constant of shape ${shapeText(shape)}, made by folding`,
      expected: `at most ${left} more elements of such constants`,
    });
  }

  checkConstantSize(shape: Shape, place: string): void {
    if (shape.every((extent) => extent >= 0) && elementCount(shape) <= maxElements) return;
    throw new UserError({
      place,
      found: `a constant of shape ${shapeText(shape)}`,
      expected: `extents of at least 0, and at most ${maxElements} elements`,
    });
  }

  /**
   * A known value in the graph, as float32: a constant, or what dequantizes one. Refuses NaN and infinities: they are no
   * weights.
   */
  graphConstant(operand: ConstantOperand, place: string): ValueId {
    const { name, codes, shape } = operand;
    if (codes !== null) return this.#dequantizedConstant(name, codes);
    const { array } = operand;
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

  #dequantizedConstant(name: string, { array, quantization }: ConstantCodes): ValueId {
    const known = this.#dequantized.get(array) ?? [];
    const same = known.find((other) => sameQuantization(other.quantization, quantization));
    if (same !== undefined) return same.id;
    const format = codeFormat(array.type);
    assert(format !== null, 'codes have a format of codes', { type: array.type });
    const type: ValueType = { kind: 'int', format, quantization };
    const codes = this.builder.addConstant(this.builder.freshId(name), codeTensor(array), type);
    const stem = `${name}.dequantized`;
    const names = { name: this.builder.freshNodeName(stem), output: this.builder.freshId(stem) };
    const id = this.append({ op: 'dequantizeLinear', ...names, inputs: [codes] }, FLOAT32);
    this.#dequantized.set(array, [...known, { quantization, id }]);
    return id;
  }

  /** A known value beside codes of run time: codes of their format, on their grid. */
  codeConstant(
    { name, array, codes }: ConstantOperand,
    format: IntFormat,
    beside: ValueId,
    place: string,
  ): ValueId {
    if (codes === null && sameFormat(codeFormat(array.type), format)) {
      const type: ValueType = { kind: 'int', format, quantization: null };
      const id = this.builder.addConstant(this.builder.freshId(name), codeTensor(array), type);
      this.#grids.join(beside, id);
      return id;
    }
    throw new UserError({
      place: `${place}, constant '${name}'`,
      found: `elements of type ${array.type}`,
      expected: `${formatName(format)} as beside it`,
    });
  }

  /** The finished graph, in the source's axis order. Every graph output must be defined. */
  finish(): FloatGraph {
    const { model, opset } = this.source;
    const outputs = model.graph.outputs.map(({ name }): Port => {
      const operand = this.operand(name)!;
      const place = `output '${name}'`;
      const value = operand.kind === 'constant' ? this.graphConstant(operand, place) : operand.id;
      const holdsCodes = operand.kind === 'runTime' && operand.format !== null;
      return { name, value, permutation: null, ...(holdsCodes && { takesCodes: true }) };
    });
    const graph = this.builder.finish<FloatGraph>('float', model.graph.name, this.#inputs, outputs, {
      source: this.options.file,
      format: 'onnx',
      opset: `${opset}`,
      producer: `${model.producerName} ${model.producerVersion}`.trim(),
    });
    return withoutDeadNodes({ ...graph, values: this.#valuesOnGrids(graph.values) });
  }

  /** The values with the grids that were said of them after they were made. */
  #valuesOnGrids(values: FloatGraph['values']): FloatGraph['values'] {
    return new Map(
      [...values].map(([id, value]) => {
        const { type } = value;
        if (type.kind === 'float32' || type.quantization !== null) return [id, value];
        return [id, { ...value, type: { ...type, quantization: this.#grids.of(id) } }];
      }),
    );
  }
}

function sameFormat(a: IntFormat | null, b: IntFormat): boolean {
  return a !== null && a.bits === b.bits && a.signed === b.signed;
}

/** The first element that float32 does not hold as it should: finite, and of integers the very value. */
function firstInexact(data: Float32Array, array: PlainArray): string | null {
  if (isAbsent(data)) return null;
  const mayRound = isFloatType(array.type);
  for (let index = 0; index < data.length; index += 1) {
    const value = data[index]!;
    const isExact = mayRound || Number(array.data[index]) === value;
    if (!Number.isFinite(value) || !isExact) return `${array.data[index]}`;
  }
  return null;
}
