import { Builder } from 'flatbuffers';
import { concatBytes } from '../../src/formats/bytes.js';
import { tfliteBuiltins } from '../../src/formats/tflite-builtins.js';
import { tfliteTypes } from '../../src/formats/tflite-types.js';
import type { TfliteOperator, TfliteTensor } from '../../src/formats/tflite.js';
import { bytesOf, floatsOf, int64sOf, intsOf, tableOf, tablesOf, type Field } from './flatbuffer-tables.js';
import { optionField, optionsLayout } from './tflite-layouts.js';

/** A tensor; what is left out is as in an int8 activation without quantization. */
export type TensorToWrite = Partial<TfliteTensor> & Pick<TfliteTensor, 'shape'>;

type ToWrite<Operator extends TfliteOperator> = Operator extends TfliteOperator
  ? Pick<Operator, 'name' | 'inputs' | 'outputs'> & {
      readonly version?: number;
      readonly customCode?: string | null;
      /** What is left out is not written; with null, the operator has no options table at all. */
      readonly options?: { readonly [Key in keyof Operator['options']]?: Operator['options'][Key] } | null;
    }
  : never;
export type OperatorToWrite = ToWrite<TfliteOperator>;

export interface SubgraphToWrite {
  readonly name?: string;
  readonly tensors: readonly TensorToWrite[];
  readonly operators: readonly OperatorToWrite[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Where the schema leaves a choice, or a damaged file takes one that it does not have. */
export interface Encoding {
  readonly description?: string;
  readonly version?: number;
  /** Which field has the code of an operator: older models have the first only. */
  readonly operatorCodes?: 'both' | 'deprecated' | 'new';
  /** Whether elements are in the flatbuffer or after it, as in models of over 2 GB. */
  readonly elements?: 'inside' | 'after';
  /** The number of the options table in place of the operator's own. */
  readonly optionsType?: number;
}

/**
 * The bytes of a `.tflite` file with one subgraph.
 *
 * @example
 * writeTflite({
 *   tensors: [{ shape: [1, 8], quantization: { scales: [0.5], zeroPoints: [3], axis: 0 } }, { shape: [1, 8] }],
 *   operators: [{ name: 'RELU', inputs: [0], outputs: [1] }],
 *   inputs: [0],
 *   outputs: [1],
 * });
 */
export function writeTflite(subgraph: SubgraphToWrite, encoding: Encoding = {}): Uint8Array {
  return writeTfliteModel([subgraph], encoding);
}

/** The bytes of a `.tflite` file; `TfliteModel.subgraphs` will do. */
export function writeTfliteModel(subgraphs: readonly SubgraphToWrite[], encoding: Encoding = {}): Uint8Array {
  const elements = subgraphs.flatMap(({ tensors }) => tensors.flatMap(({ data }) => data ?? []));
  const inside = new ModelWriter(encoding, 0).write(subgraphs);
  if (encoding.elements !== 'after') return inside;
  // The flatbuffer is as long wherever the elements are, so a first attempt tells where it ends.
  const flatbuffer = new ModelWriter(encoding, inside.length).write(subgraphs);
  return concatBytes([flatbuffer, ...elements]);
}

class ModelWriter {
  readonly #builder = new Builder();
  readonly #encoding: Encoding;
  /** Buffer 0 is that of tensors without elements. */
  readonly #buffers: number[];
  readonly #codes = new Map<string, number>();
  readonly #codeTables: number[] = [];
  #elementsEnd: number;

  constructor(encoding: Encoding, elementsStart: number) {
    this.#encoding = encoding;
    this.#elementsEnd = elementsStart;
    this.#buffers = [this.#table([])];
  }

  write(subgraphs: readonly SubgraphToWrite[]): Uint8Array {
    const { description = '', version = 3 } = this.#encoding;
    const graphs = subgraphs.map((subgraph) => this.#subgraph(subgraph));
    const model = this.#table([
      { id: 0, uint32: version },
      { id: 1, at: tablesOf(this.#builder, this.#codeTables) },
      { id: 2, at: tablesOf(this.#builder, graphs) },
      { id: 3, at: this.#builder.createString(description) },
      { id: 4, at: tablesOf(this.#builder, this.#buffers) },
    ]);
    this.#builder.finish(model, 'TFL3');
    return this.#builder.asUint8Array().slice();
  }

  #subgraph({ name = 'main', tensors, operators, inputs, outputs }: SubgraphToWrite): number {
    const tensorTables = tensors.map((tensor, index) => this.#tensor({ name: `t${index}`, ...tensor }));
    const operatorTables = operators.map((operator) => this.#operator(operator));
    return this.#table([
      { id: 0, at: tablesOf(this.#builder, tensorTables) },
      { id: 1, at: intsOf(this.#builder, inputs) },
      { id: 2, at: intsOf(this.#builder, outputs) },
      { id: 3, at: tablesOf(this.#builder, operatorTables) },
      { id: 4, at: this.#builder.createString(name) },
    ]);
  }

  #tensor(tensor: TensorToWrite): number {
    const {
      name = '',
      type = 'int8',
      shape,
      shapeSignature = null,
      isVariable = false,
      isSparse = false,
    } = tensor;
    const { data = null, quantization = null } = tensor;
    const fields: Field[] = [
      { id: 0, at: intsOf(this.#builder, shape) },
      { id: 1, int8: tfliteTypes.indexOf(type) },
      { id: 2, uint32: data === null ? 0 : this.#buffer(data) },
      { id: 3, at: this.#builder.createString(name) },
      { id: 5, int8: isVariable ? 1 : 0 },
    ];
    if (quantization !== null) {
      const { scales, zeroPoints, axis } = quantization;
      const at = this.#table([
        { id: 2, at: floatsOf(this.#builder, scales) },
        { id: 3, at: int64sOf(this.#builder, zeroPoints) },
        { id: 6, int32: axis },
      ]);
      fields.push({ id: 4, at });
    }
    if (isSparse) fields.push({ id: 6, at: this.#table([]) });
    if (shapeSignature !== null) fields.push({ id: 7, at: intsOf(this.#builder, shapeSignature) });
    return this.#table(fields);
  }

  #buffer(data: Uint8Array): number {
    const start = this.#elementsEnd;
    this.#elementsEnd += data.length;
    const after: Field[] = [
      { id: 1, uint64: BigInt(start) },
      { id: 2, uint64: BigInt(data.length) },
    ];
    const inside = this.#encoding.elements !== 'after';
    this.#buffers.push(this.#table(inside ? [{ id: 0, at: bytesOf(this.#builder, data) }] : after));
    return this.#buffers.length - 1;
  }

  #operator({
    name,
    version = 1,
    customCode = null,
    inputs,
    outputs,
    options = {},
  }: OperatorToWrite): number {
    const fields: Field[] = [
      { id: 0, uint32: this.#code(name, version, customCode) },
      { id: 1, at: intsOf(this.#builder, inputs) },
      { id: 2, at: intsOf(this.#builder, outputs) },
    ];
    const layout = optionsLayout(name);
    const unionType = this.#encoding.optionsType ?? layout.unionType;
    if (options !== null && unionType !== 0) {
      const values: Readonly<Record<string, unknown>> = options;
      const given = layout.fields.filter((field) => field.name in values);
      const at = this.#table(given.map((field) => optionField(this.#builder, field, values[field.name])));
      fields.push({ id: 3, int8: unionType }, { id: 4, at });
    }
    return this.#table(fields);
  }

  /** The index of an operator code, each of which is written once. */
  #code(name: OperatorToWrite['name'], version: number, customCode: string | null): number {
    const key = JSON.stringify([name, version, customCode]);
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    const code = /^BUILTIN_(\d+)$/.exec(name)?.[1] ?? tfliteBuiltins.findIndex((builtin) => builtin === name);
    const { operatorCodes = 'both' } = this.#encoding;
    const fields: Field[] = [{ id: 2, int32: version }];
    // One byte holds codes to 127, which is the place holder for those beyond.
    if (operatorCodes !== 'new') fields.push({ id: 0, int8: Math.min(Number(code), 127) });
    if (operatorCodes !== 'deprecated') fields.push({ id: 3, int32: Number(code) });
    if (customCode !== null) fields.push({ id: 1, at: this.#builder.createString(customCode) });
    this.#codes.set(key, this.#codeTables.length);
    this.#codeTables.push(this.#table(fields));
    return this.#codeTables.length - 1;
  }

  #table(fields: readonly Field[]): number {
    return tableOf(this.#builder, fields);
  }
}
