import { UserError } from '../../core/errors.js';
import type { PlainArray } from '../../formats/elements.js';
import type { TfliteSubgraph, TfliteTensor } from '../../formats/tflite.js';
import { GraphBuilder } from '../../ir/builder.js';
import { FLOAT32, type FloatGraph, type Port, type ValueId } from '../../ir/graph.js';
import type { FloatNode } from '../../ir/operators.js';
import { withoutDeadNodes } from '../../ir/use.js';
import { transposedKnown } from '../known-values.js';
import { OperatorImport } from './operator-import.js';
import { operatorImporter } from './ops/registry.js';
import { checkedShape, constantTensor, decodeConstant, valueType } from './tensor-types.js';

/** A subgraph on its way to ours: which tensors have a value so far. Operators come in the order of execution. */
export class SubgraphImport {
  readonly builder = new GraphBuilder<FloatNode>();
  readonly #source: TfliteSubgraph;
  readonly #ids: readonly string[];
  readonly #inputs: Port[] = [];
  readonly #values = new Map<number, ValueId>();
  readonly #reals = new Map<ValueId, ValueId>();
  readonly #constants = new Map<number, PlainArray>();

  constructor(source: TfliteSubgraph) {
    this.#source = source;
    this.#ids = distinctNames(source.tensors);
    for (const index of source.inputs) this.#declareInput(index);
  }

  importOperator(index: number): void {
    const source = this.#source.operators[index]!;
    const node = new OperatorImport(this, source, index);
    try {
      operatorImporter(source, node.place)(node);
    } catch (error) {
      throw error instanceof UserError ? atOperator(error, node.place) : error;
    }
  }

  /** The name of a tensor in messages. */
  placeOf(index: number): string {
    return `tensor ${index} '${this.#source.tensors[index]?.name ?? ''}'`;
  }

  /** The id that the value of a tensor has, or will have. */
  idOf(index: number): ValueId {
    return this.#ids[index]!;
  }

  tensor(index: number): TfliteTensor {
    return this.#source.tensors[index]!;
  }

  /** The elements of a constant tensor; null where it is computed. */
  constant(index: number): PlainArray | null {
    const known = this.#constants.get(index);
    if (known !== undefined) return known;
    const tensor = this.tensor(index);
    if (tensor.data === null || this.#values.has(index)) return null;
    const array = decodeConstant(tensor, tensor.data, this.placeOf(index));
    this.#constants.set(index, array);
    return array;
  }

  /** The value of a tensor as it is: codes, or real numbers. */
  value(index: number, reader: string): ValueId {
    const known = this.#values.get(index);
    if (known !== undefined) return known;
    const array = this.constant(index);
    const place = this.placeOf(index);
    if (array === null) {
      throw new UserError({
        place: reader,
        found: `${place}, which nothing before it makes`,
        expected: 'operators in the order of execution',
        ...(this.tensor(index).isVariable ? { suggestion: 'models that keep state are not supported' } : {}),
      });
    }
    checkedShape(this.tensor(index), place);
    const type = valueType(this.tensor(index), place);
    const id = this.builder.addConstant(this.idOf(index), constantTensor(array, place), type);
    this.#values.set(index, id);
    return id;
  }

  /** The real numbers of a value: dequantized once where it is codes. */
  real(id: ValueId): ValueId {
    if (this.builder.value(id).type.kind === 'float32') return id;
    const known = this.#reals.get(id);
    if (known !== undefined) return known;
    const output = this.builder.freshId(`${id}.real`);
    const name = this.builder.freshNodeName(output);
    this.builder.addNode({ op: 'dequantizeLinear', name, inputs: [id], output }, FLOAT32);
    this.#reals.set(id, output);
    return output;
  }

  /** A constant with its axes in another order; null where the value is no constant of that rank. */
  transposedConstant(id: ValueId, permutation: readonly number[]): ValueId | null {
    const constant = this.builder.constant(id);
    if (constant === undefined || constant.shape.length !== permutation.length) return null;
    const { type } = this.builder.value(id);
    const moved = transposedKnown({ data: constant, type, isDequantized: false }, permutation);
    return this.builder.addConstant(this.builder.freshId(`${id}.transposed`), moved.data, moved.type);
  }

  /** Makes a tensor stand for a value. */
  define(index: number, id: ValueId): void {
    this.#values.set(index, id);
  }

  finish(file: string, description: string): FloatGraph {
    const outputs = this.#source.outputs.map((index): Port => {
      const value = this.value(index, `output ${this.placeOf(index)}`);
      return this.#port(index, value);
    });
    if (outputs.length === 0)
      throw new UserError({ place: 'model', found: 'no outputs', expected: 'at least one' });
    return withoutDeadNodes(
      this.builder.finish<FloatGraph>('float', this.#source.name, this.#inputs, outputs, {
        source: file,
        format: 'tflite',
        producer: description,
      }),
    );
  }

  #declareInput(index: number): void {
    const tensor = this.tensor(index);
    const place = `input ${this.placeOf(index)}`;
    if (tensor.data !== null || this.#values.has(index)) {
      throw new UserError({ place, found: 'a constant, or an input listed twice', expected: 'inputs' });
    }
    const id = this.builder.addInput(this.idOf(index), checkedShape(tensor, place), valueType(tensor, place));
    this.#values.set(index, id);
    this.#inputs.push(this.#port(index, id));
  }

  #port(index: number, value: ValueId): Port {
    const isCodes = this.builder.value(value).type.kind === 'int';
    const port = { name: this.tensor(index).name || value, value, permutation: null };
    return isCodes ? { ...port, takesCodes: true } : port;
  }
}

/** What is wrong with a tensor is told with the operator that it belongs to. */
function atOperator({ details }: UserError, operator: string): UserError {
  const { place } = details;
  if (place?.startsWith(operator) === true) return new UserError(details);
  return new UserError({ ...details, place: place === undefined ? operator : `${operator}, ${place}` });
}

/** The tensors' names, told apart by their numbers where the file gives one twice or none. */
export function distinctNames(tensors: readonly TfliteTensor[]): string[] {
  const taken = new Set<string>();
  return tensors.map(({ name }, index) => {
    const id = name === '' || taken.has(name) ? `${name}#${index}` : name;
    taken.add(id);
    return id;
  });
}
