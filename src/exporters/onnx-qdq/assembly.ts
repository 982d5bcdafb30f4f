import type { PlainArray } from '../../formats/elements.js';
import type { OnnxAttribute, OnnxAttributeValue, OnnxNode, OnnxTensor } from '../../formats/onnx.js';
import { encodeOnnxTensor } from '../../formats/onnx-tensor.js';

export type Attributes = Readonly<Record<string, OnnxAttributeValue>>;

export const int = (value: number): OnnxAttributeValue => ({ kind: 'int', value: BigInt(value) });
export const ints = (values: readonly number[]): OnnxAttributeValue => ({
  kind: 'ints',
  value: values.map(BigInt),
});
export const float = (value: number): OnnxAttributeValue => ({ kind: 'float', value });
export const text = (value: string): OnnxAttributeValue => ({ kind: 'string', value });

/** The nodes and initializers of an ONNX graph as they are added, every tensor and every node under a name of its own. */
export class OnnxAssembly {
  /** The version of the standard operators that nodes are written for. */
  readonly opset: number;
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly #tensorNames = new Set<string>();
  readonly #nodeNames = new Set<string>();

  constructor(opset: number) {
    this.opset = opset;
  }

  /** Claims a tensor's name: the stem itself where it is free, else `stem_1`, `stem_2`, … */
  tensorName(stem: string): string {
    return claim(this.#tensorNames, stem);
  }

  /** Appends a node of one result and returns the result's name; an empty input is one that is left out. */
  node(
    opType: string,
    name: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    output: string = this.tensorName(`${name}_output`),
  ): string {
    this.nodes.push({
      name: claim(this.#nodeNames, name),
      opType,
      domain: '',
      inputs,
      outputs: [output],
      attributes: Object.entries(attributes).map(([key, value]): OnnxAttribute => ({ name: key, ...value })),
    });
    return output;
  }

  /** Adds a constant and returns its name. */
  initializer(stem: string, array: PlainArray): string {
    const name = this.tensorName(stem);
    this.initializers.push(encodeOnnxTensor(name, array));
    return name;
  }

  /** A float32 constant; a scalar where no shape is given. */
  floats(stem: string, values: ArrayLike<number>, shape: readonly number[] = []): string {
    return this.initializer(stem, { type: 'float32', shape, data: Float32Array.from(values) });
  }

  /** An int64 constant, as ONNX takes shapes, axes and indices. */
  int64s(stem: string, values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.initializer(stem, { type: 'int64', shape, data: BigInt64Array.from(values, BigInt) });
  }
}

function claim(taken: Set<string>, stem: string): string {
  let name = stem;
  for (let count = 1; taken.has(name); count += 1) name = `${stem}_${count}`;
  taken.add(name);
  return name;
}
