import { decodeOnnxTensor, encodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import { onnxDataType, type OnnxModel } from '../../src/formats/onnx.js';

const SUFFIX = '_unsigned';

/** A QDQ model of int8 codes with uint8 activations on the same grids: every code of an activation, and its zero point, is 128 higher. */
export function withUnsignedActivations(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const moved = new Set<string>();
  const nodes = graph.nodes.map((node) => {
    const [data, scale, zeroPoint] = node.inputs;
    const isSigned = constants.get(zeroPoint ?? '')?.dataType === onnxDataType('int8');
    const isGrid = node.opType === 'QuantizeLinear' || node.opType === 'DequantizeLinear';
    if (!isGrid || zeroPoint === undefined || !isSigned || constants.has(data!)) return node;
    moved.add(zeroPoint);
    return { ...node, inputs: [data!, scale!, zeroPoint + SUFFIX] };
  });
  const zeroPoints = [...moved].map((name) => {
    const array = decodeOnnxTensor(constants.get(name)!);
    const data = Uint8Array.from(array.data as Int8Array, (code) => code + 128);
    return encodeOnnxTensor(name + SUFFIX, { type: 'uint8', shape: array.shape, data });
  });
  return { ...model, graph: { ...graph, nodes, initializers: [...graph.initializers, ...zeroPoints] } };
}
