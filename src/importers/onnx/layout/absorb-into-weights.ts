import { elementCount, inversePermutation, type Shape } from '../../../tensor/shape.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { FloatGraph, ValueId, ValueType } from '../../../ir/graph.js';
import type { FloatFullyConnected } from '../../../ir/ops/matrix.js';
import type { FloatUnary } from '../../../ir/ops/elementwise.js';
import type { DequantizeLinear, QuantizeLinear } from '../../../ir/ops/quantization.js';
import type { Reshape, Transpose } from '../../../ir/ops/movement.js';
import { rewriteFloatGraph } from '../../../ir/pass.js';
import type { FloatNode } from '../../../ir/operators.js';
import { soleReader, usesOf, type UseMap } from '../../../ir/use.js';
import { freshIdIn } from '../fresh-id.js';
import {
  dequantization,
  knownValuesOf,
  reshapedKnown,
  transposedKnown,
  type KnownValue,
} from '../../known-values.js';

/**
 * `transpose → reshape [N, rest] → fullyConnected`, the way from images to features: instead of the image, the columns of
 * the constant weight are put in the order in which the image lies. Exact: the same products in another order.
 */
export function absorbIntoWeights(graph: FloatGraph): FloatGraph {
  const uses = usesOf(graph);
  const known = knownValuesOf(graph);
  const replacements = new Map<FloatNode, readonly FloatNode[]>();
  const constants = new Map<ValueId, Tensor>();
  const types = new Map<ValueId, ValueType>();
  for (const node of graph.nodes) {
    if (node.op !== 'fullyConnected') continue;
    const flattening = flatteningBefore(uses, node);
    const weight = known(node.inputs[1]!);
    if (flattening === null || weight === null) continue;
    const { transpose, reader } = flattening;
    const moved = movedColumns(graph.values.get(transpose.output)!.shape, transpose.permutation, weight);
    if (moved === null) continue;
    const sourceId = node.inputs[1]!;
    const keepsName = !moved.isDequantized && soleReader(uses, sourceId) === node;
    const weightId = keepsName ? sourceId : freshIdIn(graph, `${sourceId}.${node.name}`);
    const codesId = moved.isDequantized ? freshIdIn(graph, `${weightId}.codes`) : weightId;
    constants.set(codesId, moved.data);
    types.set(codesId, moved.type);
    replacements.set(reader, [{ ...reader, inputs: transpose.inputs }]);
    replacements.set(node, [
      ...(moved.isDequantized ? [dequantization(codesId, weightId, weightId)] : []),
      { ...node, inputs: [node.inputs[0]!, weightId, ...node.inputs.slice(2)] },
    ]);
  }
  return rewriteFloatGraph(graph, { replacements, constants, types });
}

/**
 * The transpose before the reshape before a fully connected layer, and what reads it. Functions of one number may come
 * in between, and quantizers.
 */
function flatteningBefore(
  uses: UseMap<FloatNode>,
  layer: FloatFullyConnected,
): { transpose: Transpose; reader: Reshape | FloatUnary | QuantizeLinear | DequantizeLinear } | null {
  let reader: FloatNode = layer;
  let reshapes = 0;
  for (;;) {
    const node = uses.makers.get(reader.inputs[0]!);
    if (node === undefined || soleReader(uses, node.output) !== reader) return null;
    if (node.op === 'transpose')
      return reader.op !== 'fullyConnected' && reshapes === 1 ? { transpose: node, reader } : null;
    if (node.op === 'reshape') reshapes += 1;
    else if (node.op !== 'unary' && node.op !== 'quantizeLinear' && node.op !== 'dequantizeLinear')
      return null;
    reader = node;
  }
}

/**
 * The weight with its columns in the order before the transpose, or null where the features are not made of whole
 * trailing axes that the transpose keeps among themselves.
 */
function movedColumns(image: Shape, permutation: readonly number[], weight: KnownValue): KnownValue | null {
  const { shape } = weight.data;
  const [outputFeatures, features] = shape as [number, number];
  const first = image.findIndex((_, axis) => elementCount(image.slice(axis)) === features);
  const leads = permutation.slice(0, Math.max(first, 0));
  if (first < 0 || leads.some((axis, position) => axis !== position)) return null;
  const trailing = permutation.slice(first).map((axis) => axis - first);
  if (weight.type.kind === 'int' && weight.type.quantization?.axis === 1) return null;
  const split = reshapedKnown(weight, [outputFeatures, ...image.slice(first)], outputAxis);
  const order = [0, ...inversePermutation(trailing).map((axis) => axis + 1)];
  return reshapedKnown(transposedKnown(split, order), shape, outputAxis);
}

/** The axis of a weight's scales: one per output feature. */
const outputAxis = (): number => 0;
