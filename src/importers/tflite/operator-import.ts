import { UserError, type UserErrorDetails } from '../../core/errors.js';
import type { TfliteOperator, TfliteTensor } from '../../formats/tflite.js';
import { FLOAT32, type ValueId, type ValueType } from '../../ir/graph.js';
import { rulesOf, type FloatNode, type FloatOperator } from '../../ir/operators.js';
import { elementCount, sameShape, shapeText, type Shape } from '../../tensor/shape.js';
import { maxElements } from './options.js';
import type { SubgraphImport } from './subgraph-import.js';
import { checkedShape, valueType } from './tensor-types.js';

/** One operator as its importer sees it: options and operands to read, nodes of ours to emit, results to define. */
export class OperatorImport<Source extends TfliteOperator = TfliteOperator> {
  readonly source: Source;
  readonly place: string;
  readonly #graph: SubgraphImport;

  constructor(graph: SubgraphImport, source: Source, index: number) {
    this.#graph = graph;
    this.source = source;
    const [output] = source.outputs;
    const makes = output === undefined || output < 0 ? '' : ` ('${graph.tensor(output).name}')`;
    this.place = `operator ${index} ${source.name}${makes}`;
  }

  get inputCount(): number {
    return this.source.inputs.length;
  }

  has(input: number): boolean {
    return (this.source.inputs[input] ?? -1) >= 0;
  }

  /** The tensor of an input. */
  tensor(input: number): TfliteTensor {
    return this.#graph.tensor(this.#inputIndex(input));
  }

  /** An input as it is: codes, or real numbers. */
  value(input: number): ValueId {
    return this.#graph.value(this.#inputIndex(input), this.place);
  }

  /** An input as real numbers. */
  real(input: number): ValueId {
    return this.asReal(this.value(input));
  }

  asReal(id: ValueId): ValueId {
    const { type } = this.#graph.builder.value(id);
    if (type.kind === 'float32' || type.quantization !== null) return this.#graph.real(id);
    throw this.refuse({
      found: `integers without a scale ('${id}')`,
      expected: 'real numbers, or codes with a scale and a zero point',
    });
  }

  shape(id: ValueId): Shape {
    return this.#graph.builder.value(id).shape;
  }

  type(id: ValueId): ValueType {
    return this.#graph.builder.value(id).type;
  }

  /** Refuses codes that are computed at run time where the integer operator has them inside. */
  requireConstantCodes(input: number, role: string): void {
    const index = this.#inputIndex(input);
    const id = this.#graph.value(index, this.place);
    if (this.type(id).kind === 'float32' || this.#graph.constant(index) !== null) return;
    throw this.refuse({
      found: `${role} computed at run time (${this.#graph.placeOf(index)})`,
      expected: `${role} as a constant`,
    });
  }

  /** An input that is a list of integers known at import; `role` says what it is in messages. */
  integers(input: number, role: string): readonly number[] {
    const index = this.#inputIndex(input);
    const array = this.#graph.constant(index);
    if (array === null || array.type === 'float32' || array.type === 'float64') {
      throw this.refuse({
        found: `${role} computed at run time, or no integers (${this.#graph.placeOf(index)})`,
        expected: `${role} as a constant`,
      });
    }
    return Array.from(array.data as ArrayLike<number | bigint>, Number);
  }

  /** An input that is one number known at import. */
  scalar(input: number, role: string): number {
    const index = this.#inputIndex(input);
    const array = this.#graph.constant(index);
    if (array !== null && array.data.length === 1) return Number(array.data[0]);
    throw this.refuse({
      found: `${role} computed at run time, or not one number (${this.#graph.placeOf(index)})`,
      expected: `${role} as a constant`,
    });
  }

  /** A constant input with its axes in another order: output axis i is its axis `permutation[i]`. */
  transposedConstant(input: number, permutation: readonly number[]): ValueId {
    const moved = this.#graph.transposedConstant(this.value(input), permutation);
    if (moved !== null) return moved;
    throw this.refuse({
      found: `${this.#graph.placeOf(this.#inputIndex(input))} of rank ${this.shape(this.value(input)).length}, or computed at run time`,
      expected: `a constant of rank ${permutation.length}`,
    });
  }

  /** The type that the file gives an output. */
  outputType(output = 0): ValueType {
    const index = this.#outputIndex(output);
    return valueType(this.#graph.tensor(index), this.#graph.placeOf(index));
  }

  outputShape(output = 0): Shape {
    const index = this.#outputIndex(output);
    return checkedShape(this.#graph.tensor(index), this.#graph.placeOf(index));
  }

  /** Appends a node in the middle of an operator. Refuses operands that do not fit. */
  step(
    operator: FloatOperator,
    inputs: readonly ValueId[],
    role: string,
    type: ValueType = FLOAT32,
  ): ValueId {
    return this.#append(operator, inputs, `${this.#graph.idOf(this.#outputIndex(0))}.${role}`, type);
  }

  /** Appends the node that makes an output: as it is for moved codes and real numbers, quantized where codes are asked for. */
  result(operator: FloatOperator, inputs: readonly ValueId[], output = 0): void {
    const index = this.#outputIndex(output);
    const target = this.outputType(output);
    const isMoved = inputs.every((id) => this.type(id).kind === 'int') && operator.op !== 'dequantizeLinear';
    const makesReals = !isMoved && operator.op !== 'quantizeLinear' && operator.op !== 'argMax';
    if (!makesReals && target.kind !== 'int') {
      throw this.refuse({ found: 'a float32 result of codes', expected: 'codes, or a DEQUANTIZE' });
    }
    if (makesReals && target.kind === 'int' && target.quantization === null) {
      throw this.refuse({
        found: `a result of integers without a scale (${this.#graph.placeOf(index)})`,
        expected: 'real numbers, or codes with a scale and a zero point',
      });
    }
    const id = this.#graph.idOf(index);
    const shape = this.outputShape(output);
    const own = this.#resultShape(operator, inputs);
    if (elementCount(own) !== elementCount(shape)) {
      throw this.refuse({
        found: `a result of shape ${shapeText(own)} for ${this.#graph.placeOf(index)} of ${shapeText(shape)}`,
        expected: 'the shape that the operator makes',
      });
    }
    const flattens = !sameShape(own, shape);
    const stem = flattens ? `${id}.flat` : id;
    let made: ValueId;
    if (makesReals && target.kind === 'int') {
      const real = this.#append(operator, inputs, `${id}.float`, FLOAT32);
      made = this.#append({ op: 'quantizeLinear', rounding: 'halfAwayFromZero' }, [real], stem, target);
    } else {
      made = this.#append(operator, inputs, stem, target);
    }
    if (flattens) made = this.#append({ op: 'reshape', shape }, [made], id, target);
    this.#graph.define(index, made);
  }

  /** Makes an output stand for a value there is already, under the output's own name. */
  alias(value: ValueId, output = 0): void {
    this.result({ op: 'reshape', shape: this.shape(value) }, [value], output);
  }

  refuse(details: UserErrorDetails): UserError {
    return new UserError({ ...details, place: this.place });
  }

  #append(operator: FloatOperator, inputs: readonly ValueId[], stem: string, type: ValueType): ValueId {
    const { builder } = this.#graph;
    this.#resultShape(operator, inputs);
    const name = builder.freshNodeName(stem);
    return builder.addNode({ ...operator, name, inputs, output: builder.freshId(stem) }, type);
  }

  /** The shape of a result; operands that do not fit are refused. */
  #resultShape(operator: FloatOperator, inputs: readonly ValueId[]): Shape {
    const node: FloatNode = { ...operator, name: '', inputs, output: '' };
    const rules = rulesOf(node);
    const shapes = inputs.map((id) => this.shape(id));
    const [fewest, most] = rules.arity;
    const problems: readonly string[] =
      shapes.length < fewest || shapes.length > most
        ? [`${shapes.length} operands`]
        : rules.problems(node, shapes);
    const shape = problems.length === 0 ? rules.shape(node, shapes) : [];
    if (problems.length === 0 && isPlausible(shape)) return shape;
    const found = problems.length === 0 ? `a result of shape ${shapeText(shape)}` : problems.join(', ');
    throw this.refuse({ found, expected: `operands that fit a ${node.op}` });
  }

  #inputIndex(input: number): number {
    const index = this.source.inputs[input] ?? -1;
    if (index >= 0) return index;
    throw this.refuse({
      found: `${this.inputCount} inputs without number ${input + 1}`,
      expected: 'all required inputs',
    });
  }

  #outputIndex(output: number): number {
    const index = this.source.outputs[output] ?? -1;
    if (index >= 0) return index;
    throw this.refuse({
      found: `${this.source.outputs.length} outputs without number ${output + 1}`,
      expected: 'all outputs',
    });
  }
}

function isPlausible(shape: Shape): boolean {
  return (
    shape.every((extent) => Number.isSafeInteger(extent) && extent >= 1) && elementCount(shape) <= maxElements
  );
}
