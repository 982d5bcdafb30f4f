import {
  onnxDataType,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxValueInfo,
} from '../../src/formats/onnx.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';

/** A value of a network and its channels; the extents follow from the graph. */
export interface Value {
  readonly name: string;
  readonly channels: number;
}

export interface ConvOptions {
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

/** Collects the nodes of a network of images whose weights have shapes and no values: they are inputs of the graph. */
export class ShapeGraph {
  readonly #nodes: OnnxNode[] = [];
  readonly #inputs: OnnxValueInfo[] = [];

  /** A batch of one image, `channels` x `extent` x `extent`. */
  image(channels: number, extent: number): Value {
    return { name: this.#input('image', [1, channels, extent, extent]), channels };
  }

  /** A convolution with a bias (a batch normalization is folded into it), padded so that stride 1 keeps the extents. */
  conv(x: Value, channels: number, { kernel, stride = 1, groups = 1 }: ConvOptions): Value {
    const pad = (kernel - 1) / 2;
    const attributes = [
      ints('kernel_shape', [kernel, kernel]),
      ints('strides', [stride, stride]),
      ints('pads', [pad, pad, pad, pad]),
      { name: 'group', kind: 'int', value: BigInt(groups) } as const,
    ];
    return this.#add('Conv', [x], channels, attributes, [
      [channels, x.channels / groups, kernel, kernel],
      [channels],
    ]);
  }

  relu(x: Value): Value {
    return this.#add('Relu', [x], x.channels);
  }

  add(a: Value, b: Value): Value {
    return this.#add('Add', [a, b], a.channels);
  }

  /** 3 x 3, stride 2, padded by one. */
  maxPool(x: Value): Value {
    const attributes = [ints('kernel_shape', [3, 3]), ints('strides', [2, 2]), ints('pads', [1, 1, 1, 1])];
    return this.#add('MaxPool', [x], x.channels, attributes);
  }

  /** The mean over the image, then a fully connected layer. */
  classifier(x: Value, classes: number): Value {
    const flat = this.#add('Flatten', [this.#add('GlobalAveragePool', [x], x.channels)], x.channels);
    return this.#add('Gemm', [flat], classes, [], [[x.channels, classes], [classes]]);
  }

  /** The bytes of an ONNX file that computes `output`. */
  onnx(name: string, output: Value): Uint8Array {
    return writeOnnxModel({
      irVersion: 7,
      producerName: 'bitmac examples/networks',
      producerVersion: '',
      domain: '',
      modelVersion: 0n,
      opsetImports: [{ domain: '', version: 13 }],
      metadata: [],
      functions: [],
      graph: {
        name,
        nodes: this.#nodes,
        initializers: [],
        sparseInitializers: [],
        inputs: this.#inputs,
        outputs: [floats(output.name, [1, output.channels])],
        valueInfos: [],
      },
    });
  }

  #add(
    opType: string,
    operands: readonly Value[],
    channels: number,
    attributes: readonly OnnxAttribute[] = [],
    weights: readonly (readonly number[])[] = [],
  ): Value {
    const name = `${opType}_${this.#nodes.length}`;
    const parameters = weights.map((shape, index) => this.#input(`${name}.${index + 1}`, shape));
    const inputs = [...operands.map((operand) => operand.name), ...parameters];
    this.#nodes.push({ name, opType, domain: '', inputs, outputs: [`${name}.output`], attributes });
    return { name: `${name}.output`, channels };
  }

  #input(name: string, shape: readonly number[]): string {
    this.#inputs.push(floats(name, shape));
    return name;
  }
}

function floats(name: string, dims: readonly number[]): OnnxValueInfo {
  return { name, type: { kind: 'tensor', dataType: onnxDataType('float32'), dims } };
}

function ints(name: string, values: readonly number[]): OnnxAttribute {
  return { name, kind: 'ints', value: values.map(BigInt) };
}
