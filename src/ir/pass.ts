import type { Tensor } from '../tensor/tensor.js';
import { FLOAT32, type Graph, type ValueId, type ValueType } from './graph.js';
import { GraphBuilder } from './builder.js';
import type { FloatNode, IntNode } from './operators.js';
import { withoutDeadNodes } from './use.js';

/** What a pass wants changed: nodes and what stands in their place (nothing, one node, several), and constants, new or in place of those of the same id. */
export interface Rewrite<N extends FloatNode | IntNode> {
  readonly replacements: ReadonlyMap<N, readonly N[]>;
  readonly constants: ReadonlyMap<ValueId, Tensor>;
  /** Types of new values; float32 where nothing is said. */
  readonly types?: ReadonlyMap<ValueId, ValueType>;
}

/** A named change of a graph that is exact, or says in a note where it declines. */
export interface Pass<G extends Graph> {
  readonly name: string;
  readonly run: (graph: G, note: (text: string) => void) => G;
}

/** Applies a rewrite of a float graph; dead nodes and constants go, the result is verified. */
export function rewriteFloatGraph<G extends Graph<FloatNode>>(graph: G, rewrite: Rewrite<FloatNode>): G {
  if (rewrite.replacements.size === 0) return graph;
  const builder = new GraphBuilder<FloatNode>();
  const typeOf = (id: ValueId): ValueType => graph.values.get(id)?.type ?? rewrite.types?.get(id) ?? FLOAT32;
  for (const { value } of graph.inputs) {
    builder.addInput(value, graph.values.get(value)!.shape, typeOf(value));
  }
  for (const [id, data] of new Map([...graph.constants, ...rewrite.constants]))
    builder.addConstant(id, data, typeOf(id));
  for (const node of graph.nodes) {
    for (const replacement of rewrite.replacements.get(node) ?? [node]) {
      builder.addNode(replacement, typeOf(replacement.output));
    }
  }
  return withoutDeadNodes(
    builder.finish<G>(graph.dialect, graph.name, graph.inputs, graph.outputs, graph.metadata),
  );
}
