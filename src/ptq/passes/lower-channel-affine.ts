import type { FloatGraph } from '../../ir/graph.js';
import type { FloatConv2d } from '../../ir/ops/conv2d.js';
import type { Reshape } from '../../ir/ops/movement.js';
import type { FloatNode } from '../../ir/operators.js';
import { rewriteFloatGraph, type Pass } from '../../ir/pass.js';
import { elementCount } from '../../tensor/shape.js';
import { POINT_WINDOW } from '../../tensor/window.js';
import { tensor, type FloatTensor, type Tensor } from '../../tensor/tensor.js';
import { channelAffine } from './channel-affine.js';

/**
 * Turns what scales and shifts each channel on its own into a 1 x 1 depthwise convolution: batch normalizations that could
 * not be folded, and products with a constant per channel. As a convolution it has a weight scale per channel, so a
 * channel with a small factor keeps all its bits. Exact. Tensors that are no images pass through [1, 1, rows, channels].
 */
export const lowerChannelAffine: Pass<FloatGraph> = {
  name: 'lowerChannelAffine',
  run: (graph) => {
    const replacements = new Map<FloatNode, readonly FloatNode[]>();
    const constants = new Map<string, Tensor>();
    for (const node of graph.nodes) {
      const affine = affineOf(graph, node);
      if (affine === null) continue;
      const weightName = `${node.name}.channel.weight`;
      const biasName = `${node.name}.channel.bias`;
      const channels = affine.scale.length;
      constants.set(weightName, tensor('float32', [channels, 1, 1, 1], Float32Array.from(affine.scale)));
      constants.set(biasName, tensor('float32', [channels], Float32Array.from(affine.offset)));
      replacements.set(node, depthwise(graph, node, affine.input, [weightName, biasName], channels));
    }
    return rewriteFloatGraph(graph, { replacements, constants });
  },
};

interface ChannelAffine {
  readonly input: string;
  readonly scale: Float64Array;
  readonly offset: Float64Array;
}

function affineOf(graph: FloatGraph, node: FloatNode): ChannelAffine | null {
  if (node.op === 'batchNormalization') return { input: node.inputs[0]!, ...channelAffine(graph, node) };
  if (node.op !== 'mul' || node.activation !== null) return null;
  const [a, b] = node.inputs as [string, string];
  const [input, constantId] = graph.constants.has(b) ? [a, b] : [b, a];
  const constant = graph.constants.get(constantId) as FloatTensor | undefined;
  const shape = graph.values.get(input)!.shape;
  const channels = shape.at(-1) ?? 1;
  const isPerChannel =
    constant !== undefined &&
    constant.shape.at(-1) === channels &&
    constant.data.length === channels &&
    elementCount(shape) === elementCount(graph.values.get(node.output)!.shape);
  if (!isPerChannel) return null;
  return { input, scale: Float64Array.from(constant.data), offset: new Float64Array(channels) };
}

function depthwise(
  graph: FloatGraph,
  node: FloatNode,
  input: string,
  parameters: readonly string[],
  channels: number,
): readonly FloatNode[] {
  const shape = graph.values.get(node.output)!.shape;
  const isImage = shape.length === 4 && graph.values.get(input)!.shape.length === 4;
  const conv = (x: string, output: string): FloatConv2d => ({
    op: 'conv2d',
    name: node.name,
    inputs: [x, ...parameters],
    output,
    groups: channels,
    ...POINT_WINDOW,
    activation: null,
  });
  if (isImage) return [conv(input, node.output)];
  const flat = `${node.output}.rows`;
  const scaled = `${node.output}.scaled`;
  return [
    reshape(input, flat, [1, 1, elementCount(shape) / channels, channels]),
    conv(flat, scaled),
    reshape(scaled, node.output, shape),
  ];
}

function reshape(x: string, output: string, shape: readonly number[]): Reshape {
  return { op: 'reshape', name: `${output}.reshape`, inputs: [x], output, shape };
}
