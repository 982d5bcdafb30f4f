import { assertNever } from '../../src/core/errors.js';
import {
  onnxDataType,
  type OnnxAttribute,
  type OnnxDim,
  type OnnxModel,
  type OnnxValueInfo,
} from '../../src/formats/onnx.js';
import { CLASS_COUNT, IMAGE_EXTENT } from './draw.js';
import { GraphBuilder, intAttribute, intsAttribute } from './graph-builder.js';
import type { BatchNorm } from './layers/batch-norm.js';
import type { Conv } from './layers/conv.js';
import type { Dense } from './layers/dense.js';
import type { DepthwiseConv } from './layers/depthwise-conv.js';
import type { MaxPool } from './layers/max-pool.js';
import { padOf, type SquareWindow } from './layers/square-window.js';
import type { Network, NetworkLayer } from './network.js';

const INPUT = 'image';
const OUTPUT = 'logits';
const OPSET_VERSION = 13;
/** The IR version that came with opset 13. */
const IR_VERSION = 7;

/** The network for inference as ONNX: images `[batch, 1, 28, 28]` in 0 … 1 to logits `[batch, 10]`. */
export function toOnnx(network: Network): OnnxModel {
  const graph = new GraphBuilder();
  const result = addLayer(graph, network, INPUT);
  return {
    irVersion: IR_VERSION,
    producerName: 'bitmac examples/digits',
    producerVersion: '',
    domain: '',
    modelVersion: 0n,
    opsetImports: [{ domain: '', version: OPSET_VERSION }],
    metadata: [],
    graph: {
      name: 'digits',
      nodes: graph.nodesWithResult(result, OUTPUT),
      initializers: graph.initializers,
      sparseInitializers: [],
      inputs: [floatValue(INPUT, ['batch', 1, IMAGE_EXTENT, IMAGE_EXTENT])],
      outputs: [floatValue(OUTPUT, ['batch', CLASS_COUNT])],
      valueInfos: [],
    },
    functions: [],
  };
}

/** Adds the nodes of a layer that reads the value `input`; returns the value it computes. */
function addLayer(graph: GraphBuilder, layer: Network | NetworkLayer, input: string): string {
  switch (layer.kind) {
    case 'sequence':
      return layer.steps.reduce((value, step) => addLayer(graph, step, value), input);
    case 'residual':
      return graph.add('Add', [addLayer(graph, layer.body, input), input]);
    case 'conv':
      return addConv(graph, layer, input);
    case 'depthwiseConv':
      return addDepthwiseConv(graph, layer, input);
    case 'batchNorm':
      return addBatchNorm(graph, layer, input);
    case 'relu':
      return graph.add('Relu', [input]);
    case 'maxPool':
      return addMaxPool(graph, layer, input);
    case 'globalAveragePool':
      return graph.add('GlobalAveragePool', [input]);
    case 'dense':
      return addDense(graph, layer, input);
    default:
      return assertNever(layer);
  }
}

function addConv(graph: GraphBuilder, { extents, weight }: Conv, input: string): string {
  const { kernel, inputChannels, outputChannels } = extents;
  return graph.add('Conv', [input], windowAttributes(extents, 1), [
    {
      role: 'weight',
      shape: [outputChannels, inputChannels, kernel, kernel],
      values: axesReversed(weight.value, [kernel * kernel, inputChannels, outputChannels]),
    },
  ]);
}

function addDepthwiseConv(graph: GraphBuilder, { extents, weight }: DepthwiseConv, input: string): string {
  const { kernel, channels } = extents;
  return graph.add('Conv', [input], windowAttributes(extents, channels), [
    {
      role: 'weight',
      shape: [channels, 1, kernel, kernel],
      values: axesReversed(weight.value, [kernel * kernel, 1, channels]),
    },
  ]);
}

function addBatchNorm(graph: GraphBuilder, layer: BatchNorm, input: string): string {
  const { scale, shift, running, epsilon } = layer;
  const shape = [scale.value.length];
  return graph.add(
    'BatchNormalization',
    [input],
    [{ name: 'epsilon', kind: 'float', value: epsilon }],
    [
      { role: 'scale', shape, values: scale.value },
      { role: 'bias', shape, values: shift.value },
      { role: 'mean', shape, values: running.mean },
      { role: 'variance', shape, values: running.variance },
    ],
  );
}

function addMaxPool(graph: GraphBuilder, { extent }: MaxPool, input: string): string {
  return graph.add(
    'MaxPool',
    [input],
    [intsAttribute('kernel_shape', [extent, extent]), intsAttribute('strides', [extent, extent])],
  );
}

function addDense(graph: GraphBuilder, { extents, weight, bias }: Dense, input: string): string {
  const flat = graph.add('Flatten', [input], [intAttribute('axis', 1)]);
  return graph.add(
    'Gemm',
    [flat],
    [],
    [
      { role: 'weight', shape: [extents.inputs, extents.outputs], values: weight.value },
      { role: 'bias', shape: [extents.outputs], values: bias.value },
    ],
  );
}

/** `[a, b, c]` to `[c, b, a]`: our weights have the output channel innermost, those of ONNX outermost. */
function axesReversed(values: Float64Array, [a, b, c]: readonly [number, number, number]): Float64Array {
  const reversed = new Float64Array(values.length);
  values.forEach((value, index) => {
    const [i, j, k] = [Math.floor(index / (b * c)), Math.floor(index / c) % b, index % c];
    reversed[(k * b + j) * a + i] = value;
  });
  return reversed;
}

function windowAttributes(window: SquareWindow, group: number): OnnxAttribute[] {
  const pad = padOf(window);
  return [
    intsAttribute('kernel_shape', [window.kernel, window.kernel]),
    intsAttribute('strides', [window.stride, window.stride]),
    intsAttribute('pads', [pad, pad, pad, pad]),
    intAttribute('group', group),
  ];
}

function floatValue(name: string, dims: readonly OnnxDim[]): OnnxValueInfo {
  return { name, type: { kind: 'tensor', dataType: onnxDataType('float32'), dims } };
}
