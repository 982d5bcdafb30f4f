import { elementCount } from '../../../tensor/shape.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { FloatGraph, ValueId, ValueType } from '../../../ir/graph.js';
import type { FloatNode } from '../../../ir/operators.js';
import type { FloatBinary } from '../../../ir/ops/elementwise.js';
import { rewriteFloatGraph } from '../../../ir/pass.js';
import { soleReader, usesOf } from '../../../ir/use.js';
import { freshIdIn } from '../fresh-id.js';
import { dequantization, knownValuesOf, reshapedKnown, type KnownValue } from '../../known-values.js';

/** Operators that have weights and may have a bias as their third input. */
type BiasedNode = Extract<FloatNode, { op: 'conv2d' | 'convTranspose2d' | 'fullyConnected' }>;

/**
 * Adding a constant per output channel to what a layer without a bias computes is the layer's bias: so exporters write it
 * that have no bias in Conv or MatMul. The layer takes over the sum's result and keeps its own name.
 */
export function foldBias(graph: FloatGraph): FloatGraph {
  const uses = usesOf(graph);
  const known = knownValuesOf(graph);
  const replacements = new Map<FloatNode, readonly FloatNode[]>();
  const constants = new Map<ValueId, Tensor>();
  const types = new Map<ValueId, ValueType>();
  for (const sum of graph.nodes) {
    if (sum.op !== 'add') continue;
    const [layer, addend] = layerAndAddend(known, sum, (id) => uses.makers.get(id));
    if (layer === null || soleReader(uses, layer.output) !== sum) continue;
    const channels = graph.values.get(layer.output)!.shape.at(-1)!;
    const bias = biasOf(known(addend), channels);
    if (bias === null) continue;
    const biasId = freshIdIn(graph, `${layer.name}.bias`);
    const codesId = bias.isDequantized ? freshIdIn(graph, `${biasId}.codes`) : biasId;
    constants.set(codesId, bias.data);
    types.set(codesId, bias.type);
    replacements.set(layer, [
      ...(bias.isDequantized ? [dequantization(codesId, biasId, biasId)] : []),
      { ...layer, inputs: [...layer.inputs, biasId], output: sum.output },
    ]);
    replacements.set(sum, []);
  }
  return rewriteFloatGraph(graph, { replacements, constants, types });
}

/** The layer without a bias that makes one operand, and the other operand. */
function layerAndAddend(
  known: (id: ValueId) => KnownValue | null,
  sum: FloatBinary,
  makerOf: (id: ValueId) => FloatNode | undefined,
): readonly [BiasedNode | null, ValueId] {
  const [left, right] = sum.inputs as [ValueId, ValueId];
  const [computed, addend] = known(left) !== null ? [right, left] : [left, right];
  const maker = makerOf(computed);
  const hasBias = maker?.op === 'conv2d' || maker?.op === 'convTranspose2d' || maker?.op === 'fullyConnected';
  return [hasBias && maker.inputs.length === 2 ? maker : null, addend];
}

/** A constant that varies along the last axis only, or is one number, as a bias of `channels` elements. */
function biasOf(addend: KnownValue | null, channels: number): KnownValue | null {
  if (addend === null) return null;
  const { shape, data } = addend.data;
  const perChannel = data.length === channels && (shape.at(-1) ?? 1) === channels;
  if (!perChannel || elementCount(shape) !== channels) return null;
  return reshapedKnown(addend, [channels], () => 0);
}
