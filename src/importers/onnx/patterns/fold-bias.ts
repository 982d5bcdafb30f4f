import { elementCount } from '../../../tensor/shape.js';
import { tensor, type Tensor } from '../../../tensor/tensor.js';
import type { FloatGraph, ValueId } from '../../../ir/graph.js';
import type { FloatNode } from '../../../ir/operators.js';
import type { FloatBinary } from '../../../ir/ops/elementwise.js';
import { rewriteFloatGraph } from '../../../ir/pass.js';
import { soleReader, usesOf } from '../../../ir/use.js';
import { freshIdIn } from '../fresh-id.js';

/** Operators that have weights and may have a bias as their third input. */
type BiasedNode = Extract<FloatNode, { op: 'conv2d' | 'convTranspose2d' | 'fullyConnected' }>;

/**
 * Adding a constant per output channel to what a layer without a bias computes is the layer's bias: so exporters write it
 * that have no bias in Conv or MatMul. The layer takes over the sum's result and keeps its own name.
 */
export function foldBias(graph: FloatGraph): FloatGraph {
  const uses = usesOf(graph);
  const replacements = new Map<FloatNode, readonly FloatNode[]>();
  const constants = new Map<ValueId, Tensor>();
  for (const sum of graph.nodes) {
    if (sum.op !== 'add') continue;
    const [layer, addend] = layerAndAddend(graph, sum, (id) => uses.makers.get(id));
    if (layer === null || soleReader(uses, layer.output) !== sum) continue;
    const channels = graph.values.get(layer.output)!.shape.at(-1)!;
    const bias = biasOf(graph, addend, channels);
    if (bias === null) continue;
    const biasId = freshIdIn(graph, `${layer.name}.bias`);
    constants.set(biasId, bias);
    replacements.set(layer, [{ ...layer, inputs: [...layer.inputs, biasId], output: sum.output }]);
    replacements.set(sum, []);
  }
  return rewriteFloatGraph(graph, { replacements, constants });
}

/** The layer without a bias that makes one operand, and the other operand. */
function layerAndAddend(
  graph: FloatGraph,
  sum: FloatBinary,
  makerOf: (id: ValueId) => FloatNode | undefined,
): readonly [BiasedNode | null, ValueId] {
  const [left, right] = sum.inputs as [ValueId, ValueId];
  const [computed, addend] = graph.constants.has(left) ? [right, left] : [left, right];
  const maker = makerOf(computed);
  const hasBias = maker?.op === 'conv2d' || maker?.op === 'convTranspose2d' || maker?.op === 'fullyConnected';
  return [hasBias && maker.inputs.length === 2 ? maker : null, addend];
}

/** A constant that varies along the last axis only, or is one number, as a bias of `channels` elements. */
function biasOf(graph: FloatGraph, addend: ValueId, channels: number): Tensor | null {
  const constant = graph.constants.get(addend);
  if (constant === undefined) return null;
  const { shape, data } = constant;
  const perChannel = data.length === channels && (shape.at(-1) ?? 1) === channels;
  if (!perChannel || elementCount(shape) !== channels) return null;
  return tensor('float32', [channels], data as Float32Array);
}
