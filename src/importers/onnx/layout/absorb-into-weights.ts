import { elementCount, inversePermutation, type Shape } from '../../../tensor/shape.js';
import { withShape, type FloatTensor, type Tensor } from '../../../tensor/tensor.js';
import type { FloatGraph, ValueId } from '../../../ir/graph.js';
import type { FloatFullyConnected } from '../../../ir/ops/matrix.js';
import type { FloatUnary } from '../../../ir/ops/elementwise.js';
import type { Reshape, Transpose } from '../../../ir/ops/movement.js';
import { rewriteFloatGraph } from '../../../ir/pass.js';
import type { FloatNode } from '../../../ir/operators.js';
import { soleReader, usesOf, type UseMap } from '../../../ir/use.js';
import { freshIdIn } from '../fresh-id.js';
import { transposedConstant } from './sweep.js';

/**
 * `transpose → reshape [N, rest] → fullyConnected`, the way from images to features: instead of the image, the columns of
 * the constant weight are put in the order in which the image lies. Exact: the same products in another order.
 */
export function absorbIntoWeights(graph: FloatGraph): FloatGraph {
  const uses = usesOf(graph);
  const replacements = new Map<FloatNode, readonly FloatNode[]>();
  const constants = new Map<ValueId, Tensor>();
  for (const node of graph.nodes) {
    if (node.op !== 'fullyConnected') continue;
    const flattening = flatteningBefore(uses, node);
    const weight = graph.constants.get(node.inputs[1]!) as FloatTensor | undefined;
    if (flattening === null || weight === undefined) continue;
    const { transpose, reader } = flattening;
    const moved = movedColumns(graph.values.get(transpose.output)!.shape, transpose.permutation, weight);
    if (moved === null) continue;
    const sourceId = node.inputs[1]!;
    const isOwn = soleReader(uses, sourceId) === node;
    const weightId = isOwn ? sourceId : freshIdIn(graph, `${sourceId}.${node.name}`);
    constants.set(weightId, moved);
    replacements.set(reader, [{ ...reader, inputs: transpose.inputs }]);
    replacements.set(node, [{ ...node, inputs: [node.inputs[0]!, weightId, ...node.inputs.slice(2)] }]);
  }
  return rewriteFloatGraph(graph, { replacements, constants });
}

/**
 * The transpose before the reshape before a fully connected layer, and what reads it. Functions of one number may come
 * in between.
 */
function flatteningBefore(
  uses: UseMap<FloatNode>,
  layer: FloatFullyConnected,
): { transpose: Transpose; reader: Reshape | FloatUnary } | null {
  let reader: FloatNode = layer;
  let reshapes = 0;
  for (;;) {
    const node = uses.makers.get(reader.inputs[0]!);
    if (node === undefined || soleReader(uses, node.output) !== reader) return null;
    if (node.op === 'transpose')
      return reader.op !== 'fullyConnected' && reshapes === 1 ? { transpose: node, reader } : null;
    if (node.op !== 'unary' && node.op !== 'reshape') return null;
    if (node.op === 'reshape') reshapes += 1;
    reader = node;
  }
}

/**
 * The weight with its columns in the order before the transpose, or null where the features are not made of whole
 * trailing axes that the transpose keeps among themselves.
 */
function movedColumns(image: Shape, permutation: readonly number[], weight: FloatTensor): FloatTensor | null {
  const [outputFeatures, features] = weight.shape as [number, number];
  const first = image.findIndex((_, axis) => elementCount(image.slice(axis)) === features);
  const leads = permutation.slice(0, Math.max(first, 0));
  if (first < 0 || leads.some((axis, position) => axis !== position)) return null;
  const trailing = permutation.slice(first).map((axis) => axis - first);
  const split = withShape(weight, [outputFeatures, ...image.slice(first)]);
  const order = [0, ...inversePermutation(trailing).map((axis) => axis + 1)];
  return withShape(transposedConstant(split, order), weight.shape);
}
