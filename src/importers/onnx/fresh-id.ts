import type { Graph, ValueId } from '../../ir/graph.js';

/** An id that the graph does not use: the stem itself, or a numbered one. */
export function freshIdIn(graph: Graph, stem: string): ValueId {
  let id = stem;
  for (let count = 1; graph.values.has(id); count += 1) id = `${stem}.${count}`;
  return id;
}
