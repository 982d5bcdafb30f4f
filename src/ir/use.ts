import type { Graph, ValueId } from './graph.js';
import type { Node } from './operators.js';

/** Who reads and who makes each value of a graph. */
export interface UseMap<N extends Node> {
  readonly makers: ReadonlyMap<ValueId, N>;
  readonly readers: ReadonlyMap<ValueId, readonly N[]>;
  /** True for values that leave the graph. */
  readonly isOutput: (id: ValueId) => boolean;
}

export function usesOf<N extends Node>(graph: Graph<N>): UseMap<N> {
  const makers = new Map<ValueId, N>();
  const readers = new Map<ValueId, N[]>();
  for (const node of graph.nodes) {
    makers.set(node.output, node);
    for (const id of new Set(node.inputs)) {
      const list = readers.get(id);
      if (list === undefined) readers.set(id, [node]);
      else list.push(node);
    }
  }
  const outputs = new Set(graph.outputs.map((port) => port.value));
  return { makers, readers, isOutput: (id) => outputs.has(id) };
}

/** The only reader of a value that does not also leave the graph, or null. */
export function soleReader<N extends Node>(uses: UseMap<N>, id: ValueId): N | null {
  const readers = uses.readers.get(id) ?? [];
  return readers.length === 1 && !uses.isOutput(id) ? readers[0]! : null;
}

/** Drops nodes, values and constants that no output depends on. Graph inputs stay. */
export function withoutDeadNodes<G extends Graph>(graph: G): G {
  const live = new Set<ValueId>(graph.outputs.map((port) => port.value));
  const nodes = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!live.has(node.output)) continue;
    for (const id of node.inputs) live.add(id);
    nodes.push(node);
  }
  for (const port of graph.inputs) live.add(port.value);
  return {
    ...graph,
    nodes: nodes.reverse(),
    values: new Map([...graph.values].filter(([id]) => live.has(id))),
    constants: new Map([...graph.constants].filter(([id]) => live.has(id))),
  };
}
