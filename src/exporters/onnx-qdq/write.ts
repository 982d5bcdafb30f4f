import { UserError } from '../../core/errors.js';
import { onnxDataType, type OnnxModel, type OnnxValueInfo } from '../../formats/onnx.js';
import { writeOnnxModel } from '../../formats/onnx-writer.js';
import type { IntGraph, Port } from '../../ir/graph.js';
import { inversePermutation, permuteShape, type Shape } from '../../tensor/shape.js';
import { storageType } from '../../tensor/tensor.js';
import { OnnxAssembly } from './assembly.js';
import { emitNode } from './emit-node.js';
import { irVersionOf, requiredOpset } from './opset.js';
import { insideOrder, type Order } from './order.js';
import { QdqValues } from './values.js';

/**
 * An integer graph as an ONNX model in the QDQ form: float operators between DequantizeLinear and QuantizeLinear, weights
 * and biases as integer constants behind DequantizeLinear. Inputs and outputs are float32 tensors with the names and in the
 * axes of the source model, also where that takes codes itself; integers without a grid (indices) are integers. The opset is the lowest that has every operator (13 for most graphs of 8-bit codes).
 *
 * Codes are what the file carries from node to node, on the graph's own grids. What a node computes between them is float
 * arithmetic there, so a runtime may differ by one code where the graph's requantizer rounds the other way; see
 * `docs/reference/export.md`.
 *
 * @returns the bytes of the file; equal graphs give equal bytes.
 * @throws UserError naming the node and the reason where the form has no words for it: codes wider than 16 bits, a value
 * without a grid, a requantizer whose factor is not the one its scales give.
 */
export function writeOnnxQdq(graph: IntGraph): Uint8Array {
  return writeOnnxModel(onnxQdqModel(graph));
}

/** The same as plain values. */
export function onnxQdqModel(graph: IntGraph): OnnxModel {
  const opset = requiredOpset(graph);
  const assembly = new OnnxAssembly(opset);
  const values = new QdqValues(graph, assembly);
  claimPortNames(assembly, [...graph.inputs, ...graph.outputs]);

  const inputs = graph.inputs.map((port) => {
    const order = inputOrder(port, values.shape(port.value));
    values.result(port.value, port.name, order);
    return portTensor(values, port, order);
  });
  for (const node of graph.nodes) emitNode(values, assembly, node);
  const outputs = graph.outputs.map((port) => {
    const order = port.permutation ?? insideOrder(values.shape(port.value).length);
    const tensor = values.tensor(port.value, order);
    if (values.isOnGrid(port.value)) values.dequantized(port.value, tensor, port.name);
    else assembly.node('Identity', `${port.name}_Identity`, [tensor], {}, port.name);
    return portTensor(values, port, order);
  });

  return {
    irVersion: irVersionOf(opset),
    producerName: 'bitmac',
    producerVersion: '',
    domain: '',
    modelVersion: 0n,
    opsetImports: [{ domain: '', version: opset }],
    metadata: Object.entries(graph.metadata).map(([key, value]) => ({ key, value })),
    functions: [],
    graph: {
      name: graph.name,
      nodes: assembly.nodes,
      initializers: assembly.initializers,
      sparseInitializers: [],
      inputs,
      outputs,
      valueInfos: [],
    },
  };
}

/** inside = transpose(outside, permutation), so outside axis `permutation[i]` is inside axis `i`. */
function inputOrder({ permutation }: Port, shape: Shape): Order {
  return permutation === null ? insideOrder(shape.length) : inversePermutation(permutation);
}

function claimPortNames(assembly: OnnxAssembly, ports: readonly Port[]): void {
  for (const { name } of ports) {
    if (assembly.tensorName(name) === name) continue;
    throw new UserError({
      place: `port '${name}'`,
      found: 'another input or output of that name',
      expected: 'a name of its own',
    });
  }
}

/** Codes with a grid are float32 at the edge; integers without one stay integers. */
function portTensor(values: QdqValues, { name, value }: Port, order: Order): OnnxValueInfo {
  const { shape, type } = values.value(value);
  const isReal = type.kind === 'float32' || type.quantization !== null;
  const dataType = onnxDataType(isReal ? 'float32' : storageType(type.format));
  return { name, type: { kind: 'tensor', dataType, dims: permuteShape(shape, order) } };
}
