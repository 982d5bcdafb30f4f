import { encodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../src/formats/onnx.js';

export interface Constant {
  readonly role: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Collects nodes; each is named after its operator and its place, as in `Conv_0`, and its output after it. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];

  /** Adds a node after the values `inputs`, with its constants as further inputs; returns its output. */
  add(
    opType: string,
    inputs: readonly string[],
    attributes: readonly OnnxAttribute[] = [],
    constants: readonly Constant[] = [],
  ): string {
    const name = `${opType}_${this.nodes.length}`;
    const constantNames = constants.map((constant) => this.#initializer(name, constant));
    this.nodes.push({
      name,
      opType,
      domain: '',
      inputs: [...inputs, ...constantNames],
      outputs: [`${name}.output`],
      attributes,
    });
    return `${name}.output`;
  }

  /** The nodes, where the value `result`, that nobody reads, is called `name`. */
  nodesWithResult(result: string, name: string): OnnxNode[] {
    const rename = (value: string): string => (value === result ? name : value);
    return this.nodes.map((node) => ({ ...node, outputs: node.outputs.map(rename) }));
  }

  #initializer(node: string, { role, shape, values }: Constant): string {
    const name = `${node}.${role}`;
    this.initializers.push(
      encodeOnnxTensor(name, { type: 'float32', shape, data: Float32Array.from(values) }),
    );
    return name;
  }
}

export function intAttribute(name: string, value: number): OnnxAttribute {
  return { name, kind: 'int', value: BigInt(value) };
}

export function intsAttribute(name: string, values: readonly number[]): OnnxAttribute {
  return { name, kind: 'ints', value: values.map(BigInt) };
}
