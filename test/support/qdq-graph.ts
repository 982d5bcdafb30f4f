import { zeroElements, type PlainArray } from '../../src/formats/elements.js';
import type { OnnxNode } from '../../src/formats/onnx.js';
import { floats, onnxNode, type AttributeValue, type ModelParts } from './onnx-model.js';

/** An affine grid as ONNX states it. */
export interface Grid {
  readonly type: 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32';
  readonly scale: number;
  readonly zeroPoint: number;
}

export const int8 = (scale: number, zeroPoint = 0): Grid => ({ type: 'int8', scale, zeroPoint });
export const uint8 = (scale: number, zeroPoint = 128): Grid => ({ type: 'uint8', scale, zeroPoint });
export const int16 = (scale: number): Grid => ({ type: 'int16', scale, zeroPoint: 0 });

/** Constant codes with a scale, or one per index of an axis, and one zero point. */
export interface Codes {
  readonly type: Grid['type'];
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly scales: readonly number[];
  readonly zeroPoint?: number;
  readonly axis?: number;
}

/** A small model in the QDQ form on its way. What it is given and gives are names of values. */
export class QdqGraph {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: Record<string, PlainArray> = {};
  readonly #inputs: Record<string, readonly number[]> = {};
  readonly #inputTypes: Record<string, Grid['type'] | 'float32'> = {};
  readonly #opset: number;
  #count = 0;

  constructor(opset = 21) {
    this.#opset = opset;
  }

  /** A graph input of codes. */
  codes(name: string, shape: readonly number[], { type }: Pick<Grid, 'type'>): string {
    this.#inputs[name] = shape;
    this.#inputTypes[name] = type;
    return name;
  }

  /** A graph input of real numbers. */
  reals(name: string, shape: readonly number[]): string {
    this.#inputs[name] = shape;
    return name;
  }

  /** The real numbers that an input of codes stands for. */
  input(name: string, shape: readonly number[], grid: Grid): string {
    return this.dq(this.codes(name, shape, grid), grid);
  }

  /** The real numbers that constant codes stand for. */
  constant({ type, shape, data, scales, zeroPoint = 0, axis }: Codes): string {
    const zeroPoints = scales.map(() => zeroPoint);
    const dims = axis === undefined ? [] : [scales.length];
    const inputs = [
      this.array('codes', { type, shape, data }),
      this.initializer('scale', floats(dims, scales)),
      this.array('zeroPoint', { type, shape: dims, data: zeroPoints }),
    ];
    return this.node('DequantizeLinear', inputs, axis === undefined ? {} : { axis: BigInt(axis) });
  }

  /** A float32 constant. */
  floats(shape: readonly number[], data: readonly number[]): string {
    return this.initializer('floats', floats(shape, data));
  }

  array(stem: string, { type, shape, data }: Pick<Codes, 'type' | 'shape' | 'data'>): string {
    const elements = zeroElements(type, data.length);
    elements.set(data);
    return this.initializer(stem, { type, shape, data: elements } as PlainArray);
  }

  initializer(stem: string, array: PlainArray): string {
    const name = this.#fresh(stem);
    this.#initializers[name] = array;
    return name;
  }

  dq(codes: string, grid: Grid): string {
    return this.node('DequantizeLinear', [codes, ...this.grid(grid)]);
  }

  q(real: string, grid: Grid): string {
    return this.node('QuantizeLinear', [real, ...this.grid(grid)]);
  }

  /** Quantized and dequantized: what a tensor between two operators goes through. */
  qdq(real: string, grid: Grid): string {
    return this.dq(this.q(real, grid), grid);
  }

  /** The names of a scale and a zero point. */
  grid({ type, scale, zeroPoint }: Grid): readonly [string, string] {
    return [
      this.initializer('scale', floats([], [scale])),
      this.array('zeroPoint', { type, shape: [], data: [zeroPoint] }),
    ];
  }

  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    domain = '',
  ): string {
    const output = this.#fresh(opType);
    this.#nodes.push({ ...onnxNode(opType, inputs, [output], attributes, output), domain });
    return output;
  }

  /** The model with these outputs. */
  parts(...outputs: readonly string[]): ModelParts {
    return {
      opset: this.#opset,
      inputs: this.#inputs,
      inputTypes: this.#inputTypes,
      initializers: this.#initializers,
      nodes: this.#nodes,
      outputs,
    };
  }

  #fresh(stem: string): string {
    this.#count += 1;
    return `${stem}_${this.#count}`;
  }
}
